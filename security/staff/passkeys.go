package staff

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/policy"
)

// needsPasskey reports whether the policy asks the member for a passkey.
func (s *Service) needsPasskey(m *Member) bool {
	return s.Policy.StaffPasskeyRequired && m.Role.Decides()
}

// rules are what the policy asks of a member: always a second factor.
func (s *Service) rules(m *Member) policy.Rules {
	p := policy.Policy{SecondFactor: true}
	if s.needsPasskey(m) {
		p.Kinds = []policy.Kind{policy.Passkey}
	}
	return policy.Strictest(p, policy.Policy{}, policy.Policy{})
}

// MustAddPasskey reports whether the member has to add a passkey before anything else.
func (s *Service) MustAddPasskey(m *Member) bool {
	return s.needsPasskey(m) && access.Lacking(s.rules(m), m.Factors)
}

// MustUsePasskey reports whether a passkey is the only second factor that the member can prove
// themselves with: they have to have one, and do.
func (s *Service) MustUsePasskey(m *Member) bool {
	return s.needsPasskey(m) && len(access.Passkeys(m.Factors)) > 0
}

// MustKeepPasskey reports whether the member has one passkey, which has to stay.
func (s *Service) MustKeepPasskey(m *Member) bool {
	return s.needsPasskey(m) && len(access.Passkeys(m.Factors)) == 1
}

func (s *Service) mayChangePasskeys(ctx context.Context, m *Member) error {
	return s.Permit(ctx, m, RightEnrol, "me.passkeys")
}

// AskNewPasskey is access.AskNewPasskey for a member of staff. It refuses with ProofNeeded, too.
func (s *Service) AskNewPasskey(ctx context.Context, m *Member) (string, error) {
	if err := s.mayChangePasskeys(ctx, m); err != nil {
		return "", err
	}
	return s.Access.AskNewPasskey(s.keeper(m))
}

// AddPasskey is access.AddPasskey for a member of staff, who is told. It refuses with ProofNeeded,
// too.
func (s *Service) AddPasskey(ctx context.Context, m *Member, response, label string) (string,
	error) {
	if err := s.mayChangePasskeys(ctx, m); err != nil {
		return "", err
	}
	return s.Access.AddPasskey(ctx, s.keeper(m), response, label)
}

// RenamePasskey gives one of the member's passkeys another name, as access.RenamePasskey does.
func (s *Service) RenamePasskey(ctx context.Context, m *Member, factor, label string) error {
	return s.Access.RenamePasskey(ctx, s.keeper(m), factor, label)
}

// RemovePasskey takes away one of the member's passkeys; they are told. One that is gone already is
// no error, the authenticator is ErrNotFound: it can only be replaced. It returns the session's new
// token, and refuses with ProofNeeded or PasskeyNeeded.
func (s *Service) RemovePasskey(ctx context.Context, m *Member, factor string) (string, error) {
	if err := s.mayChangePasskeys(ctx, m); err != nil {
		return "", err
	}
	if app, ok := access.Authenticator(m.Factors); ok && app.ID == factor {
		return "", security.ErrNotFound
	}
	return s.Access.RemoveFactor(ctx, s.keeper(m), factor)
}

// PasskeySignals is what the member's browser is told; ok is false where there is nothing to tell.
func (s *Service) PasskeySignals(m *Member) (told access.PasskeySignals, ok bool) {
	return s.Access.PasskeySignals(s.keeper(m))
}

// ProvePasskey shows one of the member's passkeys where the session owes its second factor, or a
// fresh proof. It returns the session's new token, and refuses as access.ProveByPasskey does.
func (s *Service) ProvePasskey(ctx context.Context, m *Member, response string) (string, error) {
	if err := mustProveBySSO(ctx, s, m); err != nil {
		return "", err
	}
	h := s.provingStaff(m)
	switch m.Session.Stage {
	case access.StageVerify:
	case access.StageIn:
		h = s.provingAgain(m)
	default:
		return "", security.ErrNoSession
	}
	return s.Access.ProveByPasskey(ctx, h, response)
}
