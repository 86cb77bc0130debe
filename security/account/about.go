package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
)

// About names one entry of the record: a login, or something that was done. Exactly one is set.
type About struct{ Login, Change string }

// ConfirmOwn is "this was me" of a signed-in owner about an entry of their record, asked before or
// not. ErrNotFound: the account has no such entry.
func (s *Service) ConfirmOwn(ctx context.Context, u *SignedIn, what About) error {
	return s.Alert.Confirmed(ctx, func() (alert.AlertQuestion, error) { return s.own(ctx, u, what) })
}

// DenyOwn is "this was not me" of a signed-in owner about an entry of their record, asked before or
// not; it does what alert.DenyAlert does. Where that does not lock the account, a denied change ends
// all other sessions. A session proves no address: the link is mailed, never handed over. ErrNotFound:
// the account has no such entry.
func (s *Service) DenyOwn(ctx context.Context, u *SignedIn, what About) (alert.Denial, error) {
	return s.Alert.Denied(ctx, func() (alert.AlertQuestion, error) {
		q, err := s.own(ctx, u, what)
		if what.Change != "" {
			q.Ends = []security.Write{access.EndSessions{Subject: u.Account.ID, Except: u.Session.ID,
				At: s.Now()}}
		}
		return q, err
	})
}

// own is the question about an entry of the record of the signed-in owner.
func (s *Service) own(ctx context.Context, u *SignedIn, what About) (alert.AlertQuestion, error) {
	if what.Change != "" {
		return changeQuestion(ctx, s, u.Account.ID, what.Change, s.Now(), u.Actor())
	}
	l, err := s.Store.Login(ctx, what.Login)
	if err != nil {
		return alert.AlertQuestion{}, err
	}
	if l.Account != u.Account.ID {
		return alert.AlertQuestion{}, security.ErrNotFound
	}
	x, err := s.Store.AlertOfLogin(ctx, l.ID)
	unasked := errors.Is(err, security.ErrNotFound)
	if unasked {
		x, err = alert.LoginAlert(l.Account, s.Lockout.History([]security.Login{l}).Logins[0]), nil
		x.MailedAt = s.Now()
	}
	if err != nil {
		return alert.AlertQuestion{}, fmt.Errorf("read alert: %w", err)
	}
	q, err := s.Alert.QuestionOf(ctx, x)
	q.Unasked, q.By = unasked, u.Actor()
	return q, err
}

// changeQuestion is the question about something that was done on the account in the 90 days before
// asOf, or since.
func changeQuestion(ctx context.Context, s *Service, accountID, id string, asOf time.Time,
	by security.Actor) (alert.AlertQuestion, error) {
	since := asOf.Add(-security.Review)
	done, err := s.Store.Activities(ctx, accountID, since, activityMost)
	if err != nil {
		return alert.AlertQuestion{}, fmt.Errorf("read activity: %w", err)
	}
	i := slices.IndexFunc(done, func(d security.Activity) bool { return d.ID == id })
	if i < 0 {
		return alert.AlertQuestion{}, security.ErrNotFound
	}
	asked, err := s.Store.Alerts(ctx, accountID, since, activityMost)
	if err != nil {
		return alert.AlertQuestion{}, fmt.Errorf("read alerts: %w", err)
	}
	x := s.Alert.ChangeAlert(done[i])
	x.MailedAt = s.Now()
	before := slices.IndexFunc(asked, func(a alert.Alert) bool { return a.Activity == id })
	if before >= 0 {
		x = asked[before]
	}
	q, err := s.Alert.QuestionOf(ctx, x)
	q.Unasked, q.By = before < 0, by
	return q, err
}

// Said is what the owner of a running recovery said about entries of their record, outside of it: "not
// me", and what they said in it of what was done. "Me" of before is asked for again, because whoever
// was signed in or reads the mailbox could have said it.
func Said(ctx context.Context, s *Service, o *guided.Owner) (logins, changes map[string]string,
	err error) {
	all, err := s.Store.Alerts(ctx, o.Account.ID, o.AsOf(s.Now()).Add(-security.Review), activityMost)
	if err != nil {
		return nil, nil, fmt.Errorf("read alerts: %w", err)
	}
	logins, changes = map[string]string{}, map[string]string{}
	for _, a := range all {
		switch {
		case a.Activity != "":
			if a.Answer == risk.NotMe || !a.AnsweredAt.Before(o.Recovery.StartedAt) {
				changes[a.Activity] = a.Answer
			}
		case a.Answer == risk.NotMe:
			logins[a.Login] = a.Answer
		}
	}
	return logins, changes, nil
}

// AnsweredChange is something that was done on an account, and what its owner said of it.
type AnsweredChange struct {
	security.Activity
	Answer string // a code of risk
}

// ChangesSaid lists what the owner of a locked account said of what was done on it, as Said does, the
// newest first.
func ChangesSaid(ctx context.Context, s *Service, o *guided.Owner) (list []AnsweredChange, err error) {
	if o.Case == nil {
		return nil, nil
	}
	_, said, err := Said(ctx, s, o)
	if err != nil || len(said) == 0 {
		return nil, err
	}
	done, err := reviewed(ctx, s, o)
	for _, a := range done {
		if said[a.ID] != "" {
			list = append(list, AnsweredChange{a, said[a.ID]})
		}
	}
	return list, err
}

// reviewed is what the owner of a recovery is shown of what was done on the account, the newest first.
func reviewed(ctx context.Context, s *Service, o *guided.Owner) ([]security.Activity, error) {
	done, err := s.Store.Activities(ctx, o.Account.ID, o.AsOf(s.Now()).Add(-security.Review),
		lockout.HistoryRows)
	if err != nil {
		return nil, fmt.Errorf("read activity: %w", err)
	}
	return done, nil
}

// AnswerChanges records what the owner of a locked account says, in the activity step, of what was
// done on it: risk.Me or risk.NotMe by the id of the activity. What is not the account's, or was
// answered so before, changes nothing.
func AnswerChanges(ctx context.Context, s *Service, o *guided.Owner, said map[string]string) error {
	if o.Case == nil || !o.Progress.Open(recovery.Activity) {
		return security.Refuse("", refusal.StepNotOpen)
	}
	shown, err := reviewed(ctx, s, o)
	if err != nil {
		return err
	}
	for _, a := range shown { // never by the ids of the form: there can be any number of those
		id := a.ID
		read := func() (alert.AlertQuestion, error) {
			return changeQuestion(ctx, s, o.Account.ID, id, o.AsOf(s.Now()), o.Actor())
		}
		switch said[id] {
		case risk.NotMe:
			_, err = s.Alert.Denied(ctx, read)
		case risk.Me:
			err = s.Alert.Confirmed(ctx, read)
		}
		if err != nil && !errors.Is(err, security.ErrNotFound) {
			return err
		}
	}
	return nil
}
