package guided

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/ticket"
)

// Topics and Hows are the choices of the support form.
var (
	Topics = []string{"mailbox", "lost_phone", "link", "not_me_changes", "money", "other"}
	hows   = []string{byPhishing, "reuse", "shared_device", "unknown"}
)

// byPhishing is the guess that a page or a mail looked like ours.
const byPhishing = "phishing"

// SendSupport takes the support form. The message lands on the running case, in
// a check-up on one ticket for Customer Support. how, the guess how it might
// have happened, may come alone.
func (s *Service) SendSupport(ctx context.Context, o *Owner, topic, text, how string,
	files ...security.File) error {
	return once(ctx, s, o, func() error { return sendSupport(ctx, s, o, topic, text, how, files) })
}

func sendSupport(ctx context.Context, s *Service, o *Owner, topic, text, how string,
	files []security.File) error {
	if err := o.open(recovery.Support); err != nil {
		return err
	}
	if how != "" && !slices.Contains(hows, how) {
		return security.Refuse("how", refusal.HowUnknown)
	}
	if text = security.Clean(text); text != "" || how == "" {
		if _, err := security.TypedMessage(text); err != nil {
			return err
		}
		if !slices.Contains(Topics, topic) {
			return security.Refuse("topic", refusal.TopicUnknown)
		}
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Messages, o.Session.ID, now); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, o, recovery.Support)
		if err != nil {
			return err
		}
		r, kind := o.Recovery, audit.HowTold
		var writes []security.Write
		if how != "" {
			r.How, o.Recovery.How = how, how
			if writes, err = s.tellHow(ctx, o, how, now); err != nil {
				return err
			}
		}
		if text != "" {
			r.SupportAt, kind = now, audit.MessageSent
			more, err := s.supportMessage(ctx, o, topic, text, files, now)
			if err != nil {
				return err
			}
			writes = append(writes, more...)
		}
		return s.commit(ctx, o, s.ownerEvent(o, kind, now),
			slices.Concat([]security.Write{SaveRecovery{r}}, writes, heard(o, text != ""))...)
	})
}

// topicOf is the topic of a ticket about what might have happened so.
func topicOf(how string) string {
	if how == byPhishing {
		return ticket.Phishing
	}
	return ticket.Usual
}

// heard is what the owner's word does to the running case: whoever is about to decide it has to
// read that first, and a message answers what the analyst had asked.
func heard(o *Owner, message bool) []security.Write {
	if o.Case == nil {
		return nil
	}
	writes := []security.Write{security.SaveCase{Case: *o.Case}}
	if message {
		if _, moved, err := security.Move(*o.Case, recovery.EventAnswered); err == nil {
			writes = moved
		}
	}
	return append(writes, security.FactsChanged{Account: o.Account.ID})
}

// tellHow puts the owner's guess on the running case. Where it shortens the
// service level, ticket and case are due earlier; the caller saves the case. Without
// a new password nothing runs yet, though a case taken up again has its ticket.
func (s *Service) tellHow(ctx context.Context, o *Owner, how string,
	now time.Time) ([]security.Write, error) {
	writes := s.comment(o, security.Remark{Kind: security.SaidHow, Args: []string{how}}, now)
	topic := topicOf(how)
	if o.Case == nil || topic == ticket.Usual {
		return writes, nil
	}
	c := *o.Case
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil || t.ID == "" || t.Topic == topic {
		return writes, err
	}
	said, err := s.Store.Messages(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	t.About(topic, said)
	if due := c.SecuredAt.Add(ticket.Level(topic)); !c.SecuredAt.IsZero() && due.Before(c.DueAt) {
		c.DueAt = due
	}
	o.Case.DueAt = c.DueAt
	return append(writes, casework.SaveTicket{Ticket: t}), nil
}

func (s *Service) supportMessage(ctx context.Context, o *Owner, topic, text string,
	files []security.File, now time.Time) ([]security.Write, error) {
	said := s.Message("", security.AuthorOwner, true, text, now)
	said.Files = files
	if o.Case != nil {
		said.Ticket = casework.OwnTicket(*o.Case)
		wake, err := s.wake(ctx, o, now)
		writes := s.comment(o, security.Remark{Kind: security.SaidAbout, Args: []string{topic}}, now)
		return append(append(writes, casework.Say(said)...), wake), err
	}
	writes, _, err := s.Casework.ToSupport(ctx, o.Account, topic, said)
	return writes, err
}

// wake reopens the ticket of the case, because the owner has something to say. A
// question of the analyst is answered by it; the caller saves the case.
func (s *Service) wake(ctx context.Context, o *Owner, now time.Time) (casework.WakeTicket, error) {
	t, err := s.Casework.CaseTicket(ctx, *o.Case)
	level := min(ticket.Level(t.Topic), ticket.Level(topicOf(o.Recovery.How)))
	due := now.Add(level)
	if o.Case.State == recovery.NeedsOwner {
		o.Case.DueAt = due
	}
	return casework.WakeTicket{ID: casework.OwnTicket(*o.Case), DueAt: due}, err
}

// SendMessage adds to the running case from the status page. When the analyst
// had asked for something, this is the answer and the case goes back to review.
func (s *Service) SendMessage(ctx context.Context, o *Owner, text string,
	files ...security.File) error {
	return once(ctx, s, o, func() error { return sendMessage(ctx, s, o, text, files) })
}

func sendMessage(ctx context.Context, s *Service, o *Owner, text string,
	files []security.File) error {
	if o.Case == nil || o.Progress.Next() != "" && !o.Over() {
		return security.Refuse("", refusal.StepNotOpen)
	}
	if o.Over() {
		return security.Refuse("", refusal.RecoveryReadOnly)
	}
	now := s.Now()
	text, err := s.Casework.TakeMessage(ctx, o.Session.ID, text, now)
	if err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, o, "")
		if err != nil {
			return err
		}
		if o.Over() {
			return security.Refuse("", refusal.RecoveryReadOnly)
		}
		said := s.Message(casework.OwnTicket(*o.Case), security.AuthorOwner, true, text, now)
		wake, err := s.wake(ctx, o, now)
		if err != nil {
			return err
		}
		said.Files = files
		writes := append(casework.Say(said), wake)
		return s.commit(ctx, o, s.ownerEvent(o, audit.MessageSent, now),
			append(writes, heard(o, true)...)...)
	})
}

// comment adds an internal line to the running case: what later steps found out
// belongs to the same piece of work. A check-up has none.
func (s *Service) comment(o *Owner, r security.Remark, now time.Time) []security.Write {
	if o.Case == nil {
		return nil
	}
	return []security.Write{casework.AddMessage{Message: s.Remark(casework.OwnTicket(*o.Case), r,
		now)}}
}

// Appeal asks for a second look at the decision to keep the account locked, once for each case, with
// what the owner has to say. Another analyst than the one who decided answers it; see
// security.Case.AppealedAt. It refuses with AppealOver where there is nothing to appeal, or it was
// done already, and as TypedMessage does.
func (s *Service) Appeal(ctx context.Context, was *Owner, text string) error {
	return once(ctx, s, was, func() error { return appeal(ctx, s, was, text) })
}

func appeal(ctx context.Context, s *Service, was *Owner, text string) error {
	if err := was.mayAppeal(); err != nil {
		return err
	}
	now := s.Now()
	text, err := s.Casework.TakeMessage(ctx, was.Session.ID, text, now)
	if err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, was, "")
		if err == nil {
			err = o.mayAppeal()
		}
		if err != nil {
			return err
		}
		c := *o.Case
		t, err := s.Casework.CaseTicket(ctx, c)
		if err != nil {
			return err
		}
		c.AppealedAt, c.DueAt = now, now.Add(ticket.Level(t.Topic))
		return s.commit(ctx, o, s.ownerEvent(o, audit.CaseAppealed, now), security.SaveCase{Case: c},
			casework.AddMessage{Message: s.Message(casework.OwnTicket(c), security.AuthorOwner, true,
				text, now)},
			casework.WakeTicket{ID: casework.OwnTicket(c), DueAt: c.DueAt})
	})
}

// MayAppeal reports whether a second look at the decision can be asked for.
func (o *Owner) MayAppeal() bool {
	return o.Case != nil && o.Case.State == recovery.Declined && o.Case.AppealedAt.IsZero()
}

func (o *Owner) mayAppeal() error {
	switch {
	case o.Progress.Next() != "":
		return security.Refuse("", refusal.StepNotOpen)
	case o.Case != nil && o.Case.State == recovery.Resumed:
		return security.Refuse("", refusal.RecoveryReadOnly)
	case !o.MayAppeal():
		return security.Refuse("", refusal.AppealOver)
	}
	return nil
}
