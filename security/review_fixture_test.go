package security_test

import (
	"context"
	"regain/store"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
)

// quiet gives the account a usual login of long ago with the phone, so that a
// recovery with it comes from where the owner always is.
func (w *world) quiet(account string) {
	w.t.Helper()
	w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{
		{ID: "usual", Account: account, At: w.Now().Add(-40 * 24 * time.Hour), IP: phone.IP,
			Agent: phone.Agent, Outcome: "succeeded", Digest: "1"}}})
}

// reviewed is ada's case in the hands of m, whose owner has done every step and came
// from where she always is.
func (w *world) reviewed(m *staff.Member) security.Case {
	w.t.Helper()
	w.account("u-1001", "ada", "ada@example.org")
	w.quiet("u-1001")
	w.lock("ada")
	w.finished()
	w.visit("ada")
	return w.taken(m)
}

// taken gives ada's case to m and empties the outbox.
func (w *world) taken(m *staff.Member) security.Case {
	w.t.Helper()
	w.advance(time.Minute)
	w.must(w.Review.TakeCase(w.t.Context(), m, w.adaCase().Number, 0))
	w.deliver()
	return w.adaCase()
}

func (w *world) adaCase() security.Case {
	w.t.Helper()
	c, err := w.db.LatestCase(w.t.Context(), "u-1001")
	w.must(err)
	return c
}

// hijacked makes ada's case one that asks for four eyes.
func (w *world) hijacked(m *staff.Member) security.Case {
	w.t.Helper()
	c := w.reviewed(m)
	w.must(w.Review.ChangeCause(w.t.Context(), m, on(c, "money is gone"), recovery.Hijacked))
	return w.adaCase()
}

// proposed is ada's case, hijacked, with a proposal of m that waits.
func (w *world) proposed(m *staff.Member) security.Case {
	w.t.Helper()
	proposed, err := w.Review.ResumeCase(w.t.Context(), m,
		review.Decision{Number: w.hijacked(m).Number,
			Reason: "the owner is back in control"})
	w.must(err)
	if !proposed {
		w.t.Fatal("it was resumed by one person")
	}
	return w.adaCase()
}

// on is a decision about a case as it was just read.
func on(c security.Case, reason string) review.Decision {
	return review.Decision{Number: c.Number, Version: c.Version, Reason: reason}
}

// seen is a decision about a case as its page shows it to m.
func (w *world) seen(m *staff.Member, c security.Case, reason string) review.Decision {
	w.t.Helper()
	f, err := w.Review.ReviewCase(w.t.Context(), m, c.Number)
	w.must(err)
	d := on(f.Case, reason)
	d.FactsVersion = f.Account.FactsVersion
	return d
}

// everything is what decisions about ada's case could have changed.
func (w *world) everything() map[string]string {
	w.t.Helper()
	ctx, c := w.t.Context(), w.adaCase()
	all := map[string]string{"case": jsonOf(w.t, c)}
	put := func(name string, v any, err error) {
		w.t.Helper()
		w.must(err)
		all[name] = jsonOf(w.t, v)
	}
	a, err := w.db.Account(ctx, c.Account)
	put("account", a, err)
	addresses, err := w.db.Addresses(ctx, c.Account)
	put("addresses", addresses, err)
	factors, err := w.db.Factors(ctx, c.Account)
	put("factors", factors, err)
	tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: c.Account})
	put("tickets", tickets, err)
	messages, err := w.db.Messages(ctx, c.ID)
	put("messages", messages, err)
	notes, err := w.db.Notes(ctx, c.Account)
	put("notes", notes, err)
	proposals, err := w.db.Proposals(ctx, c.Account)
	put("proposals", proposals, err)
	mails, err := w.db.Mails(ctx, c.Account, 1000)
	put("mails", mails, err)
	causes, err := w.db.CauseHistory(ctx, c.ID)
	put("causes", causes, err)
	link, err := w.db.LatestLink(ctx, c.Account)
	put("link", link, err)
	put("sessions", w.sessionsOf(access.RecoverySession, c.Account), nil)
	return all
}

// broken fails every commit at its last write.
type broken struct{ *store.DB }

func (b broken) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	if e.Kind == audit.AccountViewed {
		return b.DB.Commit(ctx, e, writes...)
	}
	return b.DB.Commit(ctx, e, append(writes, security.HoldCase{ID: "nobody's"})...)
}

// intact checks the audit chain.
func (w *world) intact() {
	w.t.Helper()
	if _, bad, err := w.db.VerifyChain(w.t.Context()); err != nil || bad != nil {
		w.t.Errorf("audit chain: %+v, %v", bad, err)
	}
}

// trail names the audit lines of ada's case but those of the owner and of views.
func (w *world) trail() (kinds []string) {
	w.t.Helper()
	events, err := w.db.Events(w.t.Context(), w.adaCase().ID)
	w.must(err)
	for _, e := range events {
		if e.By.Kind == security.ByStaff && e.Kind != audit.AccountViewed {
			kinds = append(kinds, string(e.Kind)+" "+e.By.ID)
		}
	}
	return kinds
}

// lastNote is the newest note of ada.
func (w *world) lastNote() string {
	w.t.Helper()
	notes, err := w.db.Notes(w.t.Context(), "u-1001")
	w.must(err)
	return notes[len(notes)-1].Text(typed)
}

// linkOf is the id of the recovery link in a mail, or "".
func linkOf(n notice.Notice) string {
	switch n := n.(type) {
	case notice.LockedOut:
		return n.Link
	case notice.RecoveryLink:
		return n.Link
	}
	return ""
}

// typed is what a person wrote, or in codes what the portal says itself.
func typed(text string, r security.Remark) string {
	if r.Kind != "" {
		return strings.Join(append([]string{r.Kind}, r.Args...), " ")
	}
	return text
}
