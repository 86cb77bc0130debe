package security_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
)

// stranger is a device and a place that ada's account has never seen.
var stranger = security.Visitor{IP: "203.0.113.9", Agent: windows}

// A setting makes up what four eyes depend on: before happens ahead of the lockout,
// after once the owner has finished; from is where the recovery comes from.
type setting struct {
	name          string
	before, after func(w *world)
	from          security.Visitor
	enrolFrom     security.Visitor // when the session has moved on to another device
	lockedBy      string           // id of staff
	unsecured     bool
	enrol         bool
	unconfirmed   bool // no later visit stands for the password
	want          []string
}

const fortnight = 14 * 24 * time.Hour

// told puts an activity on ada's account.
func told(kind string, ago time.Duration) func(w *world) {
	return func(w *world) {
		w.commit(audit.ActivityImported, security.PutActivities{Activities: []security.Activity{
			{ID: kind + ago.String(), Account: "u-1001", At: w.Now().Add(-ago), Kind: kind,
				Digest: "1"}}})
	}
}

// moved puts an address on ada's account, of this origin and age.
func moved(origin string, ago time.Duration) func(w *world) {
	return func(w *world) {
		w.commit(audit.AccountImported, security.AddAddress{Address: security.Address{ID: "a2",
			Account: "u-1001", Email: "new@example.org", Since: w.Now().Add(-ago), Origin: origin}})
	}
}

// denied answers a login of the given outcome with "not me", and takes that back if
// so told.
func denied(outcome string, takenBack bool) func(w *world) {
	return func(w *world) {
		ctx := w.t.Context()
		w.must(w.login(ctx, outcome))
		o := w.visit("ada")
		w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"late-" + outcome: "not_me"}))
		if takenBack {
			w.must(w.Guided.AnswerLogins(ctx, w.owner(w.token(o)),
				map[string]string{"late-" + outcome: "me"}))
		}
	}
}

// reproofed is an approval of Account Security that took a factor from ada.
func reproofed(ago time.Duration) func(w *world) {
	return func(w *world) {
		eva := w.member("eva", staff.RoleSecurity)
		at := w.Now().Add(-ago)
		w.commit(audit.ReproofProposed, review.MakeProposal{Proposal: lockout.Proposal{ID: "p",
			Kind: lockout.ProposeFactor, Account: "u-1001", By: eva.ID, At: at,
			ExpiresAt: at.Add(time.Hour)}})
		w.commit(audit.ReproofApproved, lockout.DecideProposal{ID: "p", By: eva.ID,
			State: lockout.ProposalApproved, At: at})
	}
}

// flooded buries what was before under many messages and failed logins.
func flooded(w *world) {
	told("payout_changed", time.Hour)(w)
	var done []security.Activity
	var tried []security.Login
	for i := range 2500 {
		at := w.Now().Add(-time.Minute)
		done = append(done, security.Activity{ID: fmt.Sprint("m", i), Account: "u-1001", At: at,
			Kind: "message_sent", Digest: "1"})
		tried = append(tried, security.Login{ID: fmt.Sprint("l", i), Account: "u-1001", At: at,
			IP: stranger.IP, Agent: windows, Outcome: "failed", Digest: "1"})
	}
	w.commit(audit.ActivityImported, security.PutActivities{Activities: done})
	w.commit(audit.LoginsImported, security.PutLogins{Logins: tried})
}

var (
	homePC  = security.Visitor{IP: phone.IP, Agent: windows}
	abroad  = security.Visitor{IP: stranger.IP, Agent: phone.Agent}
	hidden  = security.Visitor{IP: phone.IP}
	nowhere = security.Visitor{IP: stranger.IP}
)

var settings = []setting{
	{name: "a quiet case"},
	{name: "the owner has not updated the password", unsecured: true,
		want: []string{recovery.SignalNotSecured}},
	{name: "hijacked", after: func(w *world) { w.cause(recovery.Hijacked) },
		want: []string{recovery.SignalHijacked}},
	{name: "not me, got in", after: denied("succeeded", false),
		want: []string{recovery.SignalLoginDenied}},
	{name: "not me, taken back", after: denied("succeeded", true),
		want: []string{recovery.SignalLoginDenied}},
	{name: "not me, stopped", after: denied("stopped", false)},
	{name: "e-mail told of lately", before: told("email_changed", fortnight-time.Minute),
		want: []string{recovery.SignalEmailChanged}},
	{name: "e-mail told of long ago", before: told("email_changed", fortnight)},
	{name: "e-mail told of later", after: told("email_changed", 0),
		want: []string{recovery.SignalEmailChanged}},
	{name: "payout lately", before: told("payout_changed", fortnight-time.Minute),
		want: []string{recovery.SignalPayoutChanged}},
	{name: "payout long ago", before: told("payout_changed", fortnight)},
	{name: "payout later", after: told("payout_changed", 0),
		want: []string{recovery.SignalPayoutChanged}},
	{name: "another change", before: told("profile_changed", time.Hour)},
	{name: "an address lately", before: moved(security.OriginImport, fortnight-time.Minute),
		want: []string{recovery.SignalEmailChanged}},
	{name: "an address long ago", before: moved(security.OriginImport, fortnight)},
	{name: "an address later", after: moved(security.OriginTold, 0),
		want: []string{recovery.SignalEmailChanged}},
	{name: "a second address lately", before: func(w *world) {
		w.commit(audit.AddressChanged, security.AddAddress{Address: security.Address{ID: "a3",
			Account: "u-1001", Email: "second@example.org", Since: w.Now().Add(-time.Hour),
			Origin: security.OriginOwner, Notice: true}})
	}},
	{name: "an address by its owner lately", before: moved(security.OriginOwner, time.Hour),
		want: []string{recovery.SignalEmailChanged}},
	{name: "an address by staff", after: moved(security.OriginStaff, 0),
		want: []string{recovery.SignalStaffReviewed}},
	{name: "an address by staff long ago", before: moved(security.OriginStaff, fortnight)},
	{name: "a factor taken away by staff", after: reproofed(0),
		want: []string{recovery.SignalStaffReviewed}},
	{name: "a factor taken away by staff long ago", before: reproofed(fortnight)},
	{name: "a factor of this recovery", enrol: true},
	{name: "a factor, on a new device", enrol: true, from: homePC,
		want: []string{recovery.SignalProvisionalFactor}},
	{name: "a factor, on a hidden device", enrol: true, from: hidden,
		want: []string{recovery.SignalProvisionalFactor}},
	{name: "a factor, on a new device that took the session over", enrol: true, enrolFrom: homePC,
		want: []string{recovery.SignalProvisionalFactor}},
	{name: "a new device at home", from: homePC},
	{name: "the own phone abroad", from: abroad},
	{name: "a new device abroad", from: stranger,
		want: []string{recovery.SignalUnfamiliarRecovery}},
	{name: "a hidden device abroad", from: nowhere,
		want: []string{recovery.SignalUnfamiliarRecovery}},
	{name: "a factor, on a new device abroad", enrol: true, from: stranger,
		want: []string{recovery.SignalProvisionalFactor, recovery.SignalUnfamiliarRecovery}},
	{name: "a second visit from a new place", after: func(w *world) { w.visitFrom(stranger) },
		want: []string{recovery.SignalUnfamiliarRecovery}},
	{name: "the place of the attacker", before: func(w *world) {
		w.must(w.login(w.t.Context(), "succeeded"))
	},
		from: stranger, want: []string{recovery.SignalUnfamiliarRecovery}},
	{name: "locked by whoever resumes", lockedBy: "s-ines",
		want: []string{recovery.SignalLockedBySameAnalyst}},
	{name: "locked by another", lockedBy: "s-otto"},
	{name: "under a flood", before: flooded, from: stranger,
		want: []string{recovery.SignalPayoutChanged, recovery.SignalUnfamiliarRecovery}},
	{name: "nobody stands for the password", unconfirmed: true,
		want: []string{recovery.SignalUnconfirmed}},
	{name: "everything else", unsecured: true, from: stranger, enrol: true, lockedBy: "s-ines",
		before: told("payout_changed", time.Hour),
		after: func(w *world) {
			told("email_changed", 0)(w)
			reproofed(0)(w)
			w.cause(recovery.Hijacked)
			w.must(w.login(w.t.Context(), "succeeded"))
			r, err := w.db.RecoveryOfCase(w.t.Context(), w.adaCase().ID)
			w.must(err)
			w.commit(audit.LoginsAnswered,
				security.PutAnswer{Answer: security.Answer{Recovery: r.ID,
					Account: "u-1001", Login: "late-succeeded", Answer: "not_me", At: w.Now()}})
			c := w.adaCase()
			c.ContestedAt = w.Now()
			w.commit(audit.PasswordContested, security.SaveCase{Case: c})
		}, want: slices.DeleteFunc(slices.Clone(recovery.FourEyesCodes),
			func(code string) bool {
				return code == recovery.SignalUnconfirmed || code == recovery.SignalNewKey
			})},
}

func (w *world) cause(cause recovery.Cause) {
	w.t.Helper()
	c := w.adaCase()
	c.Cause = cause
	w.commit(audit.CaseCauseChanged, w.placed(c))
}

func (w *world) visitFrom(v security.Visitor) {
	w.t.Helper()
	w.must(w.Lockout.SendLink(w.t.Context(), security.Operator("link"), "ada"))
	for _, m := range w.deliver() {
		if link := linkOf(m.Notice); link != "" {
			_, err := w.Lockout.UseLink(w.t.Context(), v, w.Lockout.LinkToken(link))
			w.must(err)
		}
	}
}

// TestFourEyesFacts: each fact alone and all together, as the page tells them and as
// the resume obeys them.
func TestFourEyesFacts(t *testing.T) {
	t.Parallel()
	for _, row := range settings {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			ctx := t.Context()
			ines := w.member("ines", staff.RoleSecurity)
			w.member("otto", staff.RoleSecurity)
			w.play(row)
			c := w.taken(ines)
			f, err := w.Review.ReviewCase(ctx, ines, c.Number)
			w.must(err)
			if diff := cmp.Diff(row.want, f.Needs); diff != "" {
				t.Errorf("the page (-want +got):\n%s", diff)
			}
			proposed, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "x"))
			w.must(err)
			if proposed != (row.want != nil) {
				t.Errorf("proposed: %v", proposed)
			}
			if f, err = w.Review.ReviewCase(ctx, ines, c.Number); err != nil {
				t.Fatal(err)
			}
			if proposed && cmp.Diff(row.want, f.Pending.Needs) != "" {
				t.Errorf("the proposal says %q", f.Pending.Needs)
			}
			if got := f.Account.Locked(); got != proposed {
				t.Errorf("locked: %v", got)
			}
		})
	}
}

// play locks ada's account and lets its owner go as far as the setting says.
func (w *world) play(row setting) {
	w.t.Helper()
	ctx := w.t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.quiet("u-1001")
	by := security.Operator("lock")
	if row.before != nil {
		row.before(w)
	}
	w.advance(time.Second)
	if row.lockedBy != "" {
		by = security.Actor{Kind: security.ByStaff, ID: row.lockedBy, Visitor: console}
	}
	_, err := w.Lockout.Lock(ctx, by, "ada", recovery.Compromised, "a stopped login")
	w.must(err)
	from := row.from
	if from == (security.Visitor{}) {
		from = phone
	}
	var link string
	for _, m := range w.deliver() {
		link += linkOf(m.Notice)
	}
	session, err := w.Lockout.UseLink(ctx, from, w.Lockout.LinkToken(link))
	w.must(err)
	enter := func() *guided.Owner {
		o, err := w.Guided.Enter(ctx, from, session)
		w.must(err)
		return o
	}
	session, err = w.Guided.UpdatePassword(ctx, enter(), newPassword)
	w.must(err)
	if row.enrolFrom != (security.Visitor{}) {
		from = row.enrolFrom
	}
	if row.enrol {
		e, err := w.Guided.Enrol(ctx, enter())
		w.must(err)
		session, err = w.Guided.ConfirmTwoFactor(ctx, enter(), w.app(e.Secret))
		w.must(err)
		w.must(w.Guided.SaveCodes(ctx, enter(), true))
	} else {
		w.must(w.Guided.SkipTwoFactor(ctx, enter()))
	}
	w.advance(time.Second)
	if !row.unconfirmed {
		w.confirmsLater()
	}
	if row.after != nil {
		row.after(w)
	}
	if row.unsecured {
		c := w.adaCase()
		c.SecuredAt = time.Time{}
		w.commit(audit.MessageSent, w.placed(c))
	}
}

// confirmsLater is a later visit with the phone that stands for the password of the running case.
func (w *world) confirmsLater() {
	w.t.Helper()
	r, err := w.db.RecoveryOfCase(w.t.Context(), w.adaCase().ID)
	w.must(err)
	w.commit(audit.PasswordConfirmed, access.StartSession{Session: access.Session{ID: "later",
		Kind: access.RecoverySession, Stage: access.StageIn, Subject: r.Account, Recovery: r.ID,
		PasswordAt: r.PasswordAt,
		StartedAt:  w.Now(), EndsAt: w.Now(), EndedAt: w.Now(), Visitor: phone}})
}

// TestHijackedStaysHijacked: whoever takes the cause back does not thereby spare
// themselves the second person.
func TestHijackedStaysHijacked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.hijacked(ines)
		w.must(w.Review.ChangeCause(ctx, ines, on(c, "it was nothing"), recovery.Compromised))
		f, err := w.Review.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if diff := cmp.Diff([]string{recovery.SignalHijacked}, f.Needs); diff != "" {
			t.Errorf("the page (-want +got):\n%s", diff)
		}
		proposed, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "x"))
		if err != nil || !proposed || !w.accountOf("u-1001").Locked() {
			t.Errorf("proposed %v, %v", proposed, err)
		}
	})
}

// TestTooMuchToRead: where the lists of a case are cut off, the worst is assumed of what
// they lack.
func TestTooMuchToRead(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	w.play(setting{})
	var tried []security.Login
	var done []security.Activity
	for i := range 10_000 {
		tried = append(tried, security.Login{ID: fmt.Sprint("l", i), Account: "u-1001", At: w.Now(),
			IP: stranger.IP, Agent: windows, Outcome: "failed", Digest: "1"})
		done = append(done, security.Activity{ID: fmt.Sprint("m", i), Account: "u-1001",
			At:   w.Now(),
			Kind: "message_sent", Digest: "1"})
	}
	for _, row := range []struct {
		more security.Write
		want []string
	}{
		{security.PutLogins{Logins: tried}, []string{recovery.SignalUnfamiliarRecovery}},
		{security.PutActivities{Activities: done}, []string{recovery.SignalEmailChanged,
			recovery.SignalPayoutChanged, recovery.SignalUnfamiliarRecovery}},
	} {
		w.commit(audit.LoginsImported, row.more)
		f, err := w.Review.ReviewCase(ctx, ines, w.adaCase().Number)
		w.must(err)
		if diff := cmp.Diff(row.want, f.Needs); diff != "" {
			t.Errorf("%T (-want +got):\n%s", row.more, diff)
		}
	}
}
