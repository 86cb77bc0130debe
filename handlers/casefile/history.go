// Package casefile puts what is known of a case into the words and models of its page.
package casefile

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/handlers"
	"regain/security"
	"regain/security/audit"
	"regain/security/review"
	"regain/security/risk"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// The kinds of line in the history of a case.
const (
	lineAll    = "all" // but usual sign-ins, looks of staff, and the copy
	lineSignIn = "sign_in"
	lineChange = "change"
	lineOwner  = "owner"
	lineStaff  = "staff"
	lineCopy   = "copy" // what was copied at the lockout
)

var lineKinds = []string{lineAll, lineSignIn, lineChange, lineOwner, lineStaff, lineCopy}

// shownLines is how much of the history stands on one page.
const shownLines = 25

// caseEntry is a line and what it is sorted by.
type caseEntry struct {
	kind string
	at   time.Time
	page.CaseLine
}

// History is the lines of this kind, newest first, beginning with the one with the number from.
func (t Teller) History(f review.CaseFile, kind, from, base string) page.CaseHistory {
	if !slices.Contains(lineKinds, kind) {
		kind = lineAll
	}
	v := page.CaseHistory{LockedAt: handlers.WorldTime(f.Case.OpenedAt)}
	path := func(kind string, from int) string {
		q := url.Values{"kind": {kind}}
		if from > 0 {
			q.Set("from", strconv.Itoa(from))
		}
		return base + "?" + q.Encode() + "#history"
	}
	for _, k := range lineKinds {
		v.Kinds = append(v.Kinds, views.NavLink{Path: path(k, 0),
			Word: words.Say("case_line." + k), Here: k == kind})
	}
	all := t.entries(f, kind)
	first, err := strconv.Atoi(from)
	if err != nil || first < 0 || first >= len(all) {
		first = 0
	}
	end := min(first+shownLines, len(all))
	for _, e := range all[first:end] {
		if e.at.Before(f.Case.OpenedAt) {
			v.Before = append(v.Before, e.CaseLine)
		} else {
			v.Since = append(v.Since, e.CaseLine)
		}
	}
	if first > 0 {
		v.Newer = path(kind, max(0, first-shownLines))
	}
	if end < len(all) {
		v.Older = path(kind, end)
	}
	return v
}

func (t Teller) entries(f review.CaseFile, kind string) []caseEntry {
	var all []caseEntry
	if kind == lineCopy {
		all = t.copied(f)
	} else {
		for _, e := range slices.Backward(f.Trail) {
			if kind != lineAll || e.Kind != audit.AccountViewed {
				all = append(all, trailEntry(e.By.Kind, e.At,
					t.TrailLine(e, f.Account.Username, f.Staff)))
			}
		}
		for _, x := range f.Findings {
			if kind == lineSignIn || odd(f, x) {
				all = append(all, signInEntry(f, x))
			}
		}
		for _, a := range f.Changes {
			all = append(all, changeEntry(a))
		}
		all = slices.DeleteFunc(all, func(e caseEntry) bool {
			return kind != lineAll && e.kind != kind
		})
	}
	slices.SortStableFunc(all, func(a, b caseEntry) int { return b.at.Compare(a.at) })
	return all
}

// odd reports whether the owner was to be asked about the sign-in, or answered for it.
func odd(f review.CaseFile, x risk.Finding) bool {
	_, answered := f.Answered[x.Login.ID]
	return answered || x.NeedsAnswer()
}

func trailEntry(by security.ActorKind, at time.Time, l views.Event) caseEntry {
	kind := lineStaff
	if by == security.ByOwner || by == security.ByStranger {
		kind = lineOwner
	}
	return caseEntry{kind, at, page.CaseLine{At: l.At, What: l.What, By: l.By, More: l.More}}
}

func signInEntry(f review.CaseFile, x risk.Finding) caseEntry {
	l := handlers.Login(handlers.WorldClock, x)
	v := page.CaseLine{At: l.When, What: words.Say("case_signed", words.Say("outcome."+l.Outcome)),
		By: words.Facts(l.Device, views.TextOr(l.Place, words.Say("desk.no_place"))), IP: l.IP}
	var more []words.Text
	for _, r := range l.Reasons {
		more = append(more, words.Say("case_reason."+r))
	}
	answer, answered := f.Answered[x.Login.ID]
	switch {
	case answered:
		v.Answer = answer.Answer
	case x.NeedsAnswer():
		v.Answer = "none"
	}
	if answer.Contradicts {
		more = append(more, words.Say("case_contradicts"))
	}
	v.More = sentences(more)
	return caseEntry{lineSignIn, x.Login.At, v}
}

func changeEntry(a security.Activity) caseEntry {
	v := page.CaseLine{At: handlers.WorldTime(a.At), What: words.Say("activity." + a.Kind),
		More: words.As(a.Summary), IP: a.IP}
	from, to := handlers.FromTo(a)
	v.From, v.To = from, to
	return caseEntry{lineChange, a.At, v}
}

// copied are the sign-ins and changes as they stood at the lockout.
func (t Teller) copied(f review.CaseFile) []caseEntry {
	var all []caseEntry
	for _, l := range f.Frozen.Logins {
		all = append(all, signInEntry(review.CaseFile{}, risk.Finding{Login: risk.Login{At: l.At,
			IP: l.IP, Outcome: l.Outcome, Country: t.Country(l.IP),
			Device: risk.Device(l.Agent)}}))
	}
	for _, a := range f.Frozen.Activities {
		all = append(all, changeEntry(a))
	}
	return all
}

// Places are the countries that sign-ins came from, the most telling first.
func Places(f review.CaseFile) []page.CasePlace {
	at := map[string]*page.CasePlace{}
	for _, x := range f.Findings {
		code := x.Login.Country
		if code == "" {
			continue
		}
		if at[code] == nil {
			at[code] = &page.CasePlace{Code: code, Name: views.CountryWords(code)}
		}
		one := at[code]
		one.SignIns++
		switch {
		case f.Answered[x.Login.ID].Answer == risk.NotMe:
			one.Mark = "denied"
		case x.NeedsAnswer() && f.Answered[x.Login.ID].Answer == "" && one.Mark == "":
			one.Mark = "odd"
		}
	}
	var list []page.CasePlace
	for _, one := range at {
		list = append(list, *one)
	}
	weight := map[string]int{"denied": 2, "odd": 1}
	slices.SortFunc(list, func(a, b page.CasePlace) int {
		return cmp.Or(weight[b.Mark]-weight[a.Mark], b.SignIns-a.SignIns,
			strings.Compare(views.Country(a.Code), views.Country(b.Code)))
	})
	return list[:min(shownPlaces, len(list))]
}

// shownPlaces is how many countries a map names.
const shownPlaces = 8
