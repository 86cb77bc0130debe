package federation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
)

// LogoutLife is how old a logout token may be, whatever it says itself.
const LogoutLife = 5 * time.Minute

// SignedOut ends the sessions that an issuer says are over: one, or all of a subject. Whoever is on the way
// back from it with such a session is not let in. A token counts once,
// and one that ends nothing is taken as well (OpenID Connect Back-Channel Logout 1.0 §2.7). Its error is a
// *Fault for a token that is not taken.
func (s *Service) SignedOut(ctx context.Context, token string) error {
	all, err := s.Trusted.SSOIssuers(ctx)
	if err != nil {
		return fmt.Errorf("read issuers: %w", err)
	}
	if s.Issuers == nil {
		return &Fault{BadIssuer}
	}
	l, err := s.Issuers.VerifyLogout(ctx, all, token)
	switch now := s.Now(); {
	case err != nil:
		return err
	case l.ID == "" || l.Subject == "" && l.SessionID == "":
		return &Fault{BadToken}
	case !limits.Alive(l.IssuedAt, l.IssuedAt.Add(LogoutLife), now):
		return &Fault{BadTime}
	}
	return security.Retry(ctx, func() error { return s.endFor(ctx, l) })
}

// endFor ends the sessions that l is about, as they are now, in one commit.
func (s *Service) endFor(ctx context.Context, l Logout) error {
	once := access.SpendChallenge{ID: "sso-logout-" + s.Keys.Digest("sso-logout",
		l.Issuer.URL+"\n"+l.Issuer.ClientID+"\n"+l.ID), ExpiresAt: l.IssuedAt.Add(2 * LogoutLife)}
	found, err := s.Trusted.SSOSessions(ctx, l)
	if err != nil {
		return fmt.Errorf("read sessions of subject: %w", err)
	}
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.ByIssuer, ID: l.Issuer.URL}, audit.SSOSignedOut, now)
	e.Data = map[string]string{"issuer": l.Issuer.URL}
	writes := []security.Write{once,
		SignOut{Logout: l, Found: len(found), At: now, ExpiresAt: now.Add(2 * TripLife)}}
	var ids []string
	for _, x := range found {
		ids = append(ids, x.Session)
		if x.Organisation != "" {
			e.Account = x.Holder
		}
		writes = append(writes, access.EndSession{ID: x.Session, Subject: x.Holder, At: now, Known: true})
	}
	e.Data["sessions"] = strings.Join(ids, " ")
	err = s.Store.Commit(ctx, e, writes...)
	if errors.Is(err, security.ErrConflict) {
		return s.again(ctx, once.ID, err)
	}
	return err
}

// again tells a token that was used before, which has done what it does, from a session that ended in the
// same moment, after which it is looked at anew.
func (s *Service) again(ctx context.Context, once string, conflict error) error {
	spent, err := s.Spent(ctx, once)
	if err != nil || spent {
		return err
	}
	return conflict
}
