package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	page "regain/views/desk"
	"regain/views/words"
)

// TestReplyInBoth: an owner is answered in their own language, and whoever sends it reads what it says.
func TestReplyInBoth(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	a := security.Account{Username: "ada", TimeZone: "Europe/London", Locale: "en-GB"}
	english := reply(words.All, "working", page.TicketReplies, a, "T-2077", due)
	if english.Lang != "" || english.English != "" || !strings.HasPrefix(english.Text, "Hello ada,") {
		t.Errorf("English owner: %+v", english)
	}
	if got := reply(words.All, "other", page.TicketReplies, a, "T-2077", due); got != (page.Reply{}) {
		t.Errorf("a code of another page: %+v", got)
	}
	for _, l := range append([]*words.Language{words.Pseudo, words.Mirrored}, words.All...) {
		if l == words.English {
			continue
		}
		got := inBoth(l, words.English, words.Say("reply.working.text", a.Username, "T-2077", words.Say("reply.soon")))
		if got.Lang != l.Tag || got.Language == "" || got.Text == got.English ||
			!strings.Contains(got.Text, "ada") || !strings.Contains(got.Text, "T-2077") {
			t.Errorf("%s: %+v", l.Tag, got)
		}
		if !strings.HasPrefix(got.English, "Hello ada,") || !strings.HasSuffix(got.English, " soon.") {
			t.Errorf("%s in English: %q", l.Tag, got.English)
		}
	}
}

func TestWritesIn(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, locale := range []string{"", "en", "en_GB", "ja", "sw", "x!"} {
		for _, f := range writesIn(words.All, security.Account{Locale: locale}) {
			got[locale] = f.Value.String() + "; " + f.More.String()
		}
	}
	none := "; " + words.Say("desk_value.written_to_in", "English").String()
	want := map[string]string{"en": "English; ", "en_GB": "British English; ", "ja": "Japanese" + none,
		"sw": "Swahili" + none}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
