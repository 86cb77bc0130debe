package casefile

import (
	"slices"

	"regain/handlers"
	"regain/security"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/risk"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// Owner is what the owner did since the lockout.
func (t Teller) Owner(f review.CaseFile) page.CaseOwner {
	var v page.CaseOwner
	var r security.Recovery
	if f.Recovery != nil {
		r = *f.Recovery
	}
	proof := page.CaseStep{Name: words.Say("case_step." + string(recovery.Verify))}
	for _, x := range f.Visits {
		visit := page.CaseVisit{At: handlers.WorldTime(x.StartedAt), IP: x.IP,
			Device: handlers.Device(x.Visitor), SignedIn: x.SignedIn}
		if country := t.Country(x.IP); country != "" {
			visit.Place = views.CountryWords(country)
		}
		switch {
		case x.Unfamiliar:
			visit.Odd = words.Say("case_visit.place")
		case x.NewDevice:
			visit.Odd = words.Say("case_visit.device")
		}
		how := "case_step.mail"
		if x.ProvedBy != "" {
			visit.Proof, how = handlers.WorldTime(x.ProvedAt), "case_step.factor"
		}
		proof.At, proof.More = visit.At, words.Say(how) // those of the first visit remain
		v.Visits = append(v.Visits, visit)
	}
	twoFactor := page.CaseStep{Name: words.Say("case_step." + string(recovery.TwoFactor)),
		At: handlers.WorldTime(r.TwoFactorAt)}
	if r.TwoFactor != "" {
		twoFactor.More = words.Say("case_step." + string(r.TwoFactor))
	}
	v.Steps = []page.CaseStep{proof,
		{Name: words.Say("case_step." + string(recovery.Password)),
			At: handlers.WorldTime(r.PasswordAt), More: updateFrom(f, t.whence)},
		twoFactor,
		{Name: words.Say("case_step." + string(recovery.Activity)), At: handlers.WorldTime(r.ActivityAt)},
		{Name: words.Say("case_step." + string(recovery.Support)), At: handlers.WorldTime(r.SupportAt)}}
	v.How = r.How
	return v
}

// updateFrom tells where the password was updated from, and who said later that it is theirs.
func updateFrom(f review.CaseFile, whence func(security.Visitor) words.Text) words.Text {
	by := f.Updater()
	if by == nil {
		return words.Text{}
	}
	told := words.Say("case_update.from", whence(by.Visitor))
	if sure := f.Confirmer(); sure != nil {
		return told.Then(words.As(" "), words.Say("case_update.confirmed", whence(sure.Visitor)))
	}
	return told.Then(words.As(" "), words.Say("case_update.unconfirmed"))
}

func (t Teller) Evidence(f review.CaseFile) page.CaseEvidence {
	v := page.CaseEvidence{LockedAt: handlers.WorldTime(f.Case.OpenedAt), Copy: copied(f)}
	for _, c := range compared(f) {
		if slices.ContainsFunc(c.Now, func(m page.CaseMark) bool { return m.Mark != "" }) {
			v.Compared = append(v.Compared, c)
			continue
		}
		c.Then = nil
		v.Copy = append(v.Copy, c)
	}
	if f.Withdrawn {
		v.Signs = append(v.Signs, words.Say("case_sign.money"))
	}
	if f.Flood {
		v.Signs = append(v.Signs, words.Say("case_sign.flood"))
	}
	usual := slices.DeleteFunc(slices.Clone(f.Findings), func(x risk.Finding) bool {
		return odd(f, x)
	})
	for _, g := range risk.Devices(usual) {
		v.Usual = append(v.Usual, words.Say("case_usual",
			words.Say("case_usual.count", g.Count), views.DeviceWords(g.Device),
			handlers.WorldTime(g.Last)))
	}
	for _, g := range risk.Failures(usual) {
		v.Failures = append(v.Failures, handlers.Failures(handlers.WorldClock, g))
	}
	return v
}

// compared sets the lockout beside now.
func compared(f review.CaseFile) []page.CaseCompare {
	factors := page.CaseCompare{What: words.Say("case_what.factors")}
	gone := map[string]bool{}
	for _, x := range f.Since.FactorsRemoved {
		gone[x.ID] = true
	}
	for _, x := range f.Frozen.Factors {
		mark := page.CaseMark{Text: words.Say("method." + x.Kind),
			Times: words.Say("case_added", handlers.WorldTime(x.AddedAt)), More: words.As(x.Name)}
		factors.Then = append(factors.Then, mark)
		if mark.Mark = ""; gone[x.ID] {
			mark.Mark = "gone"
		}
		factors.Now = append(factors.Now, mark)
	}
	for _, x := range f.Since.FactorsAdded {
		mark := page.CaseMark{Text: words.Say("method." + x.Kind), Mark: "new",
			Times: words.Say("case_added", handlers.WorldTime(x.AddedAt)),
			More:  words.Facts(words.As(x.Name), handlers.Device(x.Visitor))}
		if f.Provisional[x.ID] {
			mark.Mark = "provisional"
		}
		factors.Now = append(factors.Now, mark)
	}
	return []page.CaseCompare{factors, comparedAddresses(f)}
}

// copied counts what was copied at the lockout, and what came since.
func copied(f review.CaseFile) []page.CaseCompare {
	return []page.CaseCompare{
		{What: words.Say("case_what.signins"), Then: counted("case_known", len(f.Frozen.Logins)),
			Now: counted("case_more", len(f.Since.Logins))},
		{What: words.Say("case_what.changes"), Then: counted("case_known",
			len(f.Frozen.Activities)), Now: counted("case_more", len(f.Since.Changes))},
		{What: words.Say("case_what.visits"), Then: knownVisits(f.Frozen),
			Now: counted("case_more", len(f.Visits))}}
}

// knownVisits counts the visits of before the lockout, and how many of them were signed in.
func knownVisits(e lockout.Evidence) []page.CaseMark {
	known := counted("case_known", len(e.Sessions))
	n := 0
	for _, x := range e.Sessions {
		if x.Kind == lockout.VisitSignedIn {
			n++
		}
	}
	if n > 0 {
		known[0].More = words.Say("case_signed_in", n)
	}
	return known
}

func counted(code string, n int) []page.CaseMark {
	return []page.CaseMark{{Text: words.Say(code, n)}}
}

func comparedAddresses(f review.CaseFile) page.CaseCompare {
	v := page.CaseCompare{What: words.Say("case_what.addresses")}
	mark := func(a security.Address) page.CaseMark {
		since := []any{handlers.WorldTime(a.Since)}
		if !a.Until.IsZero() {
			since = append(since, handlers.WorldTime(a.Until))
		}
		var only words.Text
		if a.Notice {
			only = words.Say("address_second")
		}
		return page.CaseMark{Text: words.As(a.Email), More: words.Facts(only, words.Say("case_origin."+a.Origin)),
			Times: words.Say("case_since", since...)}
	}
	for _, a := range f.Frozen.Addresses {
		v.Then = append(v.Then, mark(a))
	}
	marks := map[string]string{}
	for _, a := range f.Since.AddressesAdded {
		marks[a.ID] = "new"
	}
	for _, a := range f.Since.AddressesRetired {
		marks[a.ID] = "gone"
	}
	for _, a := range f.Addresses {
		one := mark(a)
		one.Mark = marks[a.ID]
		v.Now = append(v.Now, one)
	}
	return v
}
