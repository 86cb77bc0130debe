package web_test

import (
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
)

// TestNoDotsAlone: owners read of a changed number what they can know it by, or that we do not show it, and
// never the same dots twice.
func TestNoDotsAlone(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	change := func(id, kind, from, to string) security.Activity {
		return security.Activity{ID: id, Account: "ada", At: b.Now().Add(-time.Hour), Kind: kind, From: from, To: to,
			Digest: id}
	}
	b.Commit(security.PutActivities{Activities: []security.Activity{
		change("told", "payout_changed", "•••• 4410", "•••• 9072"),
		change("dots", "payout_changed", "••••••", "•••••••"),
		change("alike", "phone_changed", "+44 20 7946 0018", "+44 20 7946 9918")}})
	ada := b.Other().SignIn("ada")
	check := func(d *handlertest.Browser) {
		d.Wants(200, "main", "Ends in 4410").Wants(200, "main", "Ends in 9072").Wants(200, "main",
			"We do not show them here")
		if text := d.Doc.Find("main").Text(); strings.Contains(strings.ReplaceAll(text, "a••••", ""), "••••") {
			t.Errorf("%s: dots stand alone: %s", d.Path, text)
		}
	}
	check(ada.Open("/account/activity"))
	b.Lock("ada")
	check(toActivity(b))
}
