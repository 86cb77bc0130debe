package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/risk"
)

var overviewNow = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// sound is an account of which nothing could be said but good.
func sound() outlook {
	f := outlook{now: overviewNow,
		account: security.Account{PasswordAt: overviewNow.AddDate(-3, 0, 0)},
		factors: []security.Factor{{Kind: security.FactorTOTP, Name: "app"},
			{Kind: security.FactorPasskey, Name: "my phone"}},
		addresses: []security.Address{{Email: "ada@example.org"},
			{Email: "old@example.org", Notice: true, Until: overviewNow},
			{Email: "two@example.net", Notice: true}},
	}
	for range 10 {
		f.codes = append(f.codes, security.RecoveryCode{})
	}
	return f
}

// said writes a list of items as text: code, count, what it is about, and when.
func said(items []OverviewItem) string {
	var all []string
	for _, i := range items {
		text := string(i.Code)
		if i.Count != 0 {
			text += fmt.Sprint(" ", i.Count)
		}
		if i.On != "" {
			text += " " + i.On
		}
		if i.Alert != nil {
			text += " " + i.Alert.ID
		}
		if !i.At.IsZero() {
			text += " " + i.At.Format("02.15:04")
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

const (
	goodStart = "nothing_open; "
	goodRest  = "password_seen 22.08:00; codes_there 10; notice_there t••••@e••••.net; session_alone"
	good      = goodStart + "factors_on 2; " + goodRest
)

func TestOverviewItems(t *testing.T) {
	t.Parallel()
	ago := func(m int) time.Time { return overviewNow.Add(-time.Duration(m) * time.Minute) }
	raised := func(id, outcome string) alert.Alert {
		return alert.Alert{ID: id, Login: id, Outcome: outcome, At: ago(60)}
	}
	change := func(id string, kind alert.AlertKind) alert.Alert {
		return alert.Alert{ID: id, Activity: id, Kind: kind, At: ago(60)}
	}
	pending := func(notice bool) AddressChange {
		return AddressChange{Email: "new@evil.example", Notice: notice, State: ChangePending,
			AskedAt: ago(30), EndsAt: ago(-30)}
	}
	open := strings.TrimPrefix(good, goodStart)
	notAlone := strings.TrimSuffix(good, "; session_alone")
	for name, row := range map[string]struct {
		set                   func(*outlook)
		urgent, missing, good string
		things                int
	}{
		"sound": {func(*outlook) {}, "", "", good, 0},
		"bare": {func(f *outlook) { *f = outlook{now: overviewNow} }, "",
			"factor_none; password_unseen; notice_none", "nothing_open; session_alone", 0},
		"got in": {func(f *outlook) { f.alerts = []alert.Alert{raised("a", risk.Succeeded)} },
			"login_got_in a 22.07:00", "", open, 1},
		"stopped": {func(f *outlook) { f.alerts = []alert.Alert{raised("a", risk.Stopped)} },
			"login_stopped a 22.07:00", "", open, 1},
		"changed": {func(f *outlook) { f.alerts = []alert.Alert{change("a", alert.AlertMoney)} },
			"change_noticed a 22.07:00", "", open, 1},
		"order of alerts": {func(f *outlook) {
			f.alerts = []alert.Alert{raised("s", risk.Stopped), change("p", alert.AlertProfile),
				change("c", alert.AlertCredentials), change("m", alert.AlertMoney),
				raised("g", risk.Succeeded)}
		},
			"login_got_in g 22.07:00; change_noticed c 22.07:00; change_noticed m 22.07:00; alerts_more 2",
			"", open, 5},
		"between alerts": {func(f *outlook) {
			f.alerts = []alert.Alert{raised("s", risk.Stopped), change("c", alert.AlertCredentials)}
			f.changes = []AddressChange{pending(false)}
		},
			"change_noticed c 22.07:00; address_waits n••••@e••••.example 22.07:30; login_stopped s 22.07:00",
			"", open, 3},
		"address over": {func(f *outlook) {
			p := pending(false)
			p.EndsAt = overviewNow
			settled := pending(false)
			settled.State = ChangeConfirmed
			f.changes = []AddressChange{p, settled}
		}, "", "", good, 0},
		"half": {func(f *outlook) {
			f.others = []access.OwnSession{{Half: true, Device: "chrome/windows", SeenAt: ago(1)},
				{Half: true, Device: "safari/iphone", SeenAt: ago(2)}}
		}, "sessions_half 2 chrome/windows 22.07:59", "", notAlone, 1},
		"strange": {func(f *outlook) {
			f.familiar = risk.Familiar{Devices: []risk.Seen{{What: "firefox/linux"}}}
			f.others = []access.OwnSession{{Device: "firefox/linux", SeenAt: ago(1)},
				{Device: "chrome/windows", SeenAt: ago(2)}, {Device: ""},
				{Device: "edge/windows", SeenAt: ago(3), Recovery: true}}
		}, "sessions_strange 2 chrome/windows 22.07:58", "", notAlone, 1},
		"by its other name": {func(f *outlook) {
			f.familiar = risk.Familiar{Devices: []risk.Seen{{What: "safari/ipad"}},
				Countries: []risk.Seen{{What: "DE"}}}
			f.others = []access.OwnSession{{Device: "safari/mac", Country: "DE", SeenAt: ago(1)},
				{Device: "safari/mac", Country: "FR", SeenAt: ago(2)}}
		}, "sessions_strange 1 safari/mac 22.07:58", "", notAlone, 1},
		"nothing to compare": {func(f *outlook) {
			f.others = []access.OwnSession{{Device: "chrome/windows", SeenAt: ago(2)}}
		}, "", "", notAlone, 0},
		"a slip": {func(f *outlook) { f.factors[0].Failures = 2 }, "", "", good, 0},
		"guessed": {func(f *outlook) { f.factors[0].Failures = 3 }, "factor_guessed 3", "", good,
			1},
		"cloned": {func(f *outlook) { f.factors[1].Failures = 1 }, "passkey_odd my phone", "",
			good, 1},
		"tickets": {func(f *outlook) {
			f.tickets = []security.Ticket{{Number: "T-2"}, {Number: "T-1"}}
		},
			"ticket_waits 2 T-2", "", good, 2},
		"order of the rest": {func(f *outlook) {
			f.tickets = []security.Ticket{{Number: "T-1"}}
			f.factors[0].Failures, f.factors[1].Failures = 9, 1
			f.familiar = risk.Familiar{Devices: []risk.Seen{{What: "firefox/linux"}}}
			f.others = []access.OwnSession{{Device: "edge/windows", SeenAt: ago(1)},
				{Half: true, Device: "chrome/windows", SeenAt: ago(2)}}
			f.alerts = []alert.Alert{raised("s", risk.Stopped)}
		},
			"login_stopped s 22.07:00; sessions_half 1 chrome/windows 22.07:58; sessions_strange 1 " +
				"edge/windows 22.07:59; factor_guessed 9; passkey_odd my phone; ticket_waits 1 T-1",
			"", strings.TrimPrefix(notAlone, goodStart), 6},

		"short password": {func(f *outlook) { f.account.ShortPassword = true }, "", "", good, 0},
		"brought along": {func(f *outlook) {
			f.account.PasswordAt, f.account.PasswordHash = time.Time{}, "$2y$10$"
		},
			"", "password_cut; password_unseen",
			strings.Replace(good, "password_seen 22.08:00; ", "", 1), 0},
		"old password": {func(f *outlook) {
			f.account.PasswordAt = overviewNow.AddDate(-20, 0, 0)
		},
			"", "", good, 0},
		"never chosen here": {func(f *outlook) { f.account.PasswordAt = time.Time{} }, "",
			"password_unseen", strings.Replace(good, "password_seen 22.08:00; ", "", 1), 0},
		"no factor": {func(f *outlook) { f.factors, f.codes = nil, nil }, "", "factor_none",
			"nothing_open; password_seen 22.08:00; notice_there t••••@e••••.net; session_alone", 0},
		"one app": {func(f *outlook) { f.factors = f.factors[:1] }, "", "factor_single totp",
			"nothing_open; factors_on 1 totp; " + goodRest, 0},
		"one passkey": {func(f *outlook) { f.factors = f.factors[1:] }, "",
			"factor_single passkey",
			"nothing_open; factors_on 1 passkey; " + goodRest, 0},
		"no codes": {func(f *outlook) { f.codes = nil }, "", "codes_none",
			strings.Replace(good, "codes_there 10; ", "", 1), 0},
		"codes used up": {func(f *outlook) { f.use(10) }, "", "codes_none",
			strings.Replace(good, "codes_there 10; ", "", 1), 0},
		"few codes": {func(f *outlook) { f.use(7) }, "", "codes_few 3",
			strings.Replace(good, "codes_there 10; ", "", 1), 0},
		"enough codes": {func(f *outlook) { f.use(6) }, "", "",
			strings.Replace(good, "codes_there 10", "codes_there 4", 1), 0},
		"unsaved codes": {func(f *outlook) { f.codes[0].Sealed = "sealed" }, "", "codes_unsaved",
			strings.Replace(good, "codes_there 10; ", "", 1), 0},
		"no second address": {func(f *outlook) { f.addresses = f.addresses[:2] }, "",
			"notice_none",
			strings.Replace(good, "notice_there t••••@e••••.net; ", "", 1), 0},
		"second address waits": {func(f *outlook) {
			f.addresses, f.changes = f.addresses[:1], []AddressChange{pending(true)}
		}, "", "notice_waits n••••@e••••.example",
			strings.Replace(good, "notice_there t••••@e••••.net; ", "", 1), 0},
		"order of what is missing": {func(f *outlook) {
			f.account.PasswordAt, f.factors, f.addresses = time.Time{}, f.factors[:1], nil
			f.use(9)
		}, "", "password_unseen; codes_few 1; factor_single totp; notice_none",
			"nothing_open; factors_on 1 totp; session_alone", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := sound()
			row.set(&f)
			o := f.overview()
			want := []string{row.urgent, row.missing, row.good}
			if diff := cmp.Diff(want, []string{said(o.Urgent), said(o.Missing),
				said(o.Good)}); diff != "" {
				t.Errorf("urgent, missing, good (-want +got):\n%s", diff)
			}
			if n := o.Things(); n != row.things {
				t.Errorf("%d things, want %d", n, row.things)
			}
		})
	}
}

// use spends the first n recovery codes.
func (f *outlook) use(n int) {
	for i := range n {
		f.codes[i].UsedAt = overviewNow
	}
}
