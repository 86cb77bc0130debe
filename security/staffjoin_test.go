package security_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/staff"
)

const staffPassword = "nine copper lanterns at dawn"

var ben = staff.Invitee{Email: "Ben@Market.example", Name: "Ben Okafor", Role: staff.RoleSupport}

// invited invites from the command line and returns the token in the mail.
func (w *world) invited(who staff.Invitee) string {
	w.t.Helper()
	_, err := w.Staff.InviteStaff(w.t.Context(), security.Operator("staff invite"), who)
	w.must(err)
	return w.Staff.InvitationToken(mailed[notice.StaffInvitation](w, w.deliver()).Invitation)
}

// setUp presses the button of an invitation.
func (w *world) setUp(tok string) *staff.Member {
	w.t.Helper()
	session, err := w.Staff.BeginSetUp(w.t.Context(), console, tok)
	w.must(err)
	return w.staff(session)
}

func (w *world) staff(session string) *staff.Member {
	w.t.Helper()
	m, err := w.Staff.EnterStaff(w.t.Context(), console, session)
	w.must(err)
	return m
}

// joined takes somebody from the invitation to the first page; secret is what
// their authenticator holds.
func (w *world) joined(who staff.Invitee) (m *staff.Member, secret string, codes []string) {
	w.t.Helper()
	ctx, m := w.t.Context(), w.setUp(w.invited(who))
	e, err := w.Staff.SetUp(w.t.Context(), m)
	w.must(err)
	session, err := w.Staff.FinishSetUp(ctx, m, staff.Joining{Name: who.Name,
		Password: staffPassword,
		Code:     w.app(e.Secret)})
	w.must(err)
	m = w.staff(session)
	codes, err = w.Staff.StaffCodesShown(ctx, m)
	w.must(err)
	w.must(w.Staff.SaveStaffCodes(ctx, m, true))
	return m, e.Secret, codes
}

func TestInviteStaff(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		who  staff.Invitee
		code refusal.Code
		at   string
	}{
		{"no address", staff.Invitee{Role: staff.RoleAdmin}, refusal.EmailMissing, "email"},
		{"a name around it", staff.Invitee{Email: "Ben <ben@market.example>",
			Role: staff.RoleAdmin}, refusal.EmailInvalid, "email"},
		{"no host", staff.Invitee{Email: "ben@", Role: staff.RoleAdmin},
			refusal.EmailInvalid, "email"},
		{"a second header", staff.Invitee{Email: "ben@market.example\nBcc: x@example.org",
			Role: staff.RoleAdmin}, refusal.EmailInvalid, "email"},
		{"long name", staff.Invitee{Email: "ben@market.example", Name: strings.Repeat("b", 201),
			Role: staff.RoleAdmin}, refusal.NameLong, "name"},
		{"no role", staff.Invitee{Email: "ben@market.example"}, refusal.RoleUnknown, "role"},
		{"forged role", staff.Invitee{Email: "ben@market.example", Role: "root"},
			refusal.RoleUnknown, "role"},
	} {
		w := sqliteWorld(t)
		_, err := w.Staff.InviteStaff(t.Context(), security.Operator("x"), row.who)
		r, ok := errors.AsType[*security.Refusal](err)
		if !ok || r.Code != row.code || r.Field != row.at {
			t.Errorf("%s: %v", row.name, err)
		}
		if all, err := w.Staff.ListStaff(t.Context()); err != nil || len(all) != 0 ||
			len(w.deliver()) != 0 {
			t.Errorf("%s: %v and a mail were left behind, %v", row.name, all, err)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tok := w.invited(ben)
		for range 3 {
			at, err := w.Staff.OpenInvitation(ctx, tok)
			w.must(err)
			if at.State != security.LinkLive || at.Masked != "B••••@M••••.example" ||
				at.Role != staff.RoleSupport {
				t.Fatalf("landing %+v", at)
			}
		}
		m := w.setUp(tok)
		if m.Stage() != access.StageSetUp {
			t.Errorf("stage %q", m.Stage())
		}
		e, err := w.Staff.SetUp(w.t.Context(), m)
		w.must(err)
		if !strings.Contains(e.URI, "Market.example") || len(e.QR) == 0 {
			t.Errorf("enrolment %+v", e)
		}
		late := w.setUp(tok)
		if other, err := w.Staff.SetUp(w.t.Context(), late); err != nil ||
			other.Secret == e.Secret {
			t.Errorf("another browser is shown the same key, %v", err)
		}
		session, err := w.Staff.FinishSetUp(ctx, m, staff.Joining{Name: " Ben\n Okafor ",
			Password: staffPassword, Code: w.app(e.Secret)})
		w.must(err)
		for what, x := range map[string]*staff.Member{"the token from before": m,
			"the other browser": late} {
			_, err := w.Staff.EnterStaff(ctx, console, w.staffToken(x))
			if !errors.Is(err, security.ErrNoSession) {
				t.Errorf("%s lives: %v", what, err)
			}
		}
		m = w.staff(session)
		if m.Name != "Ben Okafor" || m.State() != staff.StaffActive || m.PasswordHash == "" ||
			strings.Contains(jsonOf(t, m), e.Secret) {
			t.Errorf("member %+v", m.Staff)
		}
		codes, err := w.Staff.StaffCodesShown(t.Context(), m)
		w.must(err)
		if m.Stage() != access.StageCodes || len(codes) != 10 {
			t.Errorf("stage %q, %d codes", m.Stage(), len(codes))
		}
		wantRefusal(t, w.Staff.SaveStaffCodes(ctx, m, false), refusal.CodesNotSaved)
		w.must(w.Staff.SaveStaffCodes(ctx, m, true))
		m = w.staff(session)
		if codes, err := w.Staff.StaffCodesShown(t.Context(), m); err != nil || len(codes) != 0 {
			t.Errorf("after they were saved: %v, %v", codes, err)
		}
		if m.Stage() != access.StageIn {
			t.Errorf("stage %q", m.Stage())
		}
		at, err := w.Staff.OpenInvitation(ctx, tok)
		w.must(err)
		if at.State != security.LinkUsed {
			t.Errorf("the invitation is %q", at.State)
		}
		_, err = w.Staff.BeginSetUp(ctx, console, tok)
		if gone, ok := errors.AsType[*security.LinkGone](err); !ok ||
			gone.State != security.LinkUsed {
			t.Errorf("pressed once more: %v", err)
		}
	})
}

// staffToken makes the token of a member's session as it was read.
func (w *world) staffToken(m *staff.Member) string {
	return w.Keys.Sign("staff-session", m.Session.ID+"-"+string(rune('0'+m.Session.Generation)))
}

func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	m := w.setUp(w.invited(ben))
	e, err := w.Staff.SetUp(w.t.Context(), m)
	w.must(err)
	good := staff.Joining{Name: "Ben", Password: staffPassword, Code: w.app(e.Secret)}
	for _, row := range []struct {
		name string
		set  func(*staff.Joining)
		code refusal.Code
		at   string
	}{
		{"no name", func(j *staff.Joining) { j.Name = " \t" }, refusal.NameMissing, "name"},
		{"long name", func(j *staff.Joining) { j.Name = strings.Repeat("b", 201) },
			refusal.NameLong, "name"},
		{"no password", func(j *staff.Joining) { j.Password = "" },
			refusal.Code(password.Empty), "new_password"},
		{"14 characters", func(j *staff.Joining) { j.Password = "vX9#kl2!Qz7@mN" },
			refusal.Code(password.Short), "new_password"},
		{"own name", func(j *staff.Joining) { j.Name, j.Password = "Quentin", "quentinquentin12" },
			refusal.Code(password.Personal), "new_password"},
		{"own address", func(j *staff.Joining) { j.Password = "ben@market.example" },
			refusal.Code(password.Personal), "new_password"},
		{"no code", func(j *staff.Joining) { j.Code = "" }, refusal.CodeMissing, "code"},
		{"letters", func(j *staff.Joining) { j.Code = "12345a" }, refusal.CodeLetters, "code"},
		{"wrong code", func(j *staff.Joining) { j.Code = "000000" }, refusal.CodeWrong, "code"},
	} {
		j := good
		row.set(&j)
		_, err := w.Staff.FinishSetUp(t.Context(), m, j)
		r, ok := errors.AsType[*security.Refusal](err)
		if !ok || r.Code != row.code || r.Field != row.at {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	x, err := w.db.StaffMember(t.Context(), m.ID)
	w.must(err)
	if x.State() != staff.StaffPending || x.PasswordHash != "" {
		t.Errorf("a refused form left %+v", x)
	}
	if f, err := w.db.Factors(t.Context(), m.ID); err != nil || len(f) != 0 {
		t.Errorf("a refused form left the factors %+v, %v", f, err)
	}
	_, err = w.Staff.FinishSetUp(t.Context(), m, good)
	w.must(err)
}

func TestInvitationEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		end   func(w *world, tok string) string
		state security.LinkState
	}{
		{"time", func(w *world, tok string) string {
			w.advance(staff.StaffInvitationLife)
			return tok
		}, security.LinkExpired},
		{"a newer one", func(w *world, tok string) string { w.invited(ben); return tok },
			security.LinkUsed},
		{"disabled", func(w *world, tok string) string {
			_, err := w.Staff.DisableStaff(t.Context(), security.Operator("x"), ben.Email)
			w.must(err)
			return tok
		}, security.LinkUsed},
		{"forged", func(w *world, _ string) string { return w.Lockout.LinkToken("x") },
			security.LinkUnknown},
	} {
		w := sqliteWorld(t)
		tok := w.invited(ben)
		m := w.setUp(tok)
		e, err := w.Staff.SetUp(w.t.Context(), m)
		w.must(err)
		tok = row.end(w, tok)
		at, err := w.Staff.OpenInvitation(t.Context(), tok)
		w.must(err)
		if at.State != row.state {
			t.Errorf("%s: state %q, want %q", row.name, at.State, row.state)
		}
		if _, err := w.Staff.BeginSetUp(t.Context(), console, tok); err == nil {
			t.Errorf("%s: the button works", row.name)
		}
		if row.state == security.LinkUnknown {
			continue
		}
		_, err = w.Staff.EnterStaff(t.Context(), console, w.staffToken(m))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("%s: whoever had begun goes on: %v", row.name, err)
		}
		_, err = w.Staff.FinishSetUp(t.Context(), m, staff.Joining{Name: "Ben",
			Password: staffPassword, Code: w.app(e.Secret)})
		if err == nil {
			t.Errorf("%s: whoever had begun has joined", row.name)
		}
	}
}

// TestJoinRace: sixteen browsers with one invitation, each with a key and a
// password of its own, make one member.
func TestJoinRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.invited(ben)
		var wg sync.WaitGroup
		var mu sync.Mutex
		var won []string
		var browsers []*staff.Member
		for range 16 {
			browsers = append(browsers, w.setUp(tok))
		}
		for _, m := range browsers {
			e, err := w.Staff.SetUp(w.t.Context(), m)
			w.must(err)
			wg.Go(func() {
				session, err := w.Staff.FinishSetUp(t.Context(), m, staff.Joining{Name: "Ben",
					Password: staffPassword, Code: w.app(e.Secret)})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won = append(won, session)
					return
				}
				wantRefusal(t, err, refusal.SetUpOver)
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d have joined", len(won))
		}
		m := w.staff(won[0])
		codes, err := w.Staff.StaffCodesShown(t.Context(), m)
		w.must(err)
		if len(codes) != 10 {
			t.Errorf("%d recovery codes", len(codes))
		}
	})
}

// TestJoinTwice: the second press of the one button gets the same new token.
func TestJoinTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.setUp(w.invited(ben))
		e, err := w.Staff.SetUp(w.t.Context(), m)
		w.must(err)
		form(m)
		j := staff.Joining{Name: "Ben", Password: staffPassword, Code: w.app(e.Secret)}
		var wg sync.WaitGroup
		tokens := make([]string, 8)
		for i := range tokens {
			wg.Go(func() {
				var err error
				if tokens[i], err = w.Staff.FinishSetUp(t.Context(), m, j); err != nil {
					t.Errorf("press %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if slices.Sort(tokens); len(slices.Compact(tokens)) != 1 {
			t.Errorf("tokens %q", tokens)
		}
	})
}

// TestSaveStaffCodesRenewed: whoever joined anew meanwhile has other codes than those that were
// saved.
func TestSaveStaffCodesRenewed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		join := func() *staff.Member {
			m := w.setUp(w.invited(ben))
			e, err := w.Staff.SetUp(ctx, m)
			w.must(err)
			session, err := w.Staff.FinishSetUp(ctx, m, staff.Joining{Name: ben.Name,
				Password: staffPassword, Code: w.app(e.Secret)})
			w.must(err)
			return w.staff(session)
		}
		was := join()
		m := join()
		if err := w.Staff.SaveStaffCodes(ctx, was, true); !errors.Is(err, security.ErrConflict) {
			t.Errorf("codes that nobody has seen here: %v", err)
		}
		if m = w.staff(w.staffToken(m)); m.Stage() != access.StageCodes {
			t.Errorf("stage %q", m.Stage())
		}
	})
}

// TestInviteAnew: the command line takes everything from a member and gives
// another role; the web page does not.
func TestInviteAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, codes := w.joined(ben)
		admin := w.member("ines", staff.RoleAdmin)
		_, err := w.Desk.Invite(ctx, admin, ben)
		wantRefusal(t, err, refusal.StaffKnown)
		_, err = w.Staff.DisableStaff(ctx, security.Operator("x"), ben.Email)
		w.must(err)

		again := ben
		again.Role = staff.RoleAdmin
		tok := w.invited(again)
		x, err := w.db.StaffMember(ctx, m.ID)
		w.must(err)
		want := staff.Staff{ID: m.ID, Email: ben.Email, Name: ben.Name, Role: again.Role,
			InvitedAt: w.Now(), Version: x.Version}
		if diff := cmp.Diff(want, x); diff != "" {
			t.Errorf("member (-want +got):\n%s", diff)
		}
		if f, err := w.db.Factors(ctx, m.ID); err != nil || len(f) != 0 {
			t.Errorf("factors %v, %v", f, err)
		}
		if codes, err := w.db.RecoveryCodes(ctx, m.ID); err != nil || len(codes) != 0 {
			t.Errorf("recovery codes %v, %v", codes, err)
		}
		_, err = w.Staff.SignInStaff(ctx, console, ben.Email, staffPassword)
		wantRefusal(t, err, refusal.SignInWrong)
		w.advance(time.Hour)
		n := w.setUp(tok)
		e, err := w.Staff.SetUp(w.t.Context(), n)
		w.must(err)
		if e.Secret == secret {
			t.Error("the new key is the old one")
		}
		session, err := w.Staff.FinishSetUp(ctx, n, staff.Joining{Name: "Ben",
			Password: "three wooden kites over water", Code: w.app(e.Secret)})
		w.must(err)
		if w.staff(session).Role != staff.RoleAdmin {
			t.Error("the new role was not given")
		}
		half, err := w.Staff.SignInStaff(ctx, console, ben.Email, "three wooden kites over water")
		w.must(err)
		_, err = w.Staff.ProveStaff(ctx, w.staff(half), codes[0])
		wantRefusal(t, err, refusal.CodeWrong)
	})
}
