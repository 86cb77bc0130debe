package guided

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

// ResolveRequests works through what strangers typed and queues the mails and
// tickets that follow. It returns how many requests it dealt with; more may
// wait. One that fails keeps none of the others waiting, is tried again, and is
// closed unanswered when its time is over. Two workers may run it at once.
func (s *Service) ResolveRequests(ctx context.Context) (int, error) {
	open, err := s.Store.UnresolvedRequests(ctx, 50)
	if err != nil {
		return 0, fmt.Errorf("read requests: %w", err)
	}
	var failed []error
	for _, r := range open {
		err := turn(ctx, s, r)
		if err == nil || errors.Is(err, security.ErrConflict) {
			continue
		}
		failed = append(failed, fmt.Errorf("resolve request: %w", err))
		if now := s.Now(); !now.Before(r.ExpiresAt) {
			failed = append(failed, s.closeRequest(ctx, r, nil, nil, now))
		}
	}
	return len(open) - len(failed), errors.Join(failed...)
}

// turn resolves the request unless another worker is at it: the budgets that the
// answer takes are spent once, by whoever gets to answer.
func turn(ctx context.Context, s *Service, r Request) error {
	wait, err := s.Store.Spend(ctx, limits.ResolveTurn, r.ID, s.Now())
	if wait > 0 || err != nil {
		return err
	}
	return s.resolve(ctx, r)
}

func (s *Service) resolve(ctx context.Context, r Request) error {
	now := s.Now()
	var d requestData
	plain, err := s.Unseal(security.PurposeRequest, r.ID, r.Sealed)
	if err == nil {
		err = json.Unmarshal(plain, &d)
	}
	if err != nil { // sealed under a key that is gone: nobody can answer it any more
		return s.closeRequest(ctx, r, nil, nil, now)
	}
	accounts, err := s.meant(ctx, d, now)
	if err != nil {
		return err
	}
	if r.Kind == RequestNoMailbox {
		return s.resolveNoMailbox(ctx, r, d, accounts, now)
	}
	var writes []security.Write
	var told []Answer
	for _, a := range accounts {
		answer, w, err := s.answerRequest(ctx, r, a, d.Visitor)
		if err != nil {
			return err
		}
		if len(w) > 0 {
			told, writes = append(told, answer), append(writes, w...)
		}
	}
	return s.closeRequest(ctx, r, told, writes, now)
}

func (s *Service) closeRequest(ctx context.Context, r Request, answers []Answer,
	writes []security.Write, now time.Time) error {
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.RequestResolved, now)
	if len(answers) == 1 {
		e.Account = answers[0].Account
	}
	return s.Store.Commit(ctx, e, append([]security.Write{ResolveRequest{r.ID, answers, now}},
		writes...)...)
}

// meant finds the open accounts that a request is about.
func (s *Service) meant(ctx context.Context, d requestData, now time.Time) ([]security.Account,
	error) {
	if d.Link != "" {
		l, err := s.Store.Link(ctx, d.Link)
		if err != nil {
			return nil, fmt.Errorf("read link: %w", err)
		}
		a, err := s.Store.Account(ctx, l.Account)
		if a.Closed || err != nil {
			return nil, err
		}
		return []security.Account{a}, nil
	}
	found, err := s.Named(ctx, d.Identifier, now.Add(-recovery.Fresh))
	if err != nil {
		return nil, fmt.Errorf("look up identifier: %w", err)
	}
	return security.OpenOnes(found), nil
}

// answerRequest queues the mail with the link and the code for one account. A
// link that still lives is mailed again, so that a stranger who types the name
// cannot kill it; and one recipient gets only so many mails.
func (s *Service) answerRequest(ctx context.Context, r Request, a security.Account,
	v security.Visitor) (answer Answer, writes []security.Write, err error) {
	now := s.Now()
	to, ok, err := s.Proof(ctx, a, now)
	if !ok || err != nil {
		return answer, nil, err
	}
	lane, err := s.laneFor(ctx, a, to.Email, v)
	if lane == 0 || err != nil {
		return answer, nil, err
	}
	l, err := s.Store.LiveLink(ctx, a.ID)
	if errors.Is(err, security.ErrNotFound) || err == nil && !worthMailing(l, to.ID, now) {
		l = s.Lockout.NewLink(a, to.ID, lockout.LinkRequested, now)
		writes = append(writes, access.EndLinks{Account: a.ID, State: security.LinkReplaced,
			At: now}, lockout.MakeLink{Link: l})
	} else if err != nil {
		return answer, nil, fmt.Errorf("read live link: %w", err)
	}
	code := token.RandomCode(codeLength)
	mail := notice.RecoveryLink{Link: l.ID, LinkExpires: l.ExpiresAt, Locked: a.Locked(), At: r.At,
		Code: token.FormatCode(code), CodeExpires: r.ExpiresAt}
	answer = Answer{a.ID, s.CodeDigest(security.PurposeRequest, requestCode(r.ID, a.ID), code)}
	queued := s.Mail(a, to, mail, l.ExpiresAt)
	queued.Mail.Lane = lane
	return answer, append(writes, queued), nil
}

// laneFor lets a browser that is known to the account, and owners of locked accounts, go before
// everybody, and others as long as no flood of requests, from however many places, has used up the
// budget of all. It is 0 for a recipient who got many mails: what known browsers asked for counts
// apart.
func (s *Service) laneFor(ctx context.Context, a security.Account, to string,
	v security.Visitor) (notice.Lane, error) {
	known, err := s.Access.Knows(ctx, v, a.ID)
	if err != nil {
		return 0, err
	}
	if known {
		wait, err := s.Access.Paced(ctx, limits.PaceMails, "known\n"+a.ID)
		if wait == 0 || err != nil {
			return notice.LaneAwaited, err
		}
	}
	pace, key := limits.PaceMails, identifier.Fold(to)
	if a.Locked() { // no browser is known to it any more, and the pause is over when the link that was mailed is
		pace.Longest, key = min(pace.Longest, s.Policy.LinkRequested), "locked\n"+key
	}
	if wait, err := s.Access.Paced(ctx, pace, key); wait > 0 || err != nil {
		return 0, err
	}
	if a.Locked() {
		return notice.LaneAwaited, nil
	}
	err = s.Spend(ctx, limits.SelfRequested, "", s.Now())
	if _, ok := errors.AsType[*security.Refusal](err); ok {
		return notice.LaneLast, nil
	}
	return notice.LaneAwaited, err
}

// worthMailing reports whether a live link may be mailed again: it goes to the
// same address and is not about to expire in the reader's hands.
func worthMailing(l lockout.Link, address string, now time.Time) bool {
	margin := min(5*time.Minute, l.ExpiresAt.Sub(l.MadeAt)/2)
	return l.Address == address && now.Add(margin).Before(l.ExpiresAt)
}

// resolveNoMailbox opens a ticket for staff review on each account that is
// meant, or adds to the one that waits already, and tells every address of the
// account once, so that nobody takes it in silence. Who wrote is not known: what
// is heard of one network leaves room for the owner, who may write from another.
func (s *Service) resolveNoMailbox(ctx context.Context, r Request, d requestData,
	accounts []security.Account, now time.Time) error {
	var writes []security.Write
	var told []Answer
	said := security.Remark{Kind: security.SaidNoMailbox, Args: []string{d.Contact, d.Message}}
	for _, a := range accounts {
		around := security.Networks(d.Visitor.IP)
		place := a.ID + "\n" + around[len(around)-1].Key
		heard, err := left(ctx, s, limits.Budget{Limit: limits.ReviewFrom, Key: place},
			limits.Budget{Limit: limits.Review, Key: a.ID})
		if err != nil {
			return err
		}
		if !heard {
			continue
		}
		w, number, err := s.Casework.JoinTicket(ctx, security.NewTicket(security.TicketNoMailbox,
			a),
			s.Remark("", said, now))
		if err != nil {
			return err
		}
		mails, err := s.tellOfReview(ctx, a, w, number, now)
		if err != nil {
			return err
		}
		if len(mails) > 0 {
			mail, err := left(ctx, s, limits.Budget{Limit: limits.ReviewMails, Key: a.ID})
			if err != nil {
				return err
			}
			if !mail {
				mails = nil
			}
		}
		told = append(told, Answer{Account: a.ID})
		writes = append(append(writes, w...), mails...)
	}
	return s.closeRequest(ctx, r, told, writes, now)
}

// left takes one unit of each of the budgets, and reports whether all had one.
func left(ctx context.Context, s *Service, of ...limits.Budget) (bool, error) {
	for _, b := range of {
		err := s.Spend(ctx, b.Limit, b.Key, s.Now())
		if _, over := errors.AsType[*security.Refusal](err); over {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// tellOfReview queues the notice of a review, if the writes have anything new.
func (s *Service) tellOfReview(ctx context.Context, a security.Account, writes []security.Write,
	number string, now time.Time) ([]security.Write, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	return s.Tell(ctx, a, notice.ReviewRequested{Ticket: number, At: now,
		NextWord: now.Add(security.ServiceLevel)}, now)
}
