package gallery_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
)

var (
	// part is one of an address that names no id.
	part = regexp.MustCompile(`^[a-z][a-z.-]*$`)
	// denial is a label by which somebody says that something was not them or not theirs.
	denial = regexp.MustCompile(`^(I did not|It wasn’t|This wasn’t|This is not)`)
)

// oneAct are the labels that may stand on more than one address: those that only lead on, and the
// same act on another side of the portal.
var oneAct = map[string][]string{
	"Continue": nil, "Show": nil, "Save and continue": nil, "Download": nil,
	"Send my message":     {"message", "support", "tickets"},
	"Add a passkey":       {"passkey", "passkeys"},
	"Send the link there": {"own", "second"},
	"I did not do this":   {"contest", "token"},
	"Propose":             {"resume", "reproof"},
}

// TestLabelsAreActs: a label does one thing wherever it stands; what a person denies most of all.
func TestLabelsAreActs(t *testing.T) {
	t.Parallel()
	acts, denials := map[string][]string{}, 0
	for _, s := range gallery.Samples() {
		draw(t, s).Find("main form[method=post] button, main a[href]").Each(func(_ int, e *goquery.Selection) {
			label, act := labelled(e)
			switch {
			case denial.MatchString(label):
				denials++
			case goquery.NodeName(e) == "a":
				return
			}
			if act != "" && !slices.Contains(acts[label], act) {
				acts[label] = append(acts[label], act)
			}
		})
	}
	for label, all := range acts {
		known, ok := oneAct[label]
		if !ok {
			known = all[:1]
		}
		if known != nil && slices.ContainsFunc(all, func(act string) bool { return !slices.Contains(known, act) }) {
			t.Errorf("%q does different things: %v", label, all)
		}
	}
	if denials == 0 {
		t.Error("no page lets anybody deny anything")
	}
}

// labelled is what stands on a button or link, and the last part of its address that is no id.
func labelled(e *goquery.Selection) (label, act string) {
	address := e.AttrOr("href", e.AttrOr("formaction", e.Closest("form").AttrOr("action", "")))
	address, _, _ = strings.Cut(address, "?")
	for p := range strings.SplitSeq(address, "/") {
		if part.MatchString(p) {
			act = p
		}
	}
	e = e.Clone()
	e.Find(".vh").Remove()
	return strings.Join(strings.Fields(e.Text()), " "), act
}
