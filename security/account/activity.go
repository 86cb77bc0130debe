package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/lockout"
	"regain/security/risk"
)

// ActivityOf is a part of what happened on an account.
type ActivityOf string

// The parts of the record: logins, changes to the account itself, and what was done with it.
const (
	ActivityAll     ActivityOf = "all"
	ActivitySignIns ActivityOf = "sign_ins"
	ActivityChanges ActivityOf = "changes"
	ActivityWork    ActivityOf = "work"
)

// ActivityParts lists them.
var ActivityParts = []ActivityOf{ActivityAll, ActivitySignIns, ActivityChanges, ActivityWork}

// ActivityAsk asks for one page of the record.
type ActivityAsk struct {
	Of    ActivityOf      // anything but one of the parts reads as ActivityAll
	Open  bool            // only what needs an answer
	After security.Cursor // the At and the ID of the last line of the page before
}

// ActivityLine is one thing that happened. Exactly one of Login, Tries and Done is set.
type ActivityLine struct {
	At    time.Time
	ID    string
	Login *risk.Finding
	Tries *risk.FailureGroup // failed logins in a row
	Done  *security.Activity
	// Answer is what the owner said, "" for nothing; Open that an answer is needed. This is the
	// login of whoever asks, of whom nothing is asked about it.
	Answer     string
	Open, This bool
	Alert      string // id of the alert to a change; "" for none
}

// ActivityPage is one page of the record, newest first.
type ActivityPage struct {
	Lines []ActivityLine
	Open  int             // how many lines of the record need an answer, on whichever page
	Next  security.Cursor // where the next page begins; zero for none
	Cut   bool            // there is more on record than pages show
}

// activityRows is how many lines a page has, activityMost how many logins, and how many things
// that were done, a file holds.
const (
	activityRows = 18
	activityMost = 100_000
)

// AccountActivity is a page of the logins and changes of the last 90 days.
func (s *Service) AccountActivity(ctx context.Context, u *SignedIn, ask ActivityAsk) (ActivityPage,
	error) {
	lines, err := s.activityLines(ctx, u, lockout.HistoryRows)
	if err != nil {
		return ActivityPage{}, err
	}
	var p ActivityPage
	signIns := 0
	for _, l := range lines {
		if l.Open {
			p.Open++
		}
		if l.Login != nil {
			signIns++
		}
	}
	p.Cut = max(signIns, len(lines)-signIns) >= lockout.HistoryRows
	p.Lines = ask.narrow(folded(lines))
	if after := ask.After; after.ID != "" {
		p.Lines = slices.DeleteFunc(p.Lines, func(l ActivityLine) bool {
			return newer(l, ActivityLine{At: after.At, ID: after.ID}) <= 0
		})
	}
	if len(p.Lines) > activityRows {
		p.Lines = p.Lines[:activityRows]
		last := p.Lines[activityRows-1]
		p.Next = security.Cursor{At: last.At, ID: last.ID}
	}
	return p, nil
}

// ActivityFile is all of the record that ask names, each failed login by itself, newest first.
func (s *Service) ActivityFile(ctx context.Context, u *SignedIn, ask ActivityAsk) ([]ActivityLine,
	error) {
	lines, err := s.activityLines(ctx, u, activityMost)
	return ask.narrow(lines), err
}

// AccountEntry is one entry of the last 90 days. ErrNotFound: the account has no such entry.
func (s *Service) AccountEntry(ctx context.Context, u *SignedIn, what About) (ActivityLine, error) {
	lines, err := s.activityLines(ctx, u, activityMost)
	if err != nil {
		return ActivityLine{}, err
	}
	for _, line := range lines {
		if line.ID == what.Login && line.Login != nil || line.ID == what.Change && line.Done != nil {
			return line, nil
		}
	}
	return ActivityLine{}, security.ErrNotFound
}

// narrow leaves what was asked for, wherever the page begins.
func (k ActivityAsk) narrow(lines []ActivityLine) []ActivityLine {
	return slices.DeleteFunc(lines, func(l ActivityLine) bool {
		return k.Open && !l.Open || !k.Of.has(l)
	})
}

func (k ActivityOf) has(l ActivityLine) bool {
	switch k {
	case ActivitySignIns:
		return l.Done == nil
	case ActivityChanges:
		return l.Done != nil && l.Done.ToAccount()
	case ActivityWork:
		return l.Done != nil && !l.Done.ToAccount()
	}
	return true
}

// newer orders lines, the newest first.
func newer(a, b ActivityLine) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID))
}

// folded puts one line in the place of failed logins in a row.
func folded(lines []ActivityLine) []ActivityLine {
	var failed []risk.Finding
	var rest []ActivityLine
	for _, l := range lines {
		if l.Login != nil && l.Login.Login.Outcome == risk.Failed {
			failed = append(failed, *l.Login)
		} else {
			rest = append(rest, l)
		}
	}
	for _, g := range risk.Failures(failed) {
		rest = append(rest, ActivityLine{At: g.Last, ID: "failed-" + g.Country, Tries: &g})
	}
	slices.SortFunc(rest, newer)
	return rest
}

// activityLines is the record of the last 90 days, newest first, from at most most logins and
// as many things that were done.
func (s *Service) activityLines(ctx context.Context, u *SignedIn, most int) ([]ActivityLine,
	error) {
	now := s.Now()
	h, err := s.Lockout.Past(ctx, u.Account.ID, most, now)
	if err != nil {
		return nil, err
	}
	done, err := s.Store.Activities(ctx, u.Account.ID, now.Add(-security.Review), most)
	if err != nil {
		return nil, fmt.Errorf("read activity: %w", err)
	}
	alerts, err := s.Store.Alerts(ctx, u.Account.ID, now.Add(-security.Review), most)
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	said, err := s.saidBefore(ctx, u.Account.ID, now)
	if err != nil {
		return nil, err
	}
	lines := recordOf(risk.Judge(h), done)
	voice{alerts, said, u}.answer(lines)
	return lines, nil
}

func recordOf(findings []risk.Finding, done []security.Activity) []ActivityLine {
	lines := make([]ActivityLine, 0, len(findings)+len(done))
	for i := range findings {
		l := &findings[i].Login
		lines = append(lines, ActivityLine{At: l.At, ID: l.ID, Login: &findings[i]})
	}
	for i := range done {
		lines = append(lines, ActivityLine{At: done[i].At, ID: done[i].ID, Done: &done[i]})
	}
	slices.SortFunc(lines, newer)
	return lines
}

// voice is what an owner was alerted to and has said.
type voice struct {
	alerts    []alert.Alert
	said      map[string]string // in a recovery, by login
	*SignedIn                   // whoever asks
}

// answer puts to each line what the owner said, to an alert or else in a recovery, and whether an
// answer is needed: to what looks odd, and to what the owner was alerted to.
func (v voice) answer(lines []ActivityLine) {
	logins, changes := map[string]alert.Alert{}, map[string]alert.Alert{}
	for _, a := range v.alerts {
		if logins[a.Login] = a; a.Activity != "" {
			changes[a.Activity] = a
		}
	}
	for i := range lines {
		l := &lines[i]
		if l.Login == nil {
			a, told := changes[l.ID]
			l.Alert, l.Answer, l.Open = a.ID, a.Answer, told && a.Answer == ""
			continue
		}
		a, told := logins[l.ID]
		l.Answer = cmp.Or(a.Answer, v.said[l.ID])
		l.This = v.Began(l.ID)
		l.Open = l.Answer == "" && !l.This && (told || l.Login.NeedsAnswer())
	}
}

// saidBefore is what the owner said of logins in the newest recovery of a case and in the newest
// check-up, by login.
func (s *Service) saidBefore(ctx context.Context, account string, now time.Time) (map[string]string,
	error) {
	said := map[string]string{}
	for _, find := range []func() (security.Recovery, error){
		func() (security.Recovery, error) {
			c, err := s.Store.LatestCase(ctx, account)
			if err != nil {
				return security.Recovery{}, err
			}
			return s.Store.RecoveryOfCase(ctx, c.ID)
		},
		func() (security.Recovery, error) {
			return s.Store.CheckUp(ctx, account, now.Add(-security.Review))
		},
	} {
		r, err := find()
		if errors.Is(err, security.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read recovery: %w", err)
		}
		answers, err := s.Store.Answers(ctx, r.ID)
		if err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
		for _, a := range answers {
			said[a.Login] = a.Answer
		}
	}
	return said, nil
}
