package security

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security/recovery"
	"regain/security/ticket"
)

// Topics and Hows are the choices of the support form.
var (
	Topics = []string{"mailbox", "lost_phone", "link", "not_me_changes", "money", "other"}
	Hows   = []string{"phishing", "reuse", "shared_device", "unknown"}
)

// SendSupport takes the support form. The message lands on the running case, in
// a check-up on one ticket for Customer Support. how, the guess how it might
// have happened, may come alone.
func (s *Service) SendSupport(ctx context.Context, o *Owner, topic, text, how string) error {
	if err := o.open(recovery.Support); err != nil {
		return err
	}
	text = clean(text)
	if how != "" && !slices.Contains(Hows, how) {
		return refuse("how", HowUnknown)
	}
	if text != "" || how == "" {
		if err := checkMessage(text); err != nil {
			return err
		}
		if !slices.Contains(Topics, topic) {
			return refuse("topic", TopicUnknown)
		}
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, o.Account.ID, now); err != nil {
		return err
	}
	return retry(ctx, func() error {
		o, err := s.again(ctx, o, recovery.Support)
		if err != nil {
			return err
		}
		r := o.Recovery
		var writes []Write
		if how != "" {
			r.How, o.Recovery.How = how, how
			if writes, err = s.tellHow(ctx, o, how, now); err != nil {
				return err
			}
		}
		if text != "" {
			r.SupportAt = now
			more, err := s.supportMessage(ctx, o, topic, text, now)
			if err != nil {
				return err
			}
			writes = append(writes, more...)
		}
		return s.commit(ctx, o, s.ownerEvent(o, MessageSent, now),
			slices.Concat([]Write{SaveRecovery{r}}, writes, heard(o, text != ""))...)
	})
}

// topicOf is the topic of a ticket about what might have happened so.
func topicOf(how string) string {
	if how == "phishing" {
		return ticket.Phishing
	}
	return ticket.Usual
}

// heard is what the owner's word does to the running case: whoever is about to decide it has to
// read that first, and a message answers what the analyst had asked.
func heard(o *Owner, message bool) []Write {
	if o.Case == nil {
		return nil
	}
	writes := []Write{SaveCase{*o.Case}}
	if message {
		if _, moved, err := moveCase(*o.Case, recovery.EventAnswered); err == nil {
			writes = moved
		}
	}
	return append(writes, Stir{o.Account.ID})
}

// tellHow puts the owner's guess on the running case. Where it shortens the
// service level, ticket and case are due earlier; the caller saves the case. Without
// a new password nothing runs yet, though a case taken up again has its ticket.
func (s *Service) tellHow(ctx context.Context, o *Owner, how string, now time.Time) ([]Write,
	error) {
	writes := s.comment(o, remark{saidHow, []string{how}}, now)
	topic := topicOf(how)
	if o.Case == nil || topic == ticket.Usual {
		return writes, nil
	}
	c := *o.Case
	t, err := s.caseTicket(ctx, c)
	if err != nil || t.ID == "" || t.Topic == topic {
		return writes, err
	}
	said, err := s.Store.Messages(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	t.about(topic, said)
	if due := c.SecuredAt.Add(ticket.Level(topic)); !c.SecuredAt.IsZero() && due.Before(c.DueAt) {
		c.DueAt = due
	}
	o.Case.DueAt = c.DueAt
	return append(writes, SaveTicket{t}), nil
}

func checkMessage(text string) error {
	switch {
	case text == "":
		return refuse("message", MessageMissing)
	case utf8.RuneCountInString(text) > maxMessage:
		return refuse("message", MessageLong, fmt.Sprint(maxMessage))
	}
	return nil
}

func (s *Service) supportMessage(ctx context.Context, o *Owner, topic, text string,
	now time.Time) ([]Write, error) {
	said := s.message("", AuthorOwner, true, text, now)
	if o.Case != nil {
		said.Ticket = ownTicket(*o.Case)
		wake, err := s.wake(ctx, o, now)
		return append(s.comment(o, remark{saidAbout, []string{topic}}, now),
			AddMessage{said}, wake), err
	}
	writes, _, err := s.toSupport(ctx, o.Account, topic, said)
	return writes, err
}

// wake reopens the ticket of the case, because the owner has something to say. A
// question of the analyst is answered by it; the caller saves the case.
func (s *Service) wake(ctx context.Context, o *Owner, now time.Time) (WakeTicket, error) {
	t, err := s.caseTicket(ctx, *o.Case)
	level := min(ticket.Level(t.Topic), ticket.Level(topicOf(o.Recovery.How)))
	due := now.Add(level)
	if o.Case.State == recovery.NeedsOwner {
		o.Case.DueAt = due
	}
	return WakeTicket{ownTicket(*o.Case), due}, err
}

// SendMessage adds to the running case from the status page. When the analyst
// had asked for something, this is the answer and the case goes back to review.
func (s *Service) SendMessage(ctx context.Context, o *Owner, text string) error {
	if o.Case == nil || o.Progress.Next() != "" && !o.Over() {
		return refuse("", StepNotOpen)
	}
	if o.Over() {
		return refuse("", RecoveryReadOnly)
	}
	text = clean(text)
	if err := checkMessage(text); err != nil {
		return err
	}
	now := s.Now()
	if err := s.spend(ctx, limitMessages, o.Account.ID, now); err != nil {
		return err
	}
	return retry(ctx, func() error {
		o, err := s.again(ctx, o, "")
		if err != nil {
			return err
		}
		if o.Over() {
			return refuse("", RecoveryReadOnly)
		}
		said := s.message(ownTicket(*o.Case), AuthorOwner, true, text, now)
		if copied, err := s.justSaid(ctx, said); copied || err != nil {
			return err
		}
		wake, err := s.wake(ctx, o, now)
		if err != nil {
			return err
		}
		writes := []Write{AddMessage{said}, wake}
		return s.commit(ctx, o, s.ownerEvent(o, MessageSent, now), append(writes, heard(o, true)...)...)
	})
}
