package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Variants returns up to three texts from which candidate is a small step away, the likeliest first: with
// its last number one lower, without its last character, and with the case of its first letter changed. If
// one of them matches the hash of the current password, the candidate is too close to it. Each costs the
// caller a Verify, so ask last.
func Variants(candidate string) []string {
	candidate = norm.NFC.String(candidate)
	if candidate == "" {
		return nil
	}
	steps := []string{withLowerNumber(candidate), withoutLast(candidate), withOtherCase(candidate)}
	if start, end := lastNumber(candidate); candidate[start:end] == "1" { // who counts begins with it
		steps[0], steps[1] = steps[1], steps[0]
	}
	var found []string
	for _, variant := range steps {
		if variant != "" && variant != candidate && !slices.Contains(found, variant) {
			found = append(found, variant)
		}
	}
	return found
}

// withoutLast undoes the commonest change, one character more.
func withoutLast(text string) string {
	_, size := utf8.DecodeLastRuneInString(text)
	return text[:len(text)-size]
}

func withOtherCase(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	other := unicode.ToUpper(first)
	if other == first {
		other = unicode.ToLower(first)
	}
	return string(other) + text[size:]
}

// withLowerNumber counts the last run of digits down by one: "Summer2024!" to "Summer2023!",
// "x10" to "x9", "x010" to "x009".
func withLowerNumber(text string) string {
	start, end := lastNumber(text)
	number := []byte(text[start:end])
	if strings.Trim(string(number), "0") == "" {
		return ""
	}
	for i := len(number) - 1; ; i-- {
		if number[i] > '0' {
			number[i]--
			break
		}
		number[i] = '9'
	}
	if text[start] != '0' && number[0] == '0' && len(number) > 1 {
		number = number[1:]
	}
	return text[:start] + string(number) + text[end:]
}

// lastNumber is where the last run of digits stands in text.
func lastNumber(text string) (start, end int) {
	end = strings.LastIndexAny(text, digits) + 1
	return len(strings.TrimRight(text[:end], digits)), end
}
