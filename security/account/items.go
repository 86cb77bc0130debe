package account

import (
	"slices"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/limits"
	"regain/security/password"
	"regain/security/policy"
	"regain/security/risk"
)

// overview decides what to say. It knows nothing but f.
func (f outlook) overview() Overview {
	return Overview{Urgent: f.urgent(), Missing: f.missing(), Good: f.good()}
}

// Things is how many things need an answer, those that Urgent sums up included.
func (o Overview) Things() int {
	n := 0
	for _, i := range o.Urgent {
		if n++; i.Code == AlertsMore || i.Code == TicketWaits {
			n += i.Count - 1
		}
	}
	return n
}

// urgent is what needs an answer. What got in comes before what was changed, that before what
// was stopped, and all before what only may be.
func (f outlook) urgent() []OverviewItem {
	var items []OverviewItem
	left := overviewNamed
	name := func(code OverviewCode, alerts []alert.Alert) {
		for _, a := range alerts[:min(len(alerts), left)] {
			items = append(items, OverviewItem{Code: code, At: a.At, Alert: &a})
			left--
		}
	}
	gotIn, changed, stopped := f.alertsByRisk()
	name(LoginGotIn, gotIn)
	name(ChangeNoticed, changed)
	for _, c := range f.pending(false) {
		items = append(items, OverviewItem{Code: AddressWaits, On: security.Mask(c.Email),
			At: c.AskedAt})
	}
	name(LoginStopped, stopped)
	if more := len(f.alerts) - overviewNamed; more > 0 {
		items = append(items, OverviewItem{Code: AlertsMore, Count: more})
	}
	items = append(append(items, f.intruders()...), f.attacked()...)
	if n := len(f.tickets); n > 0 {
		items = append(items, OverviewItem{Code: TicketWaits, Count: n, On: f.tickets[0].Number})
	}
	return items
}

// alertsByRisk sorts the alerts: logins that got in, changes, and logins that were stopped.
func (f outlook) alertsByRisk() (gotIn, changed, stopped []alert.Alert) {
	for _, a := range f.alerts {
		switch {
		case a.Login == "":
			changed = append(changed, a)
		case a.Outcome == risk.Succeeded:
			gotIn = append(gotIn, a)
		default:
			stopped = append(stopped, a)
		}
	}
	order := []alert.AlertKind{alert.AlertCredentials, alert.AlertMoney, alert.AlertProfile}
	slices.SortStableFunc(changed, func(a, b alert.Alert) int {
		return slices.Index(order, a.Kind) - slices.Index(order, b.Kind)
	})
	return gotIn, changed, stopped
}

// pending lists the changes of an address that wait for its reader: of the second one for
// security notices, or of the account's own.
func (f outlook) pending(notice bool) []AddressChange {
	return slices.DeleteFunc(slices.Clone(f.changes), func(c AddressChange) bool {
		return c.State != ChangePending || c.Notice != notice || !limits.Alive(c.AskedAt, c.EndsAt, f.now)
	})
}

// intruders is what the other living sessions tell: whoever knows the password and owes the
// second factor, and whoever came from a device that is not familiar.
func (f outlook) intruders() []OverviewItem {
	half, strange := OverviewItem{Code: SessionsHalf}, OverviewItem{Code: SessionsStrange}
	for _, x := range f.others {
		i := &strange
		switch {
		case x.Half:
			i = &half
		case x.Device == "" || f.familiar.Knows(risk.Login{Device: x.Device, Country: x.Country}):
			continue
		}
		if i.Count++; i.Count == 1 {
			i.On, i.At = x.Device, x.SeenAt
		}
	}
	return slices.DeleteFunc([]OverviewItem{half, strange},
		func(i OverviewItem) bool { return i.Count == 0 })
}

// attacked is what the second factors tell: wrong codes in a row, and a passkey that did not
// show what it should.
func (f outlook) attacked() []OverviewItem {
	var items []OverviewItem
	for _, x := range f.factors {
		switch {
		case x.Kind == security.FactorPasskey && x.Failures > 0:
			items = append(items, OverviewItem{Code: PasskeyOdd, On: x.Name})
		case x.Kind == security.FactorTOTP && x.Failures >= codesGuessed:
			items = append(items, OverviewItem{Code: FactorGuessed, Count: x.Failures})
		}
	}
	return items
}

// missing is what would make the account safer, or the way back into it surer. The age of a
// password is not in it: one is changed for a reason (NIST SP 800-63B-4 §3.1.1.2).
func (f outlook) missing() []OverviewItem {
	none := len(f.factors) == 0
	left, unsaved := f.codesLeft(), len(access.Unsaved(f.codes)) > 0
	single := OverviewItem{Code: FactorSingle}
	if len(f.factors) == 1 {
		single.On = f.factors[0].Kind
	}
	switch {
	case single.On == security.FactorPasskey && !f.kinds.Has(policy.TOTP):
		single.Count = 1
	case single.On == security.FactorTOTP && !f.kinds.Has(policy.Passkey): // there is one app at most
		single.On = ""
	}
	second, notice := security.InForce(f.addresses, true).Email, OverviewItem{Code: NoticeNone}
	for _, c := range f.pending(true) {
		notice = OverviewItem{Code: NoticeWaits, On: security.Mask(c.Email)}
	}
	return applying([]applies{
		{password.ReadsPart(f.account.PasswordHash), OverviewItem{Code: PasswordCut}},
		{none, OverviewItem{Code: FactorNone}},
		{!none && unsaved, OverviewItem{Code: CodesUnsaved}},
		{!none && !unsaved && left == 0, OverviewItem{Code: CodesNone}},
		{f.account.PasswordAt.IsZero(), OverviewItem{Code: PasswordUnseen}},
		{!none && !unsaved && left > 0 && left <= codesFew, OverviewItem{Code: CodesFew,
			Count: left}},
		{single.On != "", single},
		{second == "", notice},
	})
}

// good is what is as it should be.
func (f outlook) good() []OverviewItem {
	n, left := len(f.factors), f.codesLeft()
	on := OverviewItem{Code: FactorsOn, Count: n}
	if n == 1 {
		on.On = f.factors[0].Kind
	}
	second := security.InForce(f.addresses, true).Email
	return applying([]applies{
		{len(f.alerts) == 0, OverviewItem{Code: NothingOpen}},
		{n > 0, on},
		{!f.account.PasswordAt.IsZero(), OverviewItem{Code: PasswordSeen, At: f.account.PasswordAt}},
		{n > 0 && left > codesFew && len(access.Unsaved(f.codes)) == 0,
			OverviewItem{Code: CodesThere, Count: left}},
		{second != "", OverviewItem{Code: NoticeThere, On: security.Mask(second)}},
		{len(f.others) == 0, OverviewItem{Code: SessionAlone}},
	})
}

// applies is an item with whether it is so.
type applies struct {
	so   bool
	item OverviewItem
}

func applying(list []applies) []OverviewItem {
	var items []OverviewItem
	for _, a := range list {
		if a.so {
			items = append(items, a.item)
		}
	}
	return items
}

// codesLeft is how many recovery codes were not used.
func (f outlook) codesLeft() int {
	n := 0
	for _, c := range f.codes {
		if c.UsedAt.IsZero() {
			n++
		}
	}
	return n
}
