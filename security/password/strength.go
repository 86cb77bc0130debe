package password

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The estimator is slower than linear in length and must never see more than scoredRunes (D14).
const scoredRunes = 40

// Bits for what zxcvbn does not know: it has no year after 2019 and loses dates.
const (
	yearBits = 7  // 1900 to 2039
	dateBits = 15 // a day in those years
	leetBits = 1  // a word with look-alike signs in it
)

var (
	yearText = regexp.MustCompile(`19\d\d|20[0-3]\d`)
	dateText = regexp.MustCompile(`(?:19\d\d|20[0-3]\d)[-./]?[01]\d[-./]?[0-3]\d` +
		`|[0-3]?\d[-./]?[0-3]?\d[-./]?(?:19\d\d|20[0-3]\d)`)
	shortDateText = regexp.MustCompile(`\d\d[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01])` +
		`|(?:0[1-9]|[12]\d|3[01])[-./]?(?:0[1-9]|1[0-2])[-./]?\d\d` +
		`|(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01])[-./]?\d\d`)
)

// estimates bounds the estimator for the whole process.
var estimates = newSlots(Slots{Count: 2})

// strength is the estimate for one candidate: zxcvbn's score from 0 to 4, the number of
// characters it rests on, and the reason that weighs most if the score is low.
type strength struct {
	score, runes int
	reason       string
}

// estimate scores the first runes of candidate; words count as the first guesses. Something
// said twice is scored once, which the estimator would not see.
func estimate(ctx context.Context, patience time.Duration, candidate string, words []word) (
	strength, error) {
	leave, err := estimates.enter(ctx, task{Standing: Proven}, patience)
	if err != nil {
		return strength{}, fmt.Errorf("estimate strength: %w", err)
	}
	defer leave()
	x, err := lexiconOf()
	if err != nil {
		return strength{}, err
	}
	text := ascii(candidate)
	text = text[:min(len(text), scoredRunes)]
	unit := period(text)
	score, parts := cheapest(unit, x.partsOf(unit, words))
	if unit != text {
		return strength{score, len(unit), ReasonRepeat}, nil
	}
	return strength{score, utf8.RuneCountInString(candidate), mainReason(text, parts)}, nil
}

// partsOf finds everything in text that an attacker would try.
func (x lexicon) partsOf(text string, words []word) []part {
	known := lexicon{ranks: map[string]int{}}
	for i, w := range words {
		known.add(ascii(w.text), i+1)
	}
	found := slices.Concat(dictionary(text, known.ranks), dictionary(text, x.ranks),
		repeats(text), sequences(text), dated(text))
	for _, k := range x.keyboards {
		found = append(found, k.rows(text)...)
	}
	for _, spelling := range spellings(text)[1:] {
		for _, ranks := range []map[string]int{known.ranks, x.ranks} {
			for _, p := range dictionary(spelling, ranks) {
				if p.to-p.from >= minWord && spelling[p.from:p.to] != text[p.from:p.to] {
					p.bits += leetBits
					found = append(found, p)
				}
			}
		}
	}
	return found
}

func dated(text string) (found []part) {
	for _, form := range []struct {
		reason string
		form   *regexp.Regexp
		bits   float64
	}{{ReasonYear, yearText, yearBits}, {ReasonDate, dateText, dateBits},
		{ReasonDate, shortDateText, dateBits}} {
		for _, at := range form.form.FindAllStringIndex(text, -1) {
			found = append(found, part{form.reason, at[0], at[1], form.bits})
		}
	}
	return found
}

// period returns the shortest text whose repetition, perhaps cut short, gives the whole text.
func period(text string) string {
	for size := 1; size <= len(text)/2; size++ {
		if text[size:] == text[:len(text)-size] {
			return text[:size]
		}
	}
	return text
}

// mainReason names the longest of the parts that were recognised in text, or "" if there is none.
func mainReason(text string, parts []part) string {
	reason, longest := "", 0
	for _, p := range parts {
		if n := p.to - p.from; n > longest {
			reason, longest = p.reason, n
		}
	}
	if reason == "" && strings.Trim(text, digits) == "" {
		return ReasonDigits
	}
	return reason
}
