package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/refusal"
	"regain/security/token"
)

// maxPasskeys is how many passkeys an account has at most, maxLabel how long the name of one
// is, in characters.
const (
	maxPasskeys = 20
	maxLabel    = 60
)

func roomForPasskey(factors []security.Factor) error {
	if len(access.Passkeys(factors)) >= maxPasskeys {
		return security.Refuse("passkey", refusal.PasskeyMany, fmt.Sprint(maxPasskeys))
	}
	return nil
}

// AddPasskey enrols the passkey that a browser made, under the name label. Every address is told.
// With the first factor of an account come ten recovery codes, and every other session ends. It
// returns the session's new token, and refuses with ProofNeeded, PasskeyOver, PasskeyFailed,
// PasskeyKnown, PasskeyMany, LabelMissing or LabelLong.
func (s *Service) AddPasskey(ctx context.Context, u *SignedIn, response, label string) (string,
	error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	label = security.Clean(label)
	if err := checkLabel(label); err != nil {
		return "", err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Enrol, u.Account.ID, now); err != nil {
		return "", err
	}
	key, spent, err := s.registered(u, response, now)
	if err != nil {
		return "", err
	}
	f := security.Factor{ID: token.ID(), Kind: security.FactorPasskey, Name: label, Key: key,
		AddedAt: now}
	return s.Access.Alter(ctx, s.keeper(u), func(k access.Keeper) (access.Change, error) {
		if err := s.mayAdd(ctx, k, key); err != nil {
			return access.Change{}, err
		}
		c := s.Access.Enrolling(k, f)
		c.Kind, c.Data = audit.PasskeyAdded, map[string]string{"name": label}
		c.Writes = append(c.Writes, spent)
		c.Told = notice.PasskeyAdded{At: now, Device: security.DeviceOf(k.Session.Visitor),
			Name: label}
		return c, nil
	})
}

func checkLabel(label string) error {
	if label == "" {
		return security.Refuse("name", refusal.LabelMissing)
	}
	if utf8.RuneCountInString(label) > maxLabel {
		return security.Refuse("name", refusal.LabelLong, fmt.Sprint(maxLabel))
	}
	return nil
}

// registered checks what the browser made, and returns the write that spends the challenge.
func (s *Service) registered(u *SignedIn, response string, now time.Time) (passkey.Key,
	security.Write, error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return passkey.Key{}, nil, security.Refuse("passkey", refusal.PasskeyFailed)
	}
	spent, ok := s.Access.SpentBy(u.adding(), claim.Challenge, now)
	if !ok {
		return passkey.Key{}, nil, security.Refuse("passkey", refusal.PasskeyOver)
	}
	key, err := s.Passkeys.Register(s.Access.PasskeyHolder(u.Account, u.Factors).Handle,
		claim.Challenge,
		[]byte(response))
	if errors.Is(err, passkey.ErrRefused) || errors.Is(err, passkey.ErrMalformed) {
		return key, nil, security.Refuse("passkey", refusal.PasskeyFailed)
	}
	return key, spent, err
}

// mayAdd refuses a key that is enrolled already, of whosever account, and one too many.
func (s *Service) mayAdd(ctx context.Context, k access.Keeper, key passkey.Key) error {
	f, err := s.Store.FactorByCredential(ctx, key.ID)
	switch {
	case err == nil && f.Subject == k.Account.ID:
		return security.Refuse("passkey", refusal.PasskeyKnown)
	case err == nil:
		return security.Refuse("passkey", refusal.PasskeyFailed)
	case !errors.Is(err, security.ErrNotFound):
		return fmt.Errorf("read passkey: %w", err)
	}
	return roomForPasskey(k.Factors)
}

// RenamePasskey gives one of the owner's passkeys another name. It returns ErrNotFound, or
// refuses with LabelMissing or LabelLong beside "name".
func (s *Service) RenamePasskey(ctx context.Context, u *SignedIn, factor, label string) error {
	label = security.Clean(label)
	if err := checkLabel(label); err != nil {
		return err
	}
	i := slices.IndexFunc(u.Factors,
		func(f security.Factor) bool { return f.ID == factor && f.Kind == security.FactorPasskey })
	switch {
	case i < 0:
		return security.ErrNotFound
	case u.Factors[i].Name == label:
		return nil
	}
	e := s.SignedInEvent(u, audit.PasskeyRenamed, s.Now())
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
	h := s.Access.PasskeyHolder(u.Account, u.Factors)
	told = PasskeySignals{Party: s.Passkeys.ID, Holder: passkey.Text(h.Handle), Name: h.Name,
		Display: h.Display, Credentials: []string{}}
	for _, k := range access.KeysOf(u.Factors) {
		told.Credentials = append(told.Credentials, passkey.Text(k.ID))
	}
	return told, true
}
