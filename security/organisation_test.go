package security_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/security/staff"
)

const acmeNotice = "security@acme.example"

// joins makes the account one of an organisation that asks for this.
func (w *world) joins(account string, p policy.Policy) {
	w.t.Helper()
	_, err := w.Organisations.Set(w.t.Context(), importing, policy.Organisation{ID: "acme", Name: "Acme",
		Notice: acmeNotice, Policy: p})
	w.must(err)
	a := w.accountOf(account)
	a.Organisation = "acme"
	w.commit("account.imported", feed.PutAccount{Account: a})
}

// A policy that gets stricter holds for sessions that began before, of both kinds.
func TestSessionEndsByTheRuleOfTheOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		token := w.accountToken(u.Session)
		w.advance(6 * time.Minute)
		w.joins("u-1001", policy.Policy{Idle: 5 * time.Minute})
		_, err := w.Account.EnterAccount(t.Context(), phone, token)
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("idle for six minutes of five: %v", err)
		}
		w.joins("u-1001", policy.Policy{Whole: 30 * time.Minute})
		u = w.signIn("alan")
		if whole := u.Session.Rules().Whole; whole != (policy.Limit{For: 30 * time.Minute, Whose: policy.ByOrganisation}) {
			t.Errorf("the whole is limited by %v", whole)
		}
		for range 3 {
			w.advance(9 * time.Minute)
			u = w.reload(u)
		}
		if until := u.Session.StartedAt.Add(30 * time.Minute); !u.Session.Until().Equal(until) {
			t.Errorf("ends %v, want %v", u.Session.Until(), until)
		}
		w.advance(3 * time.Minute)
		_, err = w.Account.EnterAccount(t.Context(), phone, w.accountToken(u.Session))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("after half an hour: %v", err)
		}
		w.joins("u-1001", policy.Policy{Idle: 24 * time.Hour, Whole: 240 * time.Hour})
		u = w.signIn("alan")
		if got := u.Session.Rules(); got.Idle != (policy.Limit{For: access.SignedInIdle, Whose: policy.ByProduct}) ||
			got.Whole != (policy.Limit{For: access.SignedInWhole, Whose: policy.ByProduct}) {
			t.Errorf("longer limits have an effect: %+v", got)
		}
	})
}

// Who has to have a second factor is asked for it before anything else, in the one way whoever asks.
func TestOrganisationAsksForASecondFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		if w.Account.MustEnrol(u) {
			t.Error("nobody asks for a factor, and one is owed")
		}
		w.joins("u-1001", policy.Policy{SecondFactor: true, Kinds: []policy.Kind{policy.Passkey}})
		if u = w.reload(u); !w.Account.MustEnrol(u) || u.Rules.SecondFactor.Whose != policy.ByOrganisation {
			t.Errorf("owes nothing: %+v", u.Rules)
		}
		u, seed := w.withApp(u)
		if !w.Account.MustEnrol(u) {
			t.Error("an app stands in for a passkey")
		}
		// As long as it is the only factor it proves who they are.
		w.advance(time.Minute)
		half := w.signIn("alan")
		session, err := w.Account.ProveSignIn(t.Context(), half, w.app(seed))
		w.must(err)
		u, _ = w.withPasskey(w.entered(session), "one")
		if w.Account.MustEnrol(u) {
			t.Error("a passkey is not enough")
		}
		w.advance(time.Minute)
		half = w.signIn("alan")
		_, err = w.Account.ProveSignIn(t.Context(), half, w.app(seed))
		wantField(t, err, "code", refusal.CodeWrong)
		key := slices.IndexFunc(u.Factors, func(f security.Factor) bool {
			return f.Kind == security.FactorPasskey
		})
		_, err = w.Account.RemoveFactor(t.Context(), u, u.Factors[key].ID)
		wantField(t, err, "", refusal.PasskeyNeeded)
		if got := u.KeepFactor(u.Factors[key]); got != policy.ByOrganisation {
			t.Errorf("it stays by the rule of %q", got)
		}
		_, err = w.Account.RemoveFactor(t.Context(), u, u.Factors[1-key].ID)
		w.must(err)
		if w.factors() != "passkey one" {
			t.Errorf("factors: %s", w.factors())
		}
		o, err := w.Account.Overview(t.Context(), w.reload(u))
		w.must(err)
		if !slices.ContainsFunc(o.Missing, func(i account.OverviewItem) bool {
			return i.Code == account.FactorSingle && i.Count == 1
		}) {
			t.Errorf("advises an app, which does not count: %+v", o.Missing)
		}
	})
}

// In a recovery the step cannot be postponed, and no factor of another kind meets it.
func TestRecoveryAsksForTheFactorOfTheOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		w.joins("u-1001", policy.Policy{SecondFactor: true})
		o := w.arrived("ada")
		if !o.Progress.TwoFactorRequired {
			t.Error("the step can be postponed")
		}
		_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		o = w.reread(o)
		wantField(t, w.Guided.SkipTwoFactor(t.Context(), o), "", refusal.TwoFactorNeeded)
		o, _, _ = w.enrolled(o)
		if !o.Progress.TwoFactorOn {
			t.Error("an app does not meet the step, and any kind would do")
		}
		w.joins("u-1001", policy.Policy{SecondFactor: true, Kinds: []policy.Kind{policy.Passkey}})
		if o = w.reread(o); o.Progress.TwoFactorOn {
			t.Error("an app meets the step, and only a passkey counts")
		}
	})
}

// The address of the organisation hears that something happened: nothing of what is known, and whatever
// the owner chose, and only about members.
func TestOrganisationHearsOfItsMembers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		told := func(mails []posted) (all []string) {
			for _, m := range mails {
				n, ok := m.Notice.(notice.MemberNotice)
				if (m.Envelope.To == acmeNotice) != ok {
					t.Errorf("%s got %s", m.Envelope.To, m.Notice.Kind())
				}
				if ok {
					if n.Member != "alan" || m.Envelope.Contest != "" || m.Envelope.Reply != "" ||
						strings.Contains(m.Envelope.Username+m.Envelope.Name, "Lovelace") {
						t.Errorf("tells %+v %+v", n, m.Envelope)
					}
					all = append(all, string(n.What))
				}
			}
			return all
		}
		want := func(what string, mails []posted, want ...string) {
			t.Helper()
			if got := told(mails); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: told %v, want %v", what, got, want)
			}
		}
		u := w.alan()
		u, _ = w.withApp(u)
		want("not a member yet", w.deliver())
		w.joins("u-1001", policy.Policy{Countries: []string{"GB"}})
		u = w.reload(u)
		_, err := w.Account.RenewCodes(t.Context(), u)
		w.must(err)
		want("new codes", w.deliver(), "two_factor")
		w.come("familiar", 20*24*time.Hour, func(l *security.Login) { l.IP, l.Agent = phone.IP, phone.Agent })
		w.come("abroad", 0)
		want("a sign-in from abroad", w.deliver(), "sign_in")
		w.come("abroad again", 0)
		want("another at once, which is as grave", w.deliver(), "sign_in")
		w.account("u-2", "bob", "bob@example.org")
		w.commit("account.imported")
		if _, err := w.Lockout.Lock(t.Context(), importing, "bob", "compromised", "seen"); err != nil {
			t.Fatal(err)
		}
		want("somebody else is locked", w.deliver())
		if _, err := w.Lockout.Lock(t.Context(), importing, "alan", "compromised", "seen"); err != nil {
			t.Fatal(err)
		}
		want("a member is locked", w.deliver(), "locked")
	})
}

// The address of the organisation hears that something else is asked of its members, or that it hears no more.
func TestOrganisationHearsOfItsRules(t *testing.T) {
	t.Parallel()
	was := policy.Organisation{ID: "acme", Name: "Acme", Domains: []string{"acme.example"}, Notice: acmeNotice,
		Policy: policy.Policy{SecondFactor: true}}
	for name, row := range map[string]struct {
		change func(*policy.Organisation)
		want   notice.Notice
	}{
		"nothing":    {func(*policy.Organisation) {}, nil},
		"the name":   {func(o *policy.Organisation) { o.Name = "Acme Ltd" }, nil},
		"a rule":     {func(o *policy.Organisation) { o.SecondFactor = false }, notice.OrganisationChanged{Rules: true}},
		"an issuer":  {func(o *policy.Organisation) { o.Issuer = "https://id.example" }, notice.OrganisationChanged{Rules: true}},
		"the domain": {func(o *policy.Organisation) { o.Domains = nil }, notice.OrganisationChanged{Rules: true}},
		"another address": {func(o *policy.Organisation) { o.Notice = "eve@evil.example" },
			notice.OrganisationChanged{Moved: true}},
		"no address and no rule": {func(o *policy.Organisation) { *o = policy.Organisation{ID: "acme", Name: "Acme"} },
			notice.OrganisationChanged{Rules: true, Moved: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			set := func(o policy.Organisation) {
				t.Helper()
				_, err := w.Organisations.Set(t.Context(), importing, o)
				w.must(err)
			}
			set(was)
			if mails := w.deliver(); len(mails) != 0 {
				t.Errorf("of a new organisation %v", kinds(mails))
			}
			w.advance(time.Hour)
			is := was
			is.Domains = slices.Clone(was.Domains)
			row.change(&is)
			set(is)
			want := row.want
			if changed, ok := want.(notice.OrganisationChanged); ok {
				changed.Organisation, changed.At = "Acme", w.Now()
				want = changed
			}
			var got notice.Notice
			for _, m := range w.deliver() {
				if got = m.Notice; m.To != acmeNotice {
					t.Errorf("mailed to %s", m.To)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

// From outside the countries of the organisation each sign-in is asked about, one from nowhere too.
func TestCountriesOfTheOrganisation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.alan()
		reasons := func(id, ip string) string {
			w.come(id, 0, func(l *security.Login) { l.IP, l.Agent = ip, phone.Agent })
			a, err := w.db.AlertOfLogin(t.Context(), id)
			if errors.Is(err, security.ErrNotFound) {
				return ""
			}
			w.must(err)
			return fmt.Sprint(a.Reasons)
		}
		if got := reasons("home", phone.IP); got != "" {
			t.Errorf("home: %s", got)
		}
		w.joins("u-1001", policy.Policy{Countries: []string{"LV"}})
		for _, id := range []string{"home again", "and again"} {
			if got := reasons(id, phone.IP); got != "[outside_countries]" {
				t.Errorf("%s: %s", id, got)
			}
		}
		for _, m := range w.deliver() { // mail and page name whose rule it is
			if n, ok := m.Notice.(notice.UnfamiliarSignIn); ok && n.Organisation != "Acme" {
				t.Errorf("the mail is about the countries of %q", n.Organisation)
			}
		}
		asked, err := w.db.AlertOfLogin(t.Context(), "home again")
		w.must(err)
		at, err := w.Account.OwnAlert(t.Context(), w.signIn("alan"), asked.ID)
		w.must(err)
		if at.Login.OutsideOf != "Acme" {
			t.Errorf("the page is about the countries of %q", at.Login.OutsideOf)
		}
		if got := reasons("nowhere", "9.9.9.9"); got != "[new_country outside_countries]" {
			t.Errorf("nowhere: %s", got)
		}
		w.joins("u-1001", policy.Policy{Countries: []string{"GB", "LV"}})
		if got := reasons("home at last", phone.IP); got != "" {
			t.Errorf("home at last: %s", got)
		}
	})
}

// Nobody reads where an organisation is told of its members but who may read what it asks for: not whoever is
// in the account of one, nor support that has verified them.
func TestNobodyReadsWhereAnOrganisationIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.joins("u-1001", policy.Policy{})
		_, err := w.Account.ChangePassword(ctx, w.reload(u), oldPassword, newPassword)
		w.must(err)
		all := w.deliver()
		if n := mailed[notice.MemberNotice](w, all); n.Member != "alan" {
			t.Errorf("told %+v", n)
		}
		session, err := w.Account.SignIn(ctx, phone, "alan", newPassword)
		w.must(err)
		u = w.entered(session)
		list, _, err := w.Account.SentMessages(ctx, u, 0)
		w.must(err)
		sam := w.member("sam", staff.RoleSupport)
		w.looksAt(sam, "u-1001")
		w.must(w.Desk.CheckCallerCode(ctx, sam, "u-1001", w.onThePhone(sam, "u-1001")))
		support, err := w.Desk.DeskAccount(ctx, sam, "u-1001")
		w.must(err)
		for who, reads := range map[string]any{"the messages": list, "the copy": string(written(t, w.copyOf(u))),
			"support": support.Mails} {
			said := jsonOf(t, reads)
			if strings.Contains(said, acmeNotice) || who == "the messages" && strings.Contains(said, "member_notice") {
				t.Errorf("%s: %s", who, said)
			}
			if !strings.Contains(said, "password_updated") {
				t.Errorf("%s: there is no mail in %s", who, said)
			}
		}
		ines := w.member("ines", staff.RoleSecurity)
		w.looksAt(ines, "u-1001")
		analyst, err := w.Desk.DeskAccount(ctx, ines, "u-1001")
		w.must(err)
		if said := jsonOf(t, analyst.Mails); !strings.Contains(said, acmeNotice) {
			t.Errorf("Account Security reads %s", said)
		}
	})
}
