package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/cmd/regain/courier"
	"regain/cmd/wiring"
	"regain/security"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/rooms"
	"regain/store"
)

// Keys are what a visitor of the demo needs and the database does not tell.
type Keys struct {
	Authenticator string   `json:"authenticator"` // alan's key
	RecoveryCodes []string `json:"recovery_codes"`
	// Staff are the keys of the authenticators of staff, by address.
	Staff map[string]string `json:"staff"`
	// Began is when the stories end, and visitors begin.
	Began time.Time `json:"began"`
}

// renewed is the password that those of the demo have chosen who updated it.
const renewed = "seven quiet lanterns by the harbour"

// seeder plays what happened to the demo people. It does so through the same
// use cases as everybody else, with a clock of its own.
type seeder struct {
	db      *store.DB
	service *rooms.All
	mails   *notice.Courier
	now     time.Time // when the demo begins
	at      time.Time // where the clock stands
}

// Play fills an empty database. The mails of the past are delivered through a sender, those of
// the lockouts a moment ago wait in the outbox.
func Play(ctx context.Context, db *store.DB, post courier.Post, through courier.Sender) (
	Keys, error) {
	s := &seeder{db: db, now: post.Service.Now()}
	own := *post.Service.Core // the clock of whoever plays goes on
	own.Now = func() time.Time { return s.at }
	given := post.Service.Genuine
	post.Service = wiring.Rooms(own, db)
	s.service = post.Service
	s.service.Genuine.Links, s.service.Genuine.Sender = given.Links, given.Sender
	s.service.Genuine.Resolver = given.Resolver
	s.mails = post.Courier(through)
	s.at = s.now.AddDate(0, 0, -historyDays-1)
	if err := s.found(ctx); err != nil {
		return Keys{}, fmt.Errorf("demo organisation: %w", err)
	}
	for _, p := range People {
		if err := s.introduce(ctx, p); err != nil {
			return Keys{}, fmt.Errorf("demo account %s: %w", p.Username, err)
		}
	}
	keys, err := s.enrolAlan(ctx)
	if err != nil {
		return keys, fmt.Errorf("demo of alan: %w", err)
	}
	staff, staffKeys, err := s.hire(ctx)
	if err != nil {
		return keys, err
	}
	keys.Staff, keys.Began = staffKeys, s.now
	if err := s.secureMary(ctx); err != nil {
		return keys, fmt.Errorf("demo of mary: %w", err)
	}
	if err := s.review(ctx, staff); err != nil {
		return keys, err
	}
	if err := s.defraud(ctx, staff[Tara.Email]); err != nil {
		return keys, fmt.Errorf("demo frauds: %w", err)
	}
	if err := s.lockOut(ctx); err != nil {
		return keys, fmt.Errorf("demo lockouts: %w", err)
	}
	return keys, nil
}

// marketHasher makes the hashes that the marketplace brings: it has no pepper of ours.
func marketHasher() *password.Hasher {
	return password.NewHasher(password.DefaultCost, password.Slots{Count: 1}, password.Pepper{})
}

// introduce imports a person with all logins and activity up to now.
func (s *seeder) introduce(ctx context.Context, p Person) error {
	hash, err := marketHasher().Hash(ctx, p.Password)
	if err != nil {
		return err
	}
	account := p.account()
	account["password_hash"] = hash
	if err := play(ctx, []told{account}, feed.ParseAccount, s.service.Feed.ImportAccounts); err != nil {
		return err
	}
	s.at = s.now
	defer func() { s.at = s.now.AddDate(0, 0, -historyDays-1) }()
	err = play(ctx, append(p.logins(s.now), p.strangers(s.now)...), feed.ParseLogin,
		s.service.Feed.ImportLogins)
	if err != nil {
		return err
	}
	return play(ctx, p.work(s.now), feed.ParseActivity, s.service.Feed.ImportActivities)
}

// play imports lines and wants every one of them to be taken.
func play[L any](ctx context.Context, lines []told, parse func([]byte) (L, feed.Warnings, error),
	put func(context.Context, security.Actor, []L) ([]feed.LineResult, error)) error {
	var parsed []L
	for _, t := range lines {
		raw, err := json.Marshal(t)
		if err != nil {
			return err
		}
		l, _, err := parse(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", raw, err)
		}
		parsed = append(parsed, l)
	}
	results, err := put(ctx, actor, parsed)
	for _, r := range results {
		if r.Err != nil {
			return r.Err
		}
	}
	return err
}

var actor = security.Operator("dev")

// step is something an owner does. It returns the session's new token, or "".
type step func(*guided.Owner) (string, error)

// visit opens the account's living link on the person's own device and does the
// steps, a few minutes apart.
func (s *seeder) visit(ctx context.Context, p Person, steps ...step) error {
	device := security.Visitor{IP: p.Home, Agent: p.agents[0]}
	link, err := s.db.LiveLink(ctx, p.ID)
	if err != nil {
		return fmt.Errorf("read link: %w", err)
	}
	tok, err := s.service.Lockout.UseLink(ctx, device, s.service.Lockout.LinkToken(link.ID))
	if err != nil {
		return err
	}
	for _, do := range append(steps, s.leave(ctx)) {
		o, err := s.service.Guided.Enter(ctx, device, tok)
		if err != nil {
			return err
		}
		renewed, err := do(o)
		if err != nil {
			return err
		}
		if renewed != "" {
			tok = renewed
		}
		s.at = s.at.Add(3 * time.Minute)
	}
	return s.deliver(ctx)
}

func (s *seeder) leave(ctx context.Context) step {
	return func(o *guided.Owner) (string, error) { return "", s.service.Guided.SignOut(ctx, o) }
}

// deliver sends the mails that are due where the clock stands.
func (s *seeder) deliver(ctx context.Context) error {
	_, err := s.mails.Flush(ctx)
	return err
}

// enrolAlan gives alan an authenticator, in a check-up a month ago.
func (s *seeder) enrolAlan(ctx context.Context) (keys Keys, err error) {
	s.at = s.now.AddDate(0, 0, -30)
	if err := s.service.Lockout.SendLink(ctx, actor, Alan.Username); err != nil {
		return keys, err
	}
	if err := s.deliver(ctx); err != nil {
		return keys, err
	}
	return keys, s.visit(ctx, Alan,
		func(o *guided.Owner) (string, error) { return "", s.service.Guided.KeepPassword(ctx, o) },
		func(o *guided.Owner) (string, error) {
			e, err := s.service.Guided.Enrol(ctx, o)
			if err != nil {
				return "", err
			}
			keys.Authenticator = e.Secret
			code, err := totp.GenerateCode(e.Secret, s.at)
			if err != nil {
				return "", err
			}
			return s.service.Guided.ConfirmTwoFactor(ctx, o, code)
		},
		func(o *guided.Owner) (_ string, err error) {
			keys.RecoveryCodes, err = s.service.Guided.UnsavedCodes(o)
			return "", errors.Join(err, s.service.Guided.SaveCodes(ctx, o, true))
		})
}

// secureMary plays a recovery that is complete and waits for its review.
func (s *seeder) secureMary(ctx context.Context) error {
	s.at = s.now.Add(-maryLocked)
	_, err := s.service.Lockout.Lock(ctx, actor, Mary.Username, recovery.Compromised,
		"Right password from Brazil ("+brazil+"), stopped by the device check.")
	if err != nil {
		return err
	}
	if err := s.deliver(ctx); err != nil {
		return err
	}
	s.at = s.now.Add(-marySecured)
	err = s.visit(ctx, Mary,
		func(o *guided.Owner) (string, error) {
			return s.service.Guided.UpdatePassword(ctx, o, renewed)
		},
		func(o *guided.Owner) (string, error) { return "", s.service.Guided.SkipTwoFactor(ctx, o) },
		func(o *guided.Owner) (string, error) { return "", s.denyAll(ctx, o) },
		func(o *guided.Owner) (string, error) {
			return "", s.service.Guided.SendSupport(ctx, o, "other",
				"I have a delivery due on Friday. Is there anything else you need from me?",
				"reuse")
		})
	if err != nil {
		return err
	}
	return s.confirm(ctx, Mary)
}

// confirm is a later visit in which the owner says that the updated password is theirs.
func (s *seeder) confirm(ctx context.Context, p Person) error {
	s.at = s.at.Add(time.Hour)
	if err := s.service.Lockout.SendLink(ctx, actor, p.Username); err != nil {
		return err
	}
	return s.visit(ctx, p,
		func(o *guided.Owner) (string, error) { return "", s.service.Guided.KeepPassword(ctx, o) })
}

// denyAll says "not me" to every login that needs an answer.
func (s *seeder) denyAll(ctx context.Context, o *guided.Owner) error {
	r, err := s.service.Guided.ReviewActivity(ctx, o)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, f := range r.Asked() {
		said[f.Login.ID] = risk.NotMe
	}
	return s.service.Guided.AnswerLogins(ctx, o, said)
}

// lockOut plays what happened today: grace's account was taken over, and both
// she and ada were locked out a moment ago.
func (s *seeder) lockOut(ctx context.Context) error {
	s.at = s.now.Add(-5*time.Hour + 4*time.Minute)
	moved := Grace.account()
	moved["email"] = graceTaken
	err := play(ctx, []told{moved}, feed.ParseAccount, s.service.Feed.ImportAccounts)
	if err != nil {
		return err
	}
	err = play(ctx, stolen(s.now), feed.ParseActivity, s.service.Feed.ImportActivities)
	if err != nil {
		return err
	}
	err = play(ctx, []told{{"id": "z-17", "account": Ada.ID, "department": "Customer Support",
		"status": "open", "subject": "I cannot sign in since this morning",
		"at": s.now.Add(-10 * time.Minute).Format(time.RFC3339)}},
		feed.ParseTicket, s.service.Feed.ImportTickets)
	if err != nil {
		return err
	}
	s.at = s.now.Add(-2 * time.Minute)
	_, err = s.service.Lockout.Lock(ctx, actor, Grace.Username, recovery.Hijacked,
		"Login from Brazil ("+brazil+") that got in; payout and address changed, money taken out.")
	if err != nil {
		return err
	}
	s.at = s.now
	_, err = s.service.Lockout.Lock(ctx, actor, Ada.Username, recovery.Compromised,
		"Right password from Vietnam ("+Vietnam+"), stopped by the security question.")
	return err
}
