package web_test

import (
	"go/ast"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/casework"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// canaries are what only some may read, each under the name of what it is.
var canaries = map[string][]string{
	"address": {"ada@example.org", "thief.one@evil.example"},
	"account": {"DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "GB29-NWBK-6016-1331"},
	"phone":   {"+44 20 7946 0958", "(020) 7946-0958"},
	"line":    {"81.2.69.142", "2001:db8:1:2::9"},
	"cause":   {"(ATO)", "(Comp)", "Hijacked", "hijacked", "Compromised", "compromised"},
	"why":     {"EVIDENCE-OF-THE-CAUSE"},
}

// wrote is what anybody may have written; only the cause is not in it, which is a code.
const wrote = "Write to ada@example.org or thief.one@evil.example, call +44 20 7946 0958 or " +
	"(020) 7946-0958, pay DE89 3704 0044 0532 0130 00, DE89370400440532013000 or " +
	"GB29-NWBK-6016-1331-9268-19, seen at 81.2.69.142 and 2001:db8:1:2::9 on 2026-11-18."

// pasted is a note as staff copy it.
const pasted = "[ACTION] Security Lockout\n[CAUSE] (ATO) User’s Account Was Taken Over\n" +
	"[EVIDENCE] EVIDENCE-OF-THE-CAUSE\n  EVIDENCE-OF-THE-CAUSE\n" + wrote

// constants are the values of the constants of a file whose names begin with prefix.
func constants(t *testing.T, file, prefix string) (values []string) {
	t.Helper()
	ast.Inspect(parse(t, file)[0], func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, v := range spec.Values {
			if s, ok := text(v); ok && strings.HasPrefix(spec.Names[i].Name, prefix) {
				values = append(values, s)
			}
		}
		return true
	})
	return values
}

// planted puts every canary wherever somebody or the portal itself may have written it, and
// returns the number of the case.
func planted(t *testing.T, b *handlertest.Browser) string {
	t.Helper()
	ctx := t.Context()
	c, err := b.Service.Lockout.Lock(ctx, security.Operator("test"), "ada", recovery.Hijacked,
		"EVIDENCE-OF-THE-CAUSE "+wrote)
	check(t, err)
	toStatus(b)
	b.Fill("message", wrote).Submit().Wants(303, "", "/recovery/status")
	b.Other().Open("/recover/no-mailbox").Fill("identifier", "ada").Fill("message", wrote).
		Fill("contact", "+44 20 7946 0958").Submit().Wants(303, "", "/recover/no-mailbox?sent=1")
	b.Deliver()
	own, err := b.Store.Case(ctx, c.ID)
	check(t, err)
	putTicket(b, "T-9001", func(k *security.Ticket) { k.Subject, k.Case = pasted, c.ID })
	writes := []security.Write{
		security.PutLogins{Logins: []security.Login{{ID: "l", Account: "ada",
			At: b.Now().Add(-time.Hour), IP: "81.2.69.142", Agent: b.Agent,
			Outcome: "succeeded", Digest: "d"}}},
		security.PutActivities{Activities: []security.Activity{
			{ID: "a1", Account: "ada", At: b.Now().Add(-time.Hour), Kind: "payout_changed",
				Summary: wrote, From: "DE89 3704 0044 0532 0130 00", To: "thief.one@evil.example",
				IP: "2001:db8:1:2::9", Digest: "d"},
			{ID: "a2", Account: "ada", At: b.Now().Add(-time.Hour),
				Kind: security.TwoFactorChanged, From: "passkey:" + wrote, To: "totp"}}},
	}
	message := func(set func(*security.Message)) {
		m := b.Service.Message("id-T-9001", security.AuthorRegain, false, "", b.Now())
		set(&m)
		writes = append(writes, casework.AddMessage{Message: m})
	}
	for _, kind := range constants(t, "../../security/remark.go", "Said") {
		args := slices.Repeat([]string{wrote}, 8)
		if kind == security.SaidSecured || kind == security.SaidSecuredSignedIn || kind == security.SaidCause {
			args = []string{"hijacked", "compromised EVIDENCE-OF-THE-CAUSE", "x", "", "withdrawn",
				"EVIDENCE-OF-THE-CAUSE " + wrote, "", ""}
		}
		if strings.HasPrefix(kind, "reproof_") {
			args[0] = string(lockout.ProposeFactor)
		}
		message(func(m *security.Message) { m.Remark = security.Remark{Kind: kind, Args: args} })
	}
	message(func(m *security.Message) { m.Author, m.By, m.Body = "staff", "staff-ines", pasted })
	message(func(m *security.Message) { m.Author, m.Public, m.Body = "owner", true, wrote })
	message(func(m *security.Message) {
		m.Body = "Cause: hijacked (proposed: compromised)\nEvidence: EVIDENCE-OF-THE-CAUSE\n" +
			wrote
	})
	for _, action := range constants(t, "../../security/note.go", "Note") {
		n := security.NewNote(own, action, b.Now())
		n.Evidence = wrote
		if action == security.NoteLockout || action == security.NoteCause {
			n.Evidence += "EVIDENCE-OF-THE-CAUSE"
		}
		writes = append(writes, security.AddNote{Note: n})
	}
	b.Commit(writes...)
	b.Commit(feed.PutAccount{Account: security.Account{ID: "eve",
		Username: "thief.one@evil.example",
		Name:     "Eve", Type: "client", CreatedAt: b.Now(), Country: "GB", Locale: "en",
		TimeZone: "Europe/London"}})
	k := security.NewTicket(security.TicketNoFactor,
		security.Account{ID: "eve", Username: "thief.one@evil.example"})
	putTicket(b, "T-9002", func(t *security.Ticket) {
		t.Account, t.Subject, t.Department = "eve", k.Subject, k.Department
	})
	bounce(t, b)
	return c.Number
}

// bounce queues a mail and lets the server of its reader refuse it.
func bounce(t *testing.T, b *handlertest.Browser) {
	t.Helper()
	b.Commit(security.Enqueue{Mail: security.Mail{ID: "bounced", Account: "ada", Channel: "mail",
		Data: "x", To: "ada@example.org", Kind: "password_updated", QueuedAt: b.Now()}})
	item, ok, err := b.Store.Claim(t.Context(), notice.LaneLast, b.Now(), time.Minute)
	if err == nil && ok {
		err = b.Store.Failed(t.Context(), item, b.Now(), "550 "+wrote, true)
	}
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
}

// places are the addresses of all pages of staff about what was planted.
func places(t *testing.T, b *handlertest.Browser, number string) (all []string) {
	t.Helper()
	tickets, err := b.Store.Tickets(t.Context(), security.TicketFilter{})
	check(t, err)
	if len(tickets) != 3 {
		t.Fatalf("%d tickets, want that of the case and two more", len(tickets))
	}
	for _, r := range web.Routes(server()) {
		switch {
		case r.Method != http.MethodGet || r.Right == "":
		case strings.Contains(r.Path, "/accounts/:id"):
			all = append(all, strings.Replace(r.Path, ":id", "ada", 1),
				strings.Replace(r.Path, ":id", "eve", 1))
		case strings.Contains(r.Path, "/cases/:number"):
			all = append(all, strings.Replace(r.Path, ":number", number, 1))
		case strings.Contains(r.Path, "/tickets/:number"):
			for _, k := range tickets {
				all = append(all, strings.Replace(r.Path, ":number", k.Number, 1))
			}
		default:
			all = append(all, real(r.Path))
		}
	}
	for _, department := range ticket.Departments {
		for _, status := range ticket.Names() {
			all = append(all, "/staff/tickets?"+url.Values{"department": {department},
				"status": {status}}.Encode())
		}
	}
	for _, q := range []string{"ada", number, "T-9001", "T-9002"} {
		all = append(all, "/staff/accounts?reason=a+call&q="+q)
	}
	return all
}

// TestWhoReadsWhat looks for what a role may not read in the whole of every page of staff.
func TestWhoReadsWhat(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	number := planted(t, b)
	reads := func(d *handlertest.Browser) map[string]bool {
		found := map[string]bool{}
		for _, path := range places(t, b, number) {
			d.Open(path)
			read := strings.HasPrefix(path, "/staff/accounts") ||
				strings.HasPrefix(path, "/staff/tickets")
			if read && d.Doc.Find("[data-page=problem], [data-page=staff-account-open]").Length() > 0 {
				t.Errorf("%s is not shown: %d", path, d.Status)
			}
			shown := d.Body + html.UnescapeString(d.Body) + d.Doc.Text() +
				strings.Join(strings.Fields(d.Doc.Text()), " ")
			for kind, all := range canaries {
				for _, canary := range all {
					if strings.Contains(shown, canary) {
						found[kind+" "+canary+" at "+path] = true
					}
				}
			}
		}
		return found
	}
	for _, row := range []struct {
		name  string
		role  staff.Role
		first func(*handlertest.Browser)
		kinds []string // what the role may read
	}{
		{"support", staff.RoleSupport, func(*handlertest.Browser) {}, nil},
		{"verified", staff.RoleSupport, verify, []string{"address"}},
		{"admin", staff.RoleAdmin, func(*handlertest.Browser) {}, nil},
		{"security", staff.RoleSecurity, func(*handlertest.Browser) {},
			[]string{"address", "account", "phone", "line", "cause", "why"}},
	} {
		d := atAda(b, row.role, row.name)
		d.Open("/staff/accounts/eve").Fill("reason", "a call").Submit()
		row.first(d.Open(adaPath))
		kinds := map[string]bool{}
		for what := range reads(d) {
			kind, _, _ := strings.Cut(what, " ")
			kinds[kind] = true
			if !slices.Contains(row.kinds, kind) {
				t.Errorf("%s reads the %s", row.name, what)
			}
		}
		for _, kind := range row.kinds {
			if !kinds[kind] {
				t.Errorf("%s cannot read any %s", row.name, kind)
			}
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
