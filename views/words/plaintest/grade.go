// Package plaintest measures for tests how plain English is.
package plaintest

import (
	"math"
	"regexp"
	"strings"
)

// MostGrade is how many years of school a page or a mail to owners may ask for.
const MostGrade = 7

var (
	ending = regexp.MustCompile(`[^.!?]+(?:\.\w[^.!?]*)*[.!?](?:\s|$)`)
	spelt  = regexp.MustCompile(`[A-Za-z0-9][\w’'-]*`)
	vowels = regexp.MustCompile(`[aeiouy]+`)
	// silent are endings that are written as a syllable and not spoken as one.
	silent = regexp.MustCompile(`(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouycgsxz]es$|[^aeioutdy]ed$`)
	hissed = regexp.MustCompile(`(?:sh|ch)es$`)
	// apart are vowels beside each other that are spoken one after the other.
	apart = regexp.MustCompile(`[aeouy]ing$|i[ao](?:$|[^n])|ua[ln]|eo[^p]|^re[aeiou]`)
	whole = regexp.MustCompile(`[tscgx]i[ao](?:$|[^n])|^rea[dlmst]`)
)

// Sentences are those of a paragraph that end as such. One of a word or two, such as a label, is none.
func Sentences(text string) (list []string) {
	for _, one := range ending.FindAllString(strings.Join(strings.Fields(text), " "), -1) {
		if len(spelt.FindAllString(one, -1)) >= 3 {
			list = append(list, one)
		}
	}
	return list
}

// Grade is the years of school that the sentences ask for (Flesch-Kincaid; Kincaid and others, 1975).
func Grade(list []string) float64 {
	var n, parts int
	for _, one := range list {
		for _, w := range spelt.FindAllString(one, -1) {
			n, parts = n+1, parts+syllables(w)
		}
	}
	return math.Max(0, 0.39*float64(n)/float64(len(list))+11.8*float64(parts)/float64(n)-15.59)
}

// syllables counts the groups of vowels of an English word, but for those that are silent.
func syllables(word string) int {
	n := 0
	for _, w := range strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r < 'a' || r > 'z' }) {
		here := len(vowels.FindAllString(w, -1))
		if silent.MatchString(w) && !hissed.MatchString(w) {
			here--
		}
		here += len(apart.FindAllString(w, -1)) - len(whole.FindAllString(w, -1))
		n += max(here, 1)
	}
	return max(n, 1)
}
