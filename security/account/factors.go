package account

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/policy"
)

// sameSession reads the owner anew. ErrNoSession: the session is over, or has moved on.
func (s *Service) sameSession(ctx context.Context, was *SignedIn) (*SignedIn, error) {
	u, err := s.signedIn(ctx, was.Session.ID)
	if err != nil {
		return nil, err
	}
	if u.Session.Generation != was.Session.Generation || !u.Session.EndedAt.IsZero() ||
		u.Account.State() != "active" {
		return nil, security.ErrNoSession
	}
	u.Session.Visitor = was.Session.Visitor
	return u, nil
}

// AskAuthenticator shows the pending authenticator of a signed-in owner, as Enrol does in a
// recovery. It refuses with ProofNeeded.
func (s *Service) AskAuthenticator(ctx context.Context, u *SignedIn) (access.Enrolment, error) {
	if err := s.NeedFresh(u); err != nil {
		return access.Enrolment{}, err
	}
	return s.Access.EnrolmentFor(ctx, u.Account.Username, u.Session)
}

// SetAuthenticator enrols the pending authenticator once a code shows that the app has it, in the
// place of the one before it. With the first factor of an account come ten recovery codes, and
// every other session ends. It returns the session's new token, and refuses with ProofNeeded,
// TooManyRequests or, beside "code", CodeMissing, CodeWrong, CodeLetters or CodeSkew.
func (s *Service) SetAuthenticator(ctx context.Context, u *SignedIn, code string) (string, error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	return s.Access.SetAuthenticator(ctx, s.keeper(u), code)
}

// Counting are the factors by which the owner can prove who they are.
func (u *SignedIn) Counting() []security.Factor { return access.Counting(u.Rules, u.Factors) }

// LastFactor reports whether factor is the only one of the owner.
func (u *SignedIn) LastFactor(factor string) bool {
	return len(u.Factors) == 1 && u.Factors[0].ID == factor
}

// KeepFactor tells whose rule it is that a factor of the owner stays, "" where it may go. The account's own
// is that its password is good only together with one.
func (u *SignedIn) KeepFactor(f security.Factor) policy.Whose {
	switch {
	case !access.MustStay(u.Rules, u.Factors, f):
		return ""
	case len(u.Factors) > 1: // it is the last of a kind that counts
		return u.Rules.Kinds.Whose
	}
	return u.Rules.SecondFactor.Whose
}

// RemoveFactor takes away an authenticator or a passkey; with the last one go the recovery
// codes. Every address is told. One that is gone already is no error. It returns the session's
// new token, and refuses with ProofNeeded or TwoFactorNeeded.
func (s *Service) RemoveFactor(ctx context.Context, u *SignedIn, factor string) (string, error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	return s.Access.RemoveFactor(ctx, s.keeper(u), factor)
}

// RenewCodes replaces the recovery codes by ten new ones, which are shown until they are saved.
// Every address is told. It returns the session's new token, and refuses with ProofNeeded or
// NoFactor.
func (s *Service) RenewCodes(ctx context.Context, u *SignedIn) (string, error) {
	if err := s.NeedFresh(u); err != nil {
		return "", err
	}
	return s.Access.RenewCodes(ctx, s.keeper(u))
}

// CodesUnsaved reports whether the owner has recovery codes and has not said that they are
// saved.
func (u *SignedIn) CodesUnsaved() bool { return len(access.Unsaved(u.Codes)) > 0 }

// AccountCodes returns the recovery codes in their order, as long as the owner has not said that
// they are saved; after that there are none to show. It refuses with ProofNeeded.
func (s *Service) AccountCodes(u *SignedIn) ([]string, error) {
	if err := s.NeedFresh(u); err != nil {
		return nil, err
	}
	return s.Access.Readable(u.Codes)
}

// SaveAccountCodes is "I saved them": from here on only the digests remain. It refuses with
// CodesNotSaved.
func (s *Service) SaveAccountCodes(ctx context.Context, u *SignedIn, saved bool) error {
	return s.Access.SaveCodes(ctx, s.keeper(u), saved)
}
