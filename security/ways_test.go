package security_test

import (
	"context"
	"regain/cmd/wiring"
	"regain/store"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/staff"
)

// What can be changed about how somebody proves who they are.
const (
	aPassword    = "a new password"
	aFirst       = "a first second factor"
	aReplacement = "a replaced factor"
	aRemoval     = "a removed factor"
	aRenewal     = "renewed codes"
	aSaving      = "saved codes"
)

var waysToChange = []string{aPassword, aFirst, aReplacement, aRemoval, aRenewal, aSaving}

// way is where somebody makes such a change. begin brings them there; change makes it and
// returns the new token of the session in hand, "" where there is none to return. Without a
// change there is no such way.
type way struct {
	name   string
	begin  func(w *world, change string) *scene
	change map[string]func(k *scene) (string, error)
}

// scene is what stands just before the change.
type scene struct {
	*world
	owner  *guided.Owner
	user   *account.SignedIn
	member *staff.Member
	own    func() error // whether the session in hand lives under the token of before
	enter  func(token string) error
	others map[string]func() error // other sessions of the same person
	mailed map[string]func() bool  // what was mailed, and whether it still opens anything
	codes  func() []security.RecoveryCode
	finish func() error // what a second person does
}

// outcome is what a change leads to.
type outcome struct {
	Own      string   // the session in hand: "new token", "same token" or "none"
	Ended    []string // other sessions
	Dead     []string // of what was mailed
	Codes    string   // the recovery codes
	Activity []string
	Mails    []string
	Events   []string
}

// audited keeps the kinds of the audit lines.
type audited struct {
	*store.DB
	kinds []string
}

func (a *audited) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	err := a.DB.Commit(ctx, e, writes...)
	if err == nil {
		a.kinds = append(a.kinds, string(e.Kind))
	}
	return err
}

// TestEveryWay: one change has the same consequences, wherever it is made.
func TestEveryWay(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		for _, change := range waysToChange {
			t.Run(way.name+"/"+change, func(t *testing.T) {
				t.Parallel()
				want, expected := cells[way.name][change]
				do, exists := way.change[change]
				if expected != exists {
					t.Fatalf("expected %v, there is a way: %v", expected, exists)
				}
				if !exists {
					return
				}
				each(t, func(t *testing.T, w *world) {
					if diff := cmp.Diff(want, way.begin(w, change).play(do),
						cmpopts.EquateEmpty()); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

// play makes the change and looks at what came of it.
func (k *scene) play(do func(k *scene) (string, error)) outcome {
	k.t.Helper()
	for name, lives := range k.others {
		if err := lives(); err != nil {
			k.t.Fatalf("%s before the change: %v", name, err)
		}
	}
	for name, good := range k.mailed {
		if !good() {
			k.t.Fatalf("%s is dead before the change", name)
		}
	}
	k.deliver()
	k.advance(time.Minute)
	before, seen := k.codes(), k.activities()
	trail := &audited{DB: k.db}
	k.All = wiring.Rooms(*k.Core, trail)
	token, err := do(k)
	k.must(err)
	if k.finish != nil {
		trail.kinds = nil
		k.must(k.finish())
	}
	got := outcome{Own: k.hand(token), Codes: codesNow(before, k.codes()), Events: trail.kinds,
		Activity: k.activities()[len(seen):], Mails: addressees(k.deliver())}
	k.All = wiring.Rooms(*k.Core, k.db)
	for name, lives := range k.others {
		if lives() != nil {
			got.Ended = append(got.Ended, name)
		}
	}
	for name, good := range k.mailed {
		if !good() {
			got.Dead = append(got.Dead, name)
		}
	}
	slices.Sort(got.Ended)
	slices.Sort(got.Dead)
	return got
}

// hand tells what became of the session in hand.
func (k *scene) hand(token string) string {
	k.t.Helper()
	switch {
	case k.own == nil:
		return "none"
	case token == "":
		k.must(k.own())
		return "same token"
	case k.own() == nil:
		return "both tokens"
	}
	k.must(k.enter(token))
	return "new token"
}

// codesNow compares recovery codes before and after.
func codesNow(before, after []security.RecoveryCode) string {
	shown := func(c security.RecoveryCode) bool { return c.Sealed != "" }
	switch {
	case len(after) == 0:
		return "none"
	case len(before) == 0 || before[0].ID != after[0].ID:
		return "new"
	case slices.ContainsFunc(before, shown) && !slices.ContainsFunc(after, shown):
		return "saved"
	}
	return "as before"
}

// activities are those of the account, the oldest first.
func (k *scene) activities() []string {
	k.t.Helper()
	all, err := k.db.Activities(k.t.Context(), "u-1001", start.AddDate(-1, 0, 0), 99)
	k.must(err)
	var lines []string
	for _, a := range slices.Backward(all) {
		line := a.Kind
		if a.From != "" || a.To != "" {
			line += ": " + a.From + " > " + a.To
		}
		lines = append(lines, line)
	}
	return lines
}

// addressees are the kinds of mail, each with those who got it.
func addressees(all []posted) (lines []string) {
	to := map[string][]string{}
	for _, p := range all {
		to[string(p.Kind())] = append(to[string(p.Kind())], p.To)
	}
	for kind, who := range to {
		slices.Sort(who)
		lines = append(lines, kind+": "+strings.Join(who, " "))
	}
	slices.Sort(lines)
	return lines
}

// resident is ada's account with a second address and one that was replaced a day ago, and with
// an authenticator where the change needs one. It returns the seed.
func (w *world) resident(change string) (seed string) {
	w.t.Helper()
	a := w.account("u-1001", "ada", "ada@example.org")
	w.commit(audit.AccountImported,
		security.AddAddress{Address: security.Address{ID: "a0", Account: a.ID,
			Origin: security.OriginFirst,
			Email:  "gone@example.org", Since: a.CreatedAt.AddDate(-1, 0, 0)}},
		security.RetireAddress{ID: "a0", Account: a.ID, At: w.Now().Add(-24 * time.Hour)},
		security.AddAddress{Address: security.Address{ID: "a2", Account: a.ID, Notice: true,
			Email: "second@example.org", Since: a.CreatedAt, Origin: security.OriginOwner}})
	if change == aPassword || change == aFirst {
		return ""
	}
	_, seed = w.withApp(w.signIn("ada"))
	w.advance(time.Minute)
	return seed
}

func (w *world) lives(o *guided.Owner) func() error {
	token := w.token(o)
	return func() error { _, err := w.Guided.Enter(w.t.Context(), phone, token); return err }
}

func (w *world) livesSignedIn(u *account.SignedIn) func() error {
	token := w.accountToken(u.Session)
	return func() error {
		_, err := w.Account.EnterAccount(w.t.Context(), phone, token)
		return err
	}
}

// ownerScene is a scene of the owner with a link and a code on their way.
func (w *world) ownerScene() *scene {
	w.t.Helper()
	ctx := w.t.Context()
	k := &scene{world: w, others: map[string]func() error{}}
	asked, mails := w.asked("ada")
	m := mailed[notice.RecoveryLink](w, mails)
	k.mailed = map[string]func() bool{
		"link": func() bool {
			l, err := w.db.Link(ctx, m.Link)
			w.must(err)
			return l.At(w.Now()) == security.LinkLive
		},
		"code": func() bool {
			id, _ := w.Keys.Open("request", asked)
			r, err := w.db.Request(ctx, id)
			w.must(err)
			return r.EndedAt.IsZero()
		},
	}
	k.codes = func() []security.RecoveryCode {
		all, err := w.db.RecoveryCodes(ctx, "u-1001")
		w.must(err)
		return all
	}
	return k
}

// inRecovery shows what is enrolled and leads to the step of the change.
func (w *world) inRecovery(o *guided.Owner, seed string) *guided.Owner {
	w.t.Helper()
	if seed == "" {
		return o
	}
	session, err := w.Guided.ProveFactor(w.t.Context(), o, w.app(seed))
	w.must(err)
	w.advance(time.Minute)
	return w.owner(session)
}

func (k *scene) as(o *guided.Owner) *scene {
	k.owner, k.own = o, k.lives(o)
	k.enter = func(token string) error {
		_, err := k.Guided.Enter(k.t.Context(), phone, token)
		return err
	}
	return k
}

func beginLocked(w *world, change string) *scene {
	seed := w.resident(change)
	w.lock("ada")
	o := w.inRecovery(w.visit("ada"), seed)
	if change != aPassword {
		session, err := w.Guided.UpdatePassword(w.t.Context(), o, newPassword)
		w.must(err)
		o = w.owner(session)
	}
	elsewhere := w.visit("ada")
	k := w.ownerScene().as(o)
	k.others["another recovery"] = w.lives(elsewhere)
	return k
}

func beginCheckUp(w *world, change string) *scene {
	seed := w.resident(change)
	o := w.inRecovery(w.visit("ada"), seed)
	if change != aPassword {
		w.must(w.Guided.KeepPassword(w.t.Context(), o))
		o = w.owner(w.token(o))
	}
	elsewhere, user := w.visit("ada"), w.signIn("ada")
	k := w.ownerScene().as(o)
	k.others["another recovery"], k.others["signed in"] = w.lives(elsewhere), w.livesSignedIn(user)
	return k
}

func beginSignedIn(w *world, change string) *scene {
	seed := w.resident(change)
	u := w.signIn("ada")
	if seed != "" {
		session, err := w.Account.ProveSignIn(w.t.Context(), u, w.app(seed))
		w.must(err)
		u = w.entered(session)
	}
	w.must(w.Account.AskAddress(w.t.Context(), u, "ada@new.example", false))
	elsewhere, user := w.visit("ada"), w.signIn("ada")
	k := w.ownerScene()
	k.user, k.own = u, w.livesSignedIn(u)
	k.enter = func(token string) error {
		_, err := w.Account.EnterAccount(w.t.Context(), phone, token)
		return err
	}
	k.others["another recovery"], k.others["signed in"] = w.lives(elsewhere), w.livesSignedIn(user)
	k.mailed["change of address"] = func() bool {
		all, err := w.db.AddressChanges(w.t.Context(), "u-1001", time.Time{})
		w.must(err)
		return slices.ContainsFunc(all, func(c account.AddressChange) bool {
			return c.State == account.ChangePending
		})
	}
	return k
}

// beginJoining is a member of staff who sets up what they were invited for. Where something is
// enrolled they have just done so.
func beginJoining(w *world, change string) *scene {
	ctx := w.t.Context()
	tok := w.invited(ben)
	m, other := w.setUp(tok), w.setUp(tok)
	if change == aSaving {
		e, err := w.Staff.SetUp(w.t.Context(), m)
		w.must(err)
		session, err := w.Staff.FinishSetUp(ctx, m, staff.Joining{Name: ben.Name,
			Password: staffPassword, Code: w.app(e.Secret)})
		w.must(err)
		m, other = w.staff(session), nil
	}
	k := &scene{world: w, member: m}
	k.own = w.livesStaff(m)
	k.enter = func(token string) error {
		_, err := w.Staff.EnterStaff(ctx, console, token)
		return err
	}
	k.codes = func() []security.RecoveryCode {
		all, err := w.db.RecoveryCodes(ctx, m.ID)
		w.must(err)
		return all
	}
	if other != nil {
		k.others = map[string]func() error{"another set-up": w.livesStaff(other)}
		k.mailed = map[string]func() bool{"invitation": func() bool {
			landing, err := w.Staff.OpenInvitation(ctx, tok)
			w.must(err)
			return landing.State == security.LinkLive
		}}
	}
	return k
}

func (w *world) livesStaff(m *staff.Member) func() error {
	token := w.staffToken(m)
	return func() error { _, err := w.Staff.EnterStaff(w.t.Context(), console, token); return err }
}

// beginReproof is Account Security, whom the owner has convinced.
func beginReproof(w *world, change string) *scene {
	ctx := w.t.Context()
	w.resident(change)
	w.ticket("T-10", func(t *security.Ticket) { t.Department = security.AccountSecurity })
	ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
	for _, m := range []*staff.Member{ines, omar} {
		_, err := w.Desk.DeskTicket(ctx, m, "T-10")
		w.must(err)
	}
	elsewhere, user := w.visit("ada"), w.signIn("ada")
	k := w.ownerScene()
	k.member = ines
	k.others["another recovery"], k.others["signed in"] = w.lives(elsewhere), w.livesSignedIn(user)
	k.finish = func() error { return w.Desk.ApproveReproof(ctx, omar, "T-10", w.lastReproof().ID) }
	return k
}
