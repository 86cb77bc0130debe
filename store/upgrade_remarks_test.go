package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/store/storetest"
	"regain/views"
)

// oldRemarks are what the program before wrote on tickets, and by whom, with what they are now. A
// kind of "" stays as it is.
var oldRemarks = []struct {
	author string
	public bool
	body   string
	kind   string
	args   []string
}{
	{"regain", false, oldLogin + ", chrome/windows, LV", "login_denied",
		[]string{"2026-11-22T07:59:00Z", "succeeded", "chrome/windows", "LV"}},
	{"regain", false, oldLogin + ", place unknown", "login_denied",
		[]string{"2026-11-22T07:59:00Z", "succeeded", "", ""}},
	{"regain", false, oldChange + "payout_changed, place unknown", "change_denied",
		[]string{"2026-11-22T07:59:00Z", "payout_changed", ""}},
	{"staff", false, oldLogin + ", chrome/windows, LV", "", nil},
	{"regain", true, "The owner asked, signed in and after proving it anew, to have this account " +
		"and what is held about it deleted.\n\nWhat has to stay …", "deletion", nil},
	{"regain", false, "Urgent review asked for by: owner", "urgent", []string{"owner"}},
	{"regain", false, "Urgent review asked for by: support\nReason: \"Now\",\n\the\\she",
		"urgent", []string{"support", "\"Now\",\n\the\\she"}},
	{"staff", false, "Urgent review asked for by: owner", "", nil},
	{"staff", false, "Cause changed to hijacked: a\nb", "cause_changed",
		[]string{"hijacked", "a\nb"}},
	{"staff", false, "Cause changed to compromised: a", "cause_changed",
		[]string{"compromised", "a"}},
	{"staff", false, "Case taken up again: b\\n", "reopened", []string{"b\\n"}},
	{"staff", true, "Case taken up again: b", "", nil},
	{"owner", false, "Case taken up again: b", "", nil},
	{"staff", false, "Removing two-factor is proposed after re-proofing. Checked: an id",
		"reproof_proposed", []string{"remove_factor", "an id"}},
	{"staff", false, "Setting another address is proposed after re-proofing. Checked: an id",
		"reproof_proposed", []string{"set_address", "an id"}},
	{"staff", false, "Removing two-factor is not done: no", "reproof_sent_back",
		[]string{"remove_factor", "no"}},
	{"staff", false, "Setting another address is not done: no", "reproof_sent_back",
		[]string{"set_address", "no"}},
	{"staff", false, "Looks \"fine\"\nto me", "", nil},
}

const (
	oldLogin  = "The owner says that this was somebody else: 2026-11-22T07:59:00Z, login succeeded"
	oldChange = "The owner says that somebody else made this change: 2026-11-22T07:59:00Z, "
)

// TestUpgradeOfRemarks: what the program before wrote on tickets and as evidence is a kind with
// arguments afterwards. What a person wrote stays, whatever it is like.
func TestUpgradeOfRemarks(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 9))
		b.put("accounts", says{"id": "ada", "username": "ada", "username_fold": "ada",
			"type": "client", "version": int64(1)})
		for i, m := range oldRemarks {
			b.put("messages", says{"id": fmt.Sprintf("m%02d", i), "ticket_id": "t",
				"author": m.author, "public": m.public, "body": m.body, "args": "[]"})
		}
		evidence := []struct{ id, by, text string }{{"c0", "ada", oldLogin +
			", chrome/windows, LV"},
			{"c1", "ada", oldChange + "payout_changed, LV"},
			{"c2", "ines", oldLogin + ", chrome/windows, LV"}, {"c3", "ada", "Her own words"}}
		for _, x := range evidence {
			b.put("cases", says{"id": x.id, "number": "C-" + x.id, "account_id": "ada",
				"opened_by": x.by, "state": "resumed", "cause": "hijacked", "facts": "[]",
				"evidence": x.text, "version": int64(1)})
			b.put("notes", says{"id": x.id, "account_id": "ada", "case_id": x.id,
				"action": "Security Lockout", "evidence": x.text})
		}
		b.put("notes", says{"id": "c4", "account_id": "ada", "case_id": "c0",
			"action": "Kept Locked", "evidence": oldLogin + ", chrome/windows, LV"})
		b.must(b.db.Migrate(t.Context()))
		b.db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query had
		checkRemarks(t, b)
		denied := security.Remark{Kind: "login_denied", Args: oldRemarks[0].args}
		changed := security.Remark{Kind: "change_denied",
			Args: []string{"2026-11-22T07:59:00Z", "payout_changed", "LV"}}
		now := []said{{"", denied}, {"", changed}, {evidence[2].text, security.Remark{}},
			{evidence[3].text, security.Remark{}}}
		var cases, notes []said
		for _, x := range evidence {
			c, err := b.db.Case(t.Context(), x.id)
			b.must(err)
			cases = append(cases, said{c.Evidence, c.Remark})
		}
		all, err := b.db.Notes(t.Context(), "ada")
		b.must(err)
		for _, n := range all {
			notes = append(notes, said{n.Evidence, n.Remark})
		}
		if diff := cmp.Diff(now, cases); diff != "" {
			t.Errorf("cases (-want +got):\n%s", diff)
		}
		now = append(now, said{evidence[0].text, security.Remark{}})
		if diff := cmp.Diff(now, notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	})
}

// said is what a person wrote, or what the portal says itself.
type said struct {
	Text   string
	Remark security.Remark
}

// checkRemarks holds the messages against oldRemarks: what is a remark now reads as it did.
func checkRemarks(t *testing.T, b *before) {
	t.Helper()
	messages, err := b.db.Messages(t.Context(), "t")
	b.must(err)
	for i, m := range oldRemarks {
		want := said{m.body, security.Remark{}}
		if m.kind != "" {
			want = said{"", security.Remark{Kind: m.kind, Args: m.args}}
		}
		if diff := cmp.Diff(want, said{messages[i].Body, messages[i].Remark}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", m.body, diff)
		}
	}
	for i, want := range map[int]string{5: "The owner asked for an urgent review.",
		6: "Support asked for an urgent review.\nReason: \"Now\",\n\the\\she",
		8: "Cause changed to Hijacked: a\nb", 9: "Cause changed to Compromised: a",
		10: oldRemarks[10].body, 13: oldRemarks[13].body, 14: oldRemarks[14].body,
		15: oldRemarks[15].body, 16: oldRemarks[16].body} {
		m := messages[i]
		if got := views.Said(m.Body, m.Kind, m.Args).String(); got != want {
			t.Errorf("%q reads %q, want %q", oldRemarks[i].body, got, want)
		}
	}
}
