package security_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/fraud"
	"regain/security/refusal"
	"regain/security/ticket"
)

// TestFraudList: what an owner notes is kept, country by country, and nothing of it stands in the
// database in the clear.
func TestFraudList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		o, other := fraud.SignedIn(u), fraud.Owner{Account: "u-1001"}
		note := func(on, reference string) fraud.Note { return fraud.Note{On: on, Reference: reference} }
		keep := func(country string, steps ...fraud.Step) {
			t.Helper()
			w.must(w.Fraud.Keep(t.Context(), o, country, steps))
		}
		keep("US", fraud.Step{ID: "bank", Done: true, Note: note(" 3 May ", "R\u202e-1")},
			fraud.Step{ID: "police", Note: note("", "P-7")}, fraud.Step{ID: "card"})
		keep("", fraud.Step{ID: "bank", Done: true})
		// a step that the list no longer has stays; one that was emptied goes
		keep("US", fraud.Step{ID: "bank", Done: true, Note: note("4 May", "R-2")},
			fraud.Step{ID: "card"})
		country, got, err := w.Fraud.Own(t.Context(), other)
		w.must(err)
		want := []fraud.Step{{Country: "", ID: "bank", Done: true},
			{Country: "US", ID: "bank", Done: true, Note: note("4 May", "R-2")},
			{Country: "US", ID: "police", Note: note("", "P-7")}}
		if diff := cmp.Diff(want, got); diff != "" || country != "US" {
			t.Errorf("of %q (-want +got):\n%s", country, diff)
		}
		k, err := w.db.Protect().FraudList(t.Context(), "u-1001")
		w.must(err)
		for _, r := range k.Rows {
			if plain, err := json.Marshal(r); err != nil || strings.Contains(string(plain), "P-7") {
				t.Errorf("stored in the clear: %s, %v", plain, err)
			}
		}
		lines, err := w.db.EventsOf(t.Context(), "u-1001", audit.FraudListKept, time.Time{})
		w.must(err)
		if len(lines) != 3 {
			t.Errorf("%d lines on the trail, want 3", len(lines))
		}
		long := strings.Repeat("ä", fraud.LongestReference+1)
		refusedOn(t, w.Fraud.Keep(t.Context(), o, "US", []fraud.Step{{ID: "bank", Note: note("", long)}}),
			"reference_bank", refusal.NoteLong)
		refusedOn(t, w.Fraud.Keep(t.Context(), o, "US", []fraud.Step{{ID: "bank", Note: note(long, "")}}),
			"on_bank", refusal.NoteLong)
	})
}

// TestFraudListRace: of many who save at once none is lost to a conflict, and one list stays.
func TestFraudListRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := w.Fraud.Keep(t.Context(), fraud.SignedIn(u), "US",
					[]fraud.Step{{ID: "bank", Done: true}}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		k, err := w.db.Protect().FraudList(t.Context(), "u-1001")
		w.must(err)
		if len(k.Rows) != 1 || k.Version != 8 {
			t.Errorf("%d steps, version %d", len(k.Rows), k.Version)
		}
	})
}

// TestTellDetails: what an owner gave to a fake page is one ticket for Account Security with the
// service level of phishing, however often the form comes.
func TestTellDetails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		g := casework.Given{Details: []string{"card", "password", "card"}, Where: " fake.example "}
		first, err := w.Fraud.TellDetails(t.Context(), u, g)
		w.must(err)
		again, err := w.Fraud.TellDetails(t.Context(), u, g)
		w.must(err)
		if again != first {
			t.Errorf("tickets %s and %s", first, again)
		}
		k, err := w.db.TicketByNumber(t.Context(), first)
		w.must(err)
		if k.Department != security.AccountSecurity || k.Topic != ticket.Phishing ||
			k.Kind != security.TicketGaveDetails || k.DueAt.Sub(k.OpenedAt) != 10*time.Hour {
			t.Errorf("ticket %+v", k)
		}
		said, err := w.db.Messages(t.Context(), k.ID)
		w.must(err)
		want := security.Remark{Kind: security.SaidGave, Args: []string{"password,card", "fake.example"}}
		if len(said) != 1 || !said[0].Public || cmp.Diff(want, said[0].Remark) != "" {
			t.Errorf("said %+v", said)
		}
		for _, tt := range []struct {
			given casework.Given
			field string
			code  refusal.Code
		}{
			{casework.Given{Where: "x"}, "gave", refusal.GaveNothing},
			{casework.Given{Details: []string{"password", "soul"}}, "gave", refusal.GaveUnknown},
			{casework.Given{Details: []string{"code"}, Where: strings.Repeat("ж", 201)}, "where",
				refusal.WhereLong},
		} {
			_, err := w.Fraud.TellDetails(t.Context(), u, tt.given)
			refusedOn(t, err, tt.field, tt.code)
		}
	})
}

// TestTellDetailsOnCase: in a recovery it lands on the case, answers how it happened, and shortens the
// time until somebody looks. Before the proof it is refused.
func TestTellDetailsOnCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		g := casework.Given{Details: []string{"password"}}
		w.ada()
		o := w.secured()
		w.must(w.Guided.TellDetails(t.Context(), o, g))
		c, err := w.db.Case(t.Context(), o.Case.ID)
		w.must(err)
		if c.DueAt.Sub(c.SecuredAt) > 10*time.Hour {
			t.Errorf("due %v after it was secured", c.DueAt.Sub(c.SecuredAt))
		}
		said, err := w.db.Messages(t.Context(), casework.OwnTicket(c))
		w.must(err)
		kinds := map[string]bool{}
		for _, m := range said {
			kinds[m.Remark.Kind] = m.Public
		}
		if public, ok := kinds[security.SaidGave]; !ok || !public {
			t.Errorf("said %v", kinds)
		}
		if r, err := w.db.Recovery(t.Context(), o.Recovery.ID); err != nil || r.How != "phishing" {
			t.Errorf("how %q, %v", r.How, err)
		}
	})
}
