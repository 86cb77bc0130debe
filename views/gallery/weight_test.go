package gallery_test

import (
	"compress/gzip"
	"strings"
	"testing"

	"regain/views/gallery"
	"regain/views/words"
)

// TestWeightInEveryLanguage: what people open first weighs no more than 30 KB with style, scripts and icon,
// packed as it is sent, whatever the letters of the language weigh.
func TestWeightInEveryLanguage(t *testing.T) {
	t.Parallel()
	const most, files = 30_000, 21<<9 + 1<<10 // the files have a test in static
	first := map[string]bool{"home": true, "recover": true, "link": true, "help": true, "signin": true}
	for _, l := range words.All {
		tested := 0
		for _, s := range gallery.Samples() {
			if page, _, _ := strings.Cut(s.Name, "/"); !first[page] {
				continue
			}
			tested++
			var packed strings.Builder
			w := gzip.NewWriter(&packed)
			if err := s.View.Render(words.With(t.Context(), l), w); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if packed.Len() > most-files {
				t.Errorf("%s in %s is %d bytes packed, at most %d", s.Name, l.Tag, packed.Len(), most-files)
			}
		}
		if tested < len(first) {
			t.Errorf("%d samples were tested", tested)
		}
	}
}
