package staff

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/federation"
	"regain/security/identifier"
	"regain/security/refusal"
)

// SignInSSO signs in the member whom the issuer of the console vouches for, and returns the token of the
// session. No member is made by it, and an invitation is opened by its link alone. A second factor of ours
// is owed unless the issuer saw one, and a passkey by whoever must use theirs. It refuses as
// federation.Meant does.
func (s *Service) SignInSSO(ctx context.Context, v federation.Vouched) (session string, err error) {
	err = security.Retry(ctx, func() error {
		m, writes, err := vouched(ctx, s, v)
		if err == nil {
			session, err = arrive(ctx, s, v, m, writes)
		}
		return err
	})
	return session, err
}

// vouched is the member who is meant by what was brought back, with no session.
func vouched(ctx context.Context, s *Service, v federation.Vouched) (*Member, []security.Write, error) {
	id, writes, err := s.Federation.Meant(ctx, v, finder{s.Store})
	if err != nil {
		return nil, nil, err
	}
	m := &Member{}
	err = errors.Join(security.Fetched(&m.Staff, "member of staff")(s.Store.StaffMember(ctx, id)),
		security.Fetched(&m.Factors, "factors of staff")(s.Store.Factors(ctx, id)),
		security.Fetched(&m.Codes, "recovery codes of staff")(s.Store.RecoveryCodes(ctx, id)))
	if state := m.State(); err == nil && state != StaffActive {
		err = s.Federation.Refuse(ctx, v, id, federation.Why(state))
	}
	return m, writes, err
}

// arrive starts the session of a member whom the issuer vouches for.
func arrive(ctx context.Context, s *Service, v federation.Vouched, m *Member, writes []security.Write) (
	string, error) {
	now, kind := s.Now(), audit.StaffVouched
	x := access.Session{Kind: access.StaffSession, Subject: m.ID, Stage: access.StageVerify,
		Visitor: v.Visitor}
	if v.Issuer.SecondFactor(v.Claims) && !s.MustUsePasskey(m) {
		kind, x.Stage, x.ProvedAt, x.ProvedBy = audit.StaffProved, access.StageIn, now, v.By()
	}
	m.Session = s.Access.Starting(x, now)
	writes = append(writes, access.StartSession{Session: m.Session}, v.Started(m.Session.ID, m.ID))
	e := s.StaffEvent(m, kind, now)
	e.Data = map[string]string{"issuer": v.Issuer.URL}
	if x.Stage == access.StageIn {
		e.Data["factor"] = v.By()
		told, err := s.tellSignedIn(ctx, m, now)
		if err != nil {
			return "", err
		}
		writes = append(writes, told...)
	}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return "", fmt.Errorf("commit sign-in by issuer: %w", err)
	}
	return s.Access.SessionToken(m.Session), nil
}

// whyOneFactor is that an issuer saw no second factor where one was needed.
const whyOneFactor federation.Why = "one_factor"

// ProveSSO is a fresh proof by whoever is signed in, by the issuer that asked them just now, for both
// factors. It returns the new token of the session.
func (s *Service) ProveSSO(ctx context.Context, m *Member, v federation.Vouched) (string, error) {
	switch {
	case m.Session.Stage != access.StageIn:
		return "", security.ErrNoSession
	case v.Session != m.Session.ID:
		return "", security.Refuse("", refusal.SSOOver)
	}
	by, writes, err := vouched(ctx, s, v)
	switch {
	case err != nil:
		return "", err
	case by.ID != m.ID:
		return "", s.Federation.Refuse(ctx, v, by.ID, federation.Other)
	case !v.Issuer.SecondFactor(v.Claims) || s.MustUsePasskey(m):
		return "", s.Federation.Refuse(ctx, v, m.ID, whyOneFactor)
	}
	return s.Access.Prove(ctx, s.provingAgain(m), access.Shown{By: v.By(),
		Writes: append(writes, v.Started(m.Session.ID, m.ID)), Lost: security.Refuse("", refusal.SSOOver)})
}

// Issuer is by whom members sign in; ok is false where nobody's word counts about them.
func (s *Service) Issuer(ctx context.Context) (x federation.Issuer, ok bool, err error) {
	if s.Federation == nil || s.Federation.Issuers == nil {
		return x, false, nil
	}
	x, err = s.Federation.Of(ctx, "")
	if errors.Is(err, security.ErrNotFound) {
		return x, false, nil
	}
	return x, err == nil, err
}

// ProvesBySSO reports whether the member can give a fresh proof by the issuer: it let them in, it can tell
// of both factors, and no passkey of ours has to be shown.
func (s *Service) ProvesBySSO(ctx context.Context, m *Member) (federation.Issuer, bool, error) {
	x, ok, err := s.Issuer(ctx)
	if err != nil || !ok || len(x.ACR)+len(x.AMR) == 0 || s.MustUsePasskey(m) {
		return x, false, err
	}
	begun, err := s.Federation.Trusted.SSOSession(ctx, m.Session.ID)
	if errors.Is(err, security.ErrNotFound) {
		return x, false, nil
	}
	return x, err == nil && begun.Issuer == x.URL, err
}

// mustProveBySSO refuses with StaffSSOOnly whoever shows a factor of ours anew where the issuer alone counts.
func mustProveBySSO(ctx context.Context, s *Service, m *Member) error {
	if !s.Policy.StaffSSOOnly || m.Session.Stage != access.StageIn {
		return nil
	}
	_, by, err := s.ProvesBySSO(ctx, m)
	if err == nil && by {
		return security.Refuse("code", refusal.StaffSSOOnly)
	}
	return err
}

// finder finds members of staff.
type finder struct{ store Store }

// Linked implements federation.Finder.
func (f finder) Linked(ctx context.Context, holder string) (federation.Candidate, error) {
	x, err := f.store.StaffMember(ctx, holder)
	if err != nil {
		return federation.Candidate{}, fmt.Errorf("read member of link: %w", err)
	}
	return federation.Candidate{ID: x.ID}, nil
}

// ByClaim implements federation.Finder: whatever the claim is called, its value is the address by which
// somebody was invited.
func (f finder) ByClaim(ctx context.Context, _ federation.Issuer, value string) ([]federation.Candidate,
	error) {
	x, err := f.store.StaffByEmail(ctx, identifier.Fold(value))
	if errors.Is(err, security.ErrNotFound) || err == nil && !identifier.SameAddress(x.Email, value) {
		return nil, nil
	}
	return []federation.Candidate{{ID: x.ID}}, err
}
