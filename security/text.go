package security

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regain/security/identifier"
	"regain/security/refusal"
	"regain/security/risk"
)

// Line is the answer about l in codes, with commas between, for a remark.
func (a Answer) Line(l risk.Login) string {
	odd := ""
	if a.Contradicts {
		odd = "contradicts"
	}
	return strings.Join([]string{l.At.Format(time.RFC3339), l.Outcome, l.Device, l.Country,
		a.Answer, odd}, ",")
}

// PurposeMailSeal is what the seals of our mails are made for.
const PurposeMailSeal = "mail-seal"

// MessageCodeLength is how many characters the code has that a mail ends with.
const MessageCodeLength = 12

// The longest values of a line, in characters.
const (
	MaxName = 200
)

// Forbidden tells what nobody's name or text needs and what could forge a line
// of a log, a mail or a page: control characters, bidirectional overrides, and
// what is left of broken Unicode.
func Forbidden(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Alphanumeric reports whether r is an ASCII letter or digit.
func Alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// ValidZone reports whether s is the IANA name of a time zone.
func ValidZone(s string) bool {
	_, err := time.LoadLocation(s)
	return err == nil && s != "Local" && len(s) <= 64
}

// ValidEmail reports whether s is an address that mail goes to and that no
// header or envelope can be broken with: one @, an unquoted ASCII local part,
// a host name, 254 characters at most. Quoted local parts, comments, address
// literals and display names are not.
func ValidEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && len(s) <= 254 && len(local) <= 64 && validLocal(local) && validHost(domain)
}

func validLocal(local string) bool {
	const also = "!#$%&'*+-/=?^_`{|}~."
	return local != "" && local[0] != '.' && local[len(local)-1] != '.' &&
		!strings.Contains(local, "..") && !strings.ContainsFunc(local, func(r rune) bool {
		return !Alphanumeric(r) && !strings.ContainsRune(also, r)
	})
}

func validHost(host string) bool {
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !Alphanumeric(r) }) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}

// How long what people type may be, in characters.
const (
	MaxIdentifier = 320
	MaxMessage    = 4000
)

// Clean makes text that somebody typed fit to be kept: valid UTF-8 without anything
// forbidden but line breaks and tabs, and without space around it.
func Clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if Forbidden(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}

// Typed cleans what somebody typed into a field. It refuses nothing at all with missing, and more
// than most characters with long.
func Typed(field, text string, most int, missing, long refusal.Code) (string, error) {
	text = Clean(text)
	switch {
	case text == "":
		return "", Refuse(field, missing)
	case utf8.RuneCountInString(text) > most:
		return "", Refuse(field, long, strconv.Itoa(most))
	}
	return text, nil
}

// TypedMessage cleans a message, and refuses it with MessageMissing or MessageLong.
func TypedMessage(text string) (string, error) {
	return Typed("message", text, MaxMessage, refusal.MessageMissing, refusal.MessageLong)
}

// TypedEmail cleans an address and makes it one that mail goes to. It refuses it with EmailMissing, with
// EmailUnicode for letters before the @ that few mail servers take, or with EmailInvalid.
func TypedEmail(field, text string) (string, error) {
	text = identifier.Mailbox(Clean(text))
	switch {
	case text == "":
		return "", Refuse(field, refusal.EmailMissing)
	case ValidEmail(text):
	case ValidEmail(identifier.Latin(text)):
		return "", Refuse(field, refusal.EmailUnicode)
	default:
		return "", Refuse(field, refusal.EmailInvalid)
	}
	return text, nil
}

// TypedIdentifier cleans who somebody says they are or look for, and refuses it with IdentifierEmpty
// or IdentifierLong.
func TypedIdentifier(field, text string) (string, error) {
	text = Clean(text)
	switch {
	case identifier.Read(text) == "":
		return "", Refuse(field, refusal.IdentifierEmpty)
	case len(text) > MaxIdentifier:
		return "", Refuse(field, refusal.IdentifierLong)
	}
	return text, nil
}
