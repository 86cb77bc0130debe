package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
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
	if len(Passkeys(factors)) >= maxPasskeys {
		return security.Refuse("passkey", refusal.PasskeyMany, fmt.Sprint(maxPasskeys))
	}
	return nil
}

// holder is whom the passkeys of k are made for. The handle says nothing about the person and stays
// the same as long as there is a passkey.
func (s *Service) holder(k Keeper) passkey.Holder {
	h := passkey.Holder{Name: k.Name, Display: k.Display}
	if keys := KeysOf(k.Factors); len(keys) > 0 {
		h.Handle = keys[0].User
	} else {
		h.Handle = s.Keys.Derive("passkey-holder/"+k.Session.Subject, 32)
	}
	return h
}

// AskNewPasskey is what a browser needs to make a passkey: JSON for
// parseCreationOptionsFromJSON; "" where browsers make none for this portal. It refuses with
// PasskeyMany.
func (s *Service) AskNewPasskey(k Keeper) (string, error) {
	site := s.Site(k.Session.Kind)
	if !site.Usable() {
		return "", nil
	}
	if err := roomForPasskey(k.Factors); err != nil {
		return "", err
	}
	options, err := site.CreationOptions(s.holder(k), s.challenge(adding(k.Session)),
		KeysOf(k.Factors))
	return string(options), err
}

// AddPasskey enrols the passkey that a browser made, under the name label. It returns the
// session's new token, and refuses with PasskeyOver, PasskeyFailed, PasskeyKnown, PasskeyMany,
// LabelMissing or LabelLong.
func (s *Service) AddPasskey(ctx context.Context, k Keeper, response, label string) (string,
	error) {
	label, err := typedLabel(label)
	if err != nil {
		return "", err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Enrol, k.Session.Subject, now); err != nil {
		return "", err
	}
	key, spent, err := s.registered(k, response, now)
	if err != nil {
		return "", err
	}
	f := security.Factor{ID: token.ID(), Kind: security.FactorPasskey, Name: label, Key: key,
		AddedAt: now}
	return s.Alter(ctx, k, func(k Keeper) (Change, error) {
		if err := s.mayAdd(ctx, k, key); err != nil {
			return Change{}, err
		}
		c := s.Enrolling(k, f)
		c.Kind, c.Data = audit.PasskeyAdded, map[string]string{"name": label}
		c.Writes = append(c.Writes, spent)
		c.Told = notice.PasskeyAdded{At: now, Device: security.DeviceOf(k.Session.Visitor),
			Name: label}
		return c, nil
	})
}

func typedLabel(label string) (string, error) {
	return security.Typed("name", label, maxLabel, refusal.LabelMissing, refusal.LabelLong)
}

// registered checks what the browser made, and returns the write that spends the challenge.
func (s *Service) registered(k Keeper, response string, now time.Time) (passkey.Key,
	security.Write, error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return passkey.Key{}, nil, security.Refuse("passkey", refusal.PasskeyFailed)
	}
	spent, ok := s.spentBy(adding(k.Session), claim.Challenge, now)
	if !ok {
		return passkey.Key{}, nil, security.Refuse("passkey", refusal.PasskeyOver)
	}
	key, err := s.Site(k.Session.Kind).Register(s.holder(k).Handle, claim.Challenge,
		[]byte(response))
	if errors.Is(err, passkey.ErrRefused) || errors.Is(err, passkey.ErrMalformed) {
		return key, nil, security.Refuse("passkey", refusal.PasskeyFailed)
	}
	return key, spent, err
}

// mayAdd refuses a key that is enrolled already, of whosever account, and one too many.
func (s *Service) mayAdd(ctx context.Context, k Keeper, key passkey.Key) error {
	f, err := s.Store.FactorByCredential(ctx, key.ID)
	switch {
	case err == nil && f.Subject == k.Session.Subject && f.Staff == (k.Session.Kind == StaffSession):
		return security.Refuse("passkey", refusal.PasskeyKnown)
	case err == nil:
		return security.Refuse("passkey", refusal.PasskeyFailed)
	case !errors.Is(err, security.ErrNotFound):
		return fmt.Errorf("read passkey: %w", err)
	}
	return roomForPasskey(k.Factors)
}

// RenamePasskey gives one of the passkeys of k another name. It returns ErrNotFound, or refuses
// with LabelMissing or LabelLong beside "name".
func (s *Service) RenamePasskey(ctx context.Context, k Keeper, factor, label string) error {
	label, err := typedLabel(label)
	if err != nil {
		return err
	}
	keys := Passkeys(k.Factors)
	i := slices.IndexFunc(keys, func(f security.Factor) bool { return f.ID == factor })
	switch {
	case i < 0:
		return security.ErrNotFound
	case keys[i].Name == label:
		return nil
	}
	e := k.Event(audit.PasskeyRenamed, s.Now())
	e.Data = map[string]string{"was": keys[i].Name, "name": label}
	return s.Store.Commit(ctx, e, RenameFactor{factor, keys[i].Subject, label})
}

// PasskeySignals is what a browser is told of somebody's passkeys, so that it forgets those
// that were removed and lists the others under the present name. The ids are as in WebAuthn's
// JSON.
type PasskeySignals struct {
	Party, Holder string
	Credentials   []string
	Name, Display string
}

// PasskeySignals tells what stands at the portal; ok is false where there is nothing to tell.
func (s *Service) PasskeySignals(k Keeper) (told PasskeySignals, ok bool) {
	site := s.Site(k.Session.Kind)
	if !site.Usable() || k.Session.Half() {
		return told, false
	}
	h := s.holder(k)
	told = PasskeySignals{Party: site.ID, Holder: passkey.Text(h.Handle), Name: h.Name,
		Display: h.Display, Credentials: []string{}}
	for _, key := range KeysOf(k.Factors) {
		told.Credentials = append(told.Credentials, passkey.Text(key.ID))
	}
	return told, true
}
