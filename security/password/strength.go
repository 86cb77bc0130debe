package password

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nbutton23/zxcvbn-go/match"
	"github.com/nbutton23/zxcvbn-go/matching"
	"github.com/nbutton23/zxcvbn-go/scoring"
)

// The estimator is slower than linear in length and must never see more than scoredRunes (D14);
// its own matcher for look-alikes is the slowest part and is left out for spellings.
const scoredRunes = 40

// Bits for what the estimator does not know: it has no year after 2019 and never reports dates.
const (
	yearBits = 7  // 1900 to 2039
	dateBits = 15 // a day in those years
	leetBits = 1  // a word with look-alike signs in it
)

var (
	yearText = regexp.MustCompile(`19\d\d|20[0-3]\d`)
	dateText = regexp.MustCompile(`(?:19\d\d|20[0-3]\d)[-./]?[01]\d[-./]?[0-3]\d` +
		`|[0-3]?\d[-./]?[0-3]?\d[-./]?(?:19\d\d|20[0-3]\d)`)
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
	turn := estimates
	turn.wait = patience
	leave, err := turn.enter(ctx)
	if err != nil {
		return strength{}, fmt.Errorf("estimate strength: %w", err)
	}
	defer leave()
	text := ascii(candidate)
	text = text[:min(len(text), scoredRunes)]
	if unit := period(text); unit != text {
		result := score(unit, words)
		return strength{result.Score, len(unit), ReasonRepeat}, nil
	}
	result := score(text, words)
	return strength{result.Score, utf8.RuneCountInString(candidate), mainReason(text, result)}, nil
}

// score finds the cheapest way to compose text from everything an attacker would try.
func score(text string, words []word) scoring.MinEntropyMatch {
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = ascii(w.text)
	}
	found := matching.Omnimatch(text, known, matching.FilterL33tMatcher)
	for _, spelling := range spellings(text)[1:] {
		for _, m := range matching.Omnimatch(spelling, known, notDictionary) {
			original := text[m.I : m.J+1]
			if len(original) >= minWord && original != m.Token {
				m.Token, m.Entropy = original, m.Entropy+leetBits
				found = append(found, m)
			}
		}
	}
	found = append(found, dated(text, yearText, ReasonYear, yearBits)...)
	found = append(found, dated(text, dateText, ReasonDate, dateBits)...)
	return scoring.MinimumEntropyMatchSequence(text, found)
}

// notDictionary leaves only words: read as letters, digits would make up false sequences.
func notDictionary(m match.Matcher) bool {
	return slices.ContainsFunc([]func(match.Matcher) bool{
		matching.FilterL33tMatcher, matching.FilterSpatialMatcher, matching.FilterRepeatMatcher,
		matching.FilterSequenceMatcher, matching.FilterDateSepMatcher,
		matching.FilterDateWithoutSepMatcher,
	}, func(filter func(match.Matcher) bool) bool { return filter(m) })
}

func dated(text string, form *regexp.Regexp, pattern string, bits float64) []match.Match {
	var found []match.Match
	for _, at := range form.FindAllStringIndex(text, -1) {
		found = append(found, match.Match{
			Pattern: pattern, I: at[0], J: at[1] - 1, Token: text[at[0]:at[1]], Entropy: bits,
		})
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

var patternReasons = map[string]string{
	"sequence": ReasonSequence, "repeat": ReasonRepeat, "spatial": ReasonKeyboard,
	"dictionary": ReasonDictionary, ReasonDate: ReasonDate, ReasonYear: ReasonYear,
}

// mainReason names the longest part recognised in text, or "" if there is none.
func mainReason(text string, result scoring.MinEntropyMatch) string {
	reason, longest := "", 0
	for _, m := range result.MatchSequence {
		if name, known := patternReasons[m.Pattern]; known && len(m.Token) > longest {
			reason, longest = name, len(m.Token)
		}
	}
	if reason == "" && strings.Trim(text, "0123456789") == "" {
		return ReasonDigits
	}
	return reason
}
