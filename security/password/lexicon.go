package password

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/nbutton23/zxcvbn-go/data"
)

// lexicon is what everybody would try: words by how common they are, and rows of keys.
type lexicon struct {
	ranks     map[string]int // the smaller, the sooner tried; from 1
	keyboards []keyboard
}

// keyboard is which keys lie beside each, by direction: a key is its signs, that with shift second.
type keyboard struct {
	beside       map[string][]string
	keys, degree float64
}

// lexiconOf is made at the first estimate: it takes as long as everything else at the start together.
// The rest of the library makes these anew, in every program that links it and for every text.
var lexiconOf = sync.OnceValues(func() (lexicon, error) {
	const words = 90_000
	x := lexicon{ranks: make(map[string]int, words)}
	for _, name := range []string{"MaleNames", "FemaleNames", "Surnames", "English", "Passwords"} {
		var list struct{ List []string }
		if err := unpack(name, &list); err != nil {
			return lexicon{}, err
		}
		for i, word := range list.List {
			x.add(word, i+1)
		}
	}
	for _, name := range []string{"Qwerty", "Dvorak", "Keypad", "MacKeypad"} {
		var graph struct{ Graph map[string][]string }
		if err := unpack(name, &graph); err != nil {
			return lexicon{}, err
		}
		x.keyboards = append(x.keyboards, newKeyboard(graph.Graph))
	}
	x.keyboards[3].keys, x.keyboards[3].degree = x.keyboards[2].keys, x.keyboards[2].degree
	return x, nil
})

func unpack(name string, to any) error {
	text, err := data.Asset("data/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		return fmt.Errorf("list %s: %w", name, err)
	}
	return nil
}

// add keeps the best rank of a word.
func (x lexicon) add(word string, rank int) {
	word = strings.ToLower(word)
	if known := x.ranks[word]; known == 0 || rank < known {
		x.ranks[word] = rank
	}
}

func newKeyboard(beside map[string][]string) keyboard {
	signs, sides := 0, 0
	for _, keys := range beside {
		for _, key := range keys {
			signs, sides = signs+len(key), sides+1
		}
	}
	return keyboard{beside, float64(len(beside)), float64(signs) / float64(sides)}
}

// Prepare loads what the first judgement of a password would otherwise wait for.
func Prepare() error {
	if _, err := lexiconOf(); err != nil {
		return err
	}
	_, err := commonFilter()
	return err
}
