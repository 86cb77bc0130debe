package account

import "regain/security/access"

func (u *SignedIn) adding() access.Ceremony {
	return access.Ceremony{Purpose: "add", Bound: u.Session.ID}
}

func (u *SignedIn) proving() access.Ceremony {
	if u.Session.Half() {
		return access.Ceremony{Purpose: "verify", Bound: u.Session.ID}
	}
	return access.Ceremony{Purpose: "prove", Bound: u.Session.ID}
}

// AskNewPasskey is what a browser needs to make a passkey: JSON for
// parseCreationOptionsFromJSON; "" where browsers make none for this portal. It refuses with
// ProofNeeded or PasskeyMany.
func (s *Service) AskNewPasskey(u *SignedIn) (string, error) {
	if err := s.NeedFresh(u); err != nil || !s.Passkeys.Usable() {
		return "", err
	}
	if err := roomForPasskey(u.Factors); err != nil {
		return "", err
	}
	options, err := s.Passkeys.CreationOptions(s.Access.PasskeyHolder(u.Account, u.Factors),
		s.Access.Challenge(u.adding()), access.KeysOf(u.Factors))
	return string(options), err
}

// AskPasskey is the same for whoever owes a second factor or a fresh proof; "" when the account
// has no passkey.
func (s *Service) AskPasskey(u *SignedIn) (string, error) {
	return s.Access.AskForProof(u.proving(), u.Factors)
}
