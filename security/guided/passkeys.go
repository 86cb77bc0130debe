package guided

import "context"

// ProvePasskey shows an enrolled passkey as the second factor of a recovery. It returns the
// session's new token, and refuses as access.ShowPasskey does.
func (s *Service) ProvePasskey(ctx context.Context, o *Owner, response string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.Access.SessionToken(o.Session), nil
	}
	got, err := s.Access.ShowPasskey(ctx, s.proverOf(o), response)
	if err != nil {
		return "", err
	}
	return s.Access.Prove(ctx, s.proverOf(o), got)
}

// AskPasskeyToRecover is the JSON of the options by which an owner in a recovery is asked for a
// passkey; "" for none.
func (s *Service) AskPasskeyToRecover(o *Owner) (string, error) {
	return s.Access.AskForProof(o.Session, o.Factors)
}
