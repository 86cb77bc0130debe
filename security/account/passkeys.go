package account

import (
	"context"

	"regain/security/access"
)

// AskNewPasskey is access.AskNewPasskey for a signed-in owner. It refuses with ProofNeeded, too.
func (s *Service) AskNewPasskey(u *SignedIn) (string, error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	return s.Access.AskNewPasskey(s.keeper(u))
}

// AddPasskey is access.AddPasskey for a signed-in owner. Every address is told. With the first
// factor of an account come ten recovery codes, and every other session ends. It refuses with
// ProofNeeded, too.
func (s *Service) AddPasskey(ctx context.Context, u *SignedIn, response, label string) (string,
	error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	return s.Access.AddPasskey(ctx, s.keeper(u), response, label)
}

// RenamePasskey gives one of the owner's passkeys another name, as access.RenamePasskey does.
func (s *Service) RenamePasskey(ctx context.Context, u *SignedIn, factor, label string) error {
	return s.Access.RenamePasskey(ctx, s.keeper(u), factor, label)
}

// PasskeySignals is what the owner's browser is told; ok is false where there is nothing to tell.
func (s *Service) PasskeySignals(u *SignedIn) (told access.PasskeySignals, ok bool) {
	return s.Access.PasskeySignals(s.keeper(u))
}
