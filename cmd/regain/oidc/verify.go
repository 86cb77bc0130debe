package oidc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"regain/security"
	"regain/security/federation"
	"regain/security/keyset"
)

// skew is how far the clock of an issuer may be from ours.
const skew = time.Minute

// oldest is the age at which a token is too late: nobody is on the way for longer.
const oldest = federation.TripLife

// maxToken is the size of the largest token, in bytes.
const maxToken = 32 << 10

// The types of tokens (RFC 7519 §5.1, OpenID Connect Back-Channel Logout 1.0 §2.4). One that is for
// something else says so.
const (
	typeID     = "jwt" // or none
	typeLogout = "logout+jwt"
)

// want is by whom a token must be, and for whom.
type want struct {
	federation.Issuer
	metadata
	keys   *keyset.Sets
	logout bool
}

// signed verifies signatures with the keys of an issuer, for the library. It keeps what it found, since
// the library puts all faults into sentences.
type signed struct {
	x       *Issuers
	from    want
	payload []byte // verified
	err     error
}

// VerifySignature implements oidc.KeySet.
func (s *signed) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	s.payload, s.err = s.verify(ctx, raw)
	return s.payload, s.err
}

func (s *signed) verify(ctx context.Context, raw string) ([]byte, error) {
	token, kind, err := keyset.Parse(raw)
	switch {
	case err != nil:
		return nil, malformed(err)
	case s.from.logout && kind != typeLogout, !s.from.logout && kind != "" && kind != typeID:
		return nil, &federation.Fault{Code: federation.BadType}
	case !s.from.announces(token.Signatures[0].Protected.Algorithm):
		return nil, &federation.Fault{Code: federation.BadAlgorithm}
	}
	// Whoever asked first may leave; others wait for the same keys.
	key, err := s.from.keys.Find(context.WithoutCancel(ctx), s.from.Keys, token.Signatures[0].Protected,
		s.x.now())
	switch {
	case errors.Is(err, keyset.ErrNoKey):
		return nil, &federation.Fault{Code: federation.BadKey}
	case err != nil:
		return nil, fmt.Errorf("find key of issuer: %w: %w", security.ErrUnavailable, err)
	}
	payload, err := token.Verify(key)
	if err != nil {
		return nil, &federation.Fault{Code: federation.BadSignature}
	}
	return payload, nil
}

// announces reports whether the issuer says that it signs by an algorithm. One that says nothing
// signs by any that we take.
func (m metadata) announces(algorithm string) bool {
	return len(m.Algorithms) == 0 || slices.Contains(m.Algorithms, algorithm)
}

// verify reads a token that is signed by the issuer, for us, and of now. The library verifies it, too; what
// it leaves to its callers, and what it takes that must not be taken, is looked at here.
func (x *Issuers) verify(ctx context.Context, w want, raw string) (*verified, error) {
	if raw == "" || len(raw) > maxToken {
		return nil, &federation.Fault{Code: federation.BadToken}
	}
	set := &signed{x: x, from: w}
	// The form is looked at before the library does, which tells faults apart by sentences alone.
	if _, err := set.VerifySignature(ctx, raw); err != nil {
		return nil, err
	}
	v, code := read(set.payload)
	if code == "" {
		code = v.check(w, x.now())
	}
	if code != "" {
		return nil, &federation.Fault{Code: code}
	}
	algorithms := make([]string, len(keyset.Algorithms))
	for i, a := range keyset.Algorithms {
		algorithms[i] = string(a)
	}
	verifier := oidc.NewVerifier(w.URL, set, &oidc.Config{ClientID: w.ClientID,
		SupportedSigningAlgs: algorithms, Now: func() time.Time { return x.now().Add(-skew) }})
	var err error
	if w.logout {
		_, err = verifier.VerifyLogout(ctx, raw)
	} else {
		v.token, err = verifier.Verify(ctx, raw)
	}
	if err != nil {
		return nil, &federation.Fault{Code: federation.BadToken}
	}
	return v, nil
}

// VerifyLogout implements federation.Issuers. By whom it is said to be, and for whom, is read before it is
// verified, to know whose keys to ask for.
func (x *Issuers) VerifyLogout(ctx context.Context, among []federation.Issuer, raw string) (
	out federation.Logout, _ error) {
	if len(raw) > maxToken {
		return out, &federation.Fault{Code: federation.BadToken}
	}
	token, _, err := keyset.Parse(raw)
	if err != nil {
		return out, malformed(err)
	}
	said, code := read(token.UnsafePayloadWithoutVerification())
	if code != "" {
		return out, &federation.Fault{Code: code}
	}
	code = federation.BadIssuer
	for _, at := range among {
		if at.URL != said.issuer {
			continue
		}
		if code = federation.BadAudience; !slices.Contains(said.audience, at.ClientID) {
			continue
		}
		m, err := x.discover(ctx, at.URL)
		if err != nil {
			return out, err
		}
		v, err := x.verify(ctx, want{Issuer: at, metadata: m, keys: x.logoutKeys, logout: true}, raw)
		if err != nil {
			return out, err
		}
		return federation.Logout{Issuer: at, Subject: v.subject, SessionID: v.text("sid"), ID: v.text("jti"),
			IssuedAt: v.issued, ExpiresAt: v.expires}, nil
	}
	return out, &federation.Fault{Code: code}
}

// malformed is the fault of a token that cannot be read.
func malformed(err error) error {
	if errors.Is(err, keyset.ErrAlgorithm) {
		return &federation.Fault{Code: federation.BadAlgorithm}
	}
	return &federation.Fault{Code: federation.BadToken}
}
