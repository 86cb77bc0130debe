package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/token"
)

// maxPasskeys is how many passkeys an account has at most, maxLabel how long the name of one
// is, in characters.
const (
	maxPasskeys = 20
	maxLabel    = 60
)

func roomForPasskey(factors []Factor) error {
	if len(Passkeys(factors)) >= maxPasskeys {
		return refuse("passkey", PasskeyMany, fmt.Sprint(maxPasskeys))
	}
	return nil
}

// AddPasskey enrols the passkey that a browser made, under the name label. Every address is told.
// With the first factor of an account come ten recovery codes, and every other session ends. It
// returns the session's new token, and refuses with ProofNeeded, PasskeyOver, PasskeyFailed,
// PasskeyKnown, PasskeyMany, LabelMissing or LabelLong.
func (s *Service) AddPasskey(ctx context.Context, u *SignedIn, response, label string) (string,
	error) {
	if err := s.needFresh(u); err != nil {
		return "", err
	}
	label = clean(label)
	if err := checkLabel(label); err != nil {
		return "", err
	}
	now := s.Now()
	if err := s.spend(ctx, limitEnrol, u.Account.ID, now); err != nil {
		return "", err
	}
	key, spent, err := s.registered(u, response, now)
	if err != nil {
		return "", err
	}
	f := Factor{ID: token.ID(), Kind: FactorPasskey, Name: label, Key: key, AddedAt: now}
	return s.alter(ctx, s.keeper(u), func(k keeper) (change, error) {
		if err := s.mayAdd(ctx, k, key); err != nil {
			return change{}, err
		}
		c, err := s.enrolling(k, f)
		c.kind, c.data = PasskeyAdded, map[string]string{"name": label}
		c.writes = append(c.writes, spent)
		c.told = notice.PasskeyAdded{At: now, Device: deviceOf(k.session.Visitor), Name: label}
		return c, err
	})
}

func checkLabel(label string) error {
	if label == "" {
		return refuse("name", LabelMissing)
	}
	if utf8.RuneCountInString(label) > maxLabel {
		return refuse("name", LabelLong, fmt.Sprint(maxLabel))
	}
	return nil
}

// registered checks what the browser made, and returns the write that spends the challenge.
func (s *Service) registered(u *SignedIn, response string, now time.Time) (passkey.Key, Write,
	error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return passkey.Key{}, nil, refuse("passkey", PasskeyFailed)
	}
	spent, ok := s.spentBy(u.adding(), claim.Challenge, now)
	if !ok {
		return passkey.Key{}, nil, refuse("passkey", PasskeyOver)
	}
	key, err := s.Passkeys.Register(s.passkeyHolder(u.Account, u.Factors).Handle, claim.Challenge,
		[]byte(response))
	if errors.Is(err, passkey.ErrRefused) || errors.Is(err, passkey.ErrMalformed) {
		return key, nil, refuse("passkey", PasskeyFailed)
	}
	return key, spent, err
}

// mayAdd refuses a key that is enrolled already, of whosever account, and one too many.
func (s *Service) mayAdd(ctx context.Context, k keeper, key passkey.Key) error {
	f, err := s.Store.FactorByCredential(ctx, key.ID)
	switch {
	case err == nil && f.Subject == k.account.ID:
		return refuse("passkey", PasskeyKnown)
	case err == nil:
		return refuse("passkey", PasskeyFailed)
	case !errors.Is(err, ErrNotFound):
		return fmt.Errorf("read passkey: %w", err)
	}
	return roomForPasskey(k.factors)
}

// RenamePasskey gives one of the owner's passkeys another name. It returns ErrNotFound, or
// refuses with LabelMissing or LabelLong beside "name".
func (s *Service) RenamePasskey(ctx context.Context, u *SignedIn, factor, label string) error {
	label = clean(label)
	if err := checkLabel(label); err != nil {
		return err
	}
	i := slices.IndexFunc(u.Factors,
		func(f Factor) bool { return f.ID == factor && f.Kind == FactorPasskey })
	switch {
	case i < 0:
		return ErrNotFound
	case u.Factors[i].Name == label:
		return nil
	}
	e := s.signedInEvent(u, PasskeyRenamed, s.Now())
	e.Data = map[string]string{"was": u.Factors[i].Name, "name": label}
	return s.Store.Commit(ctx, e, RenameFactor{ID: factor, Account: u.Account.ID, Name: label})
}

// PasskeySignals is what a browser is told of the account's passkeys, so that it forgets those
// that were removed and lists the others under the present name. The ids are as in WebAuthn's
// JSON.
type PasskeySignals struct {
	Party, Holder string
	Credentials   []string
	Name, Display string
}

// PasskeySignals tells what stands at the portal; ok is false where there is nothing to tell.
func (s *Service) PasskeySignals(u *SignedIn) (told PasskeySignals, ok bool) {
	if !s.Passkeys.Usable() || u.Session.Half() {
		return told, false
	}
	h := s.passkeyHolder(u.Account, u.Factors)
	told = PasskeySignals{Party: s.Passkeys.ID, Holder: passkey.Text(h.Handle), Name: h.Name,
		Display: h.Display, Credentials: []string{}}
	for _, k := range keysOf(u.Factors) {
		told.Credentials = append(told.Credentials, passkey.Text(k.ID))
	}
	return told, true
}
