package gallery_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
)

// TestCodeFields: a field for numbers alone brings up the keys for numbers, one for letters never does, and
// no field is for both. Where an app's code is asked for, recovery codes have a field of their own.
func TestCodeFields(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, s := range gallery.Samples() {
		doc := draw(t, s)
		doc.Find(`input[name="code"]`).Each(func(_ int, e *goquery.Selection) {
			hint := doc.Find(`[id="` + e.AttrOr("id", "") + `.hint"]`).Text()
			label := doc.Find(`label[for="` + e.AttrOr("id", "") + `"]`).Text()
			says := strings.ToLower(label + " " + hint)
			digits := strings.Contains(says, "6 numbers") || strings.Contains(says, "6-digit")
			letters := strings.Contains(says, "letters") || strings.Contains(says, "recovery") ||
				strings.Contains(says, "-") && !digits
			mode, numeric := e.Attr("inputmode")
			switch {
			case digits == letters && !strings.Contains(says, "message code"):
				t.Errorf("%s: %q is for both or for none", s.Name, says)
			case numeric != digits || digits && mode != "numeric":
				t.Errorf("%s: %q has the keys %q", s.Name, says, mode)
			case e.AttrOr("type", "text") != "text":
				t.Errorf("%s: %q is a field of another type", s.Name, says)
			}
			found[mode] = true
		})
		both := doc.Find(`details input[name="of"][value="recovery_"]`)
		if apart := doc.Find(`details form input[id="recovery_code"]`); both.Length() != apart.Length() {
			t.Errorf("%s: a form for recovery codes does not say that it is one", s.Name)
		}
	}
	if !found[""] || !found["numeric"] {
		t.Errorf("kinds of fields: %v", found)
	}
}
