package access

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/unicode/norm"

	"regain/security"
	"regain/security/password"
	"regain/security/refusal"
)

// Chooser is whoever chooses a new password, with what the rules have to know of them.
type Chooser struct {
	password.Person
	Hash  string   // of the current password; "" for none
	Old   []string // hashes of those before it
	Typed string   // the current password, where it was asked for and right
	// Refused is the audit line of a password that is refused, without the reason.
	Refused func(now time.Time) security.Event
	// Leaves says that a hash of the password is told to a program elsewhere.
	Leaves bool
}

// Accepted is the hashes of a new password: the one to store, and where it is told one for a program
// that has no pepper.
type Accepted struct{ Hash, Portable string }

// Hashes of a form, about: of one that chooses a password, and of one that has to show it as well.
const (
	ToProve  = 1
	ToChoose = 2
)

// LetIn lets a form of the holder of a session in to where passwords are hashed. It comes before
// what the form spends: errors are ErrBusy, and the context's.
func (s *Service) LetIn(ctx context.Context, x Session, hashes int) (
	in context.Context, leave func(), err error) {
	return s.Hasher.Join(ctx, password.Form{Standing: password.Proven, Who: x.ID, Hashes: hashes})
}

// Accept asks the policy first, then the stored hashes, near variants last, and returns the new
// password's hashes. All of them share one slot. The form was let in before, by LetIn.
func (s *Service) Accept(ctx context.Context, c Chooser, next string) (out Accepted, err error) {
	r, err := s.AskPolicy(ctx, next, c.Person)
	if err != nil {
		return out, err
	}
	if r != nil {
		return out, s.refusePassword(ctx, c, *r)
	}
	bench, err := s.Hasher.Reserve(ctx)
	if err != nil {
		return out, err
	}
	defer bench.Release()
	code, err := c.seenBefore(bench, next)
	if err != nil {
		return out, fmt.Errorf("compare with earlier passwords: %w", err)
	}
	if code != "" {
		return out, s.refusePassword(ctx, c, security.Refusal{Field: "new_password", Code: code})
	}
	out.Hash, err = bench.Hash(next, append([]string{c.Hash}, c.Old...)...)
	if err == nil && c.Leaves {
		out.Portable, err = bench.Portable(next)
	}
	return out, err
}

// seenBefore tells whether next is the current password, one of the old ones or
// a small step from the current one; "" when it is none of them. Where the current one was not typed, a
// step costs a whole hash, and only the likeliest is looked for.
func (c Chooser) seenBefore(bench *password.Bench, next string) (refusal.Code, error) {
	near := password.Variants(next)
	if c.Typed == "" {
		near = near[:min(len(near), 1)]
	}
	for _, check := range []struct {
		code       refusal.Code
		candidates []string
		is         func(candidate string) (bool, error)
	}{
		{refusal.PasswordSame, []string{next}, c.current(bench)},
		{refusal.PasswordUsed, []string{next}, func(candidate string) (bool, error) {
			return anyMatches(bench, candidate, c.Old)
		}},
		{refusal.PasswordNear, near, c.current(bench)},
	} {
		for _, candidate := range check.candidates {
			if hit, err := check.is(candidate); hit || err != nil {
				return check.code, err
			}
		}
	}
	return "", nil
}

// current tells whether a candidate is the current password. Where that was typed it costs no
// hash.
func (c Chooser) current(bench *password.Bench) func(candidate string) (bool, error) {
	return func(candidate string) (bool, error) {
		if c.Typed != "" {
			return norm.NFC.String(candidate) == norm.NFC.String(c.Typed), nil
		}
		return anyMatches(bench, candidate, []string{c.Hash})
	}
}

func anyMatches(bench *password.Bench, candidate string, hashes []string) (bool, error) {
	for _, hash := range hashes {
		if hash == "" {
			continue // the platform told no password
		}
		if ok, err := bench.Verify(hash, candidate); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// refusePassword records why a password was refused, and answers with it.
func (s *Service) refusePassword(ctx context.Context, c Chooser, r security.Refusal) error {
	e := c.Refused(s.Now())
	e.Data = map[string]string{"reason": string(r.Code)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record refused password: %w", err)
	}
	return &r
}

// Advise tells how a candidate looks while it is typed. Nothing is recorded.
func (s *Service) Advise(ctx context.Context, who password.Person, candidate string) (
	password.Advice, []string, error) {
	advice, err := s.Passwords.Advise(ctx, candidate, who)
	if err != nil {
		return password.Advice{}, nil, fmt.Errorf("advise on password: %w", err)
	}
	return advice, s.ProblemArgs(advice.Problem, who), nil
}
