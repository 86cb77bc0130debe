package words

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// mostWords is how long a sentence may be.
const mostWords = 25

var (
	piece = regexp.MustCompile(`</?[a-z_]+>`)
	slots = regexp.MustCompile(`\{[a-z_]+\}`)
	stop  = regexp.MustCompile(`[.!?]\s+|\n`)
	word  = regexp.MustCompile(`[A-Za-z0-9][\w’'-]*`)
)

// TestSentencesAreShort: nobody who is frightened, or reads a language that is not theirs, holds more than
// one thought at once. What fills a slot counts as one word.
func TestSentencesAreShort(t *testing.T) {
	t.Parallel()
	content, err := files.ReadFile("en.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]string
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 2000 {
		t.Fatalf("%d sentences", len(all))
	}
	for id, forms := range all {
		if strings.HasPrefix(forms["description"], "For staff") {
			continue
		}
		text := slots.ReplaceAllString(piece.ReplaceAllString(forms[other], ""), "it")
		for _, sentence := range stop.Split(text, -1) {
			if n := len(word.FindAllString(sentence, -1)); n > mostWords {
				t.Errorf("%s: %d words in %q", id, n, sentence)
			}
		}
	}
}
