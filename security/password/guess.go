package password

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// The curves are those of zxcvbn, of which the word lists and keyboards come too: a text is worth as much
// as the cheapest way to compose it. All texts here are ASCII.

// part is a piece of a text that an attacker would try as one.
type part struct {
	reason   string
	from, to int     // in the text; to is behind the last byte
	bits     float64 // of the guesses until it is found
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
	// leastRun is the length from which a repeat, a sequence or a row of keys is one.
	leastRun = 3
)

// cheapest is the score, from 0 to 4, of the cheapest way to compose text of parts and of single
// characters, and the parts in it.
func cheapest(text string, parts []part) (score int, chosen []part) {
	single := math.Log2(cardinality(text))
	worth := make([]float64, len(text)+1) // of the text up to here
	last := make([]part, len(text)+1)     // the part that ends here; none for a character
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.to, b.to) })
	for end := 1; end <= len(text); end++ {
		worth[end] = worth[end-1] + single
		for ; len(parts) > 0 && parts[0].to == end; parts = parts[1:] {
			if w := worth[parts[0].from] + parts[0].bits; w < worth[end] {
				worth[end], last[end] = w, parts[0]
			}
		}
	}
	for end := len(text); end > 0; {
		p := last[end]
		if p.to == 0 {
			end--
			continue
		}
		chosen, end = append(chosen, p), p.from
	}
	half := worth[len(text)] - 1 // of all guesses are needed on average
	for _, guesses := range []float64{1e6, 1e8, 1e10, 1e12} {
		if half >= math.Log2(guesses) {
			score++
		}
	}
	return score, chosen
}

// cardinality is how many signs there are of the kinds that text is made of.
func cardinality(text string) (n float64) {
	for _, kind := range []string{lower, upper, digits} {
		if strings.ContainsAny(text, kind) {
			n += float64(len(kind))
		}
	}
	if strings.Trim(text, lower+upper+digits) != "" {
		n += 33
	}
	return n
}

// dictionary finds the words of text that are in ranks, in any case.
func dictionary(text string, ranks map[string]int) (found []part) {
	small := strings.ToLower(text)
	for from := range small {
		for to := from + 1; to <= len(small); to++ {
			if rank := ranks[small[from:to]]; rank > 0 {
				bits := math.Log2(float64(rank)) + capitals(text[from:to])
				found = append(found, part{ReasonDictionary, from, to, bits})
			}
		}
	}
	return found
}

// capitals is what it takes to guess which letters of a word are.
func capitals(word string) float64 {
	big, small := 0, 0
	for _, c := range []byte(word) {
		switch {
		case strings.IndexByte(upper, c) >= 0:
			big++
		case strings.IndexByte(lower, c) >= 0:
			small++
		}
	}
	switch {
	case big == 0:
		return 0
	case big == len(word), big == 1 && len(word) > 1 && strings.IndexByte(upper, word[0]) >= 0:
		return 1
	}
	ways := 0.0
	for n := range min(big, small) + 1 {
		ways += choose(big+small, n)
	}
	return math.Log2(ways)
}

// choose is the number of ways to take k of n.
func choose(n, k int) float64 {
	ways := 1.0
	for i := range k {
		ways = ways * float64(n-i) / float64(i+1)
	}
	return ways
}

// repeats finds one character again and again, in any case.
func repeats(text string) (found []part) {
	small := strings.ToLower(text)
	for from, to := 0, 0; from < len(text); from = to {
		for to = from + 1; to < len(text) && small[to] == small[from]; to++ {
		}
		if n := to - from; n >= leastRun {
			bits := math.Log2(cardinality(text[from:to]) * float64(n))
			found = append(found, part{ReasonRepeat, from, to, bits})
		}
	}
	return found
}

// sequences finds neighbours of an alphabet or of the digits in a row, up or down.
func sequences(text string) (found []part) {
	for from, to := 0, 0; from < len(text); from = to {
		all, step := kindOf(text[from]), 0
		for to = from + 1; to < len(text) && strings.IndexByte(all, text[to]) >= 0; to++ {
			next := int(text[to]) - int(text[to-1])
			if step = cmp.Or(step, next); next != step || step != 1 && step != -1 {
				break
			}
		}
		if n := to - from; n >= leastRun {
			bits := startBits(text[from], all) + math.Log2(float64(n))
			if step < 0 {
				bits++
			}
			found = append(found, part{ReasonSequence, from, to, bits})
		}
	}
	return found
}

// kindOf is everything of the kind of a sign, in order; "" for other signs than letters and digits.
func kindOf(sign byte) string {
	for _, all := range []string{lower, upper, digits} {
		if strings.IndexByte(all, sign) >= 0 {
			return all
		}
	}
	return ""
}

// startBits is what it takes to guess where a sequence begins.
func startBits(first byte, all string) float64 {
	switch {
	case first == 'a' || first == '1':
		return 0
	case all == upper:
		return math.Log2(float64(len(all))) + 1
	}
	return math.Log2(float64(len(all)))
}

// rows finds neighbouring keys one after the other.
func (k keyboard) rows(text string) (found []part) {
	for from, to := 0, 0; from < len(text); from = to {
		turns, shifted, way := 0, 0, -1
		for to = from + 1; to < len(text); to++ {
			next, high := k.toward(text[to-1], text[to])
			if next < 0 {
				break
			}
			if high {
				shifted++
			}
			if next != way {
				turns, way = turns+1, next
			}
		}
		if n := to - from; n >= leastRun {
			found = append(found, part{ReasonKeyboard, from, to, k.bits(n, turns, shifted)})
		}
	}
	return found
}

// toward is the direction in which a key lies beside another, or -1; high if it is pressed with shift.
func (k keyboard) toward(from, to byte) (way int, high bool) {
	for way, key := range k.beside[string(from)] {
		if i := strings.IndexByte(key, to); i >= 0 {
			return way, i == 1
		}
	}
	return -1, false
}

// bits counts the rows of up to n keys with up to so many turns, and what may be shifted of them.
func (k keyboard) bits(n, turns, shifted int) float64 {
	rows := 0.0
	for i := 2; i <= n+1; i++ {
		for j := 1; j <= min(turns, i-1)+1; j++ {
			rows += choose(i-1, j-1) * k.keys * math.Pow(k.degree, float64(j))
		}
	}
	shifts := 0.0
	for i := range min(shifted, n-shifted) + 1 {
		shifts += choose(n, i)
	}
	return math.Log2(rows) + math.Log2(shifts)
}
