package access

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/refusal"
)

// Attempt is one try to sign in with a password.
type Attempt struct {
	security.Visitor
	Name, Plain string    // the name is folded
	Known       bool      // from a browser that is known to whoever has the name
	Keys        []PaceKey // of the paces that count the attempt
	Guess       *Guess    // nil where wrong ones are not counted by account
}

// Guess is an attempt as one at the password of an account, "" of nobody. Tries is how many wrong ones in
// a row it would make, 0 when the password takes no more; it is known once the attempt is counted.
type Guess struct {
	Account string
	Tries   int
}

// PasswordTry is what counts an attempt, such as one at a password: the budgets First, then the Paces,
// then the budgets Then, and at the end the account, whose password takes Most wrong ones in a row. It
// counts up to the first that lets it wait; a pace that does so takes back all but First. With no Most no
// account counts it.
type PasswordTry struct {
	First, Then []limits.Budget
	Paces       []PaceTry
	Account     string
	Most        int
	// Stopped is set to the name of the budget or pace that lets the try wait; nil where nobody asks.
	Stopped *string
}

// Stop notes that a budget or pace of this name lets the try wait for so long, if it does.
func (t PasswordTry) Stop(name string, wait time.Duration) {
	if wait > 0 && t.Stopped != nil {
		*t.Stopped = name
	}
}

// SlowDown counts an attempt to sign in to the subject of its name, "" when nobody has the name. A
// browser that is known to the subject has a pace of its own, whatever strangers try meanwhile;
// beyond that it is as good as a stranger's, and told the shorter wait.
func (s *Service) SlowDown(ctx context.Context, l limits.Limit, k *Attempt, subject string) error {
	own, err := s.slowKnown(ctx, k, subject)
	if k.Known = own == 0 && err == nil; k.Known || err != nil {
		return err
	}
	return sooner(s.slowStranger(ctx, l, k), own)
}

// sooner is the refusal err with the shorter wait of the two.
func sooner(err error, wait time.Duration) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		r.Retry = min(r.Retry, wait)
	}
	return err
}

// SpendTry counts a try by the holder of a session at what they prove themselves with. As at the
// password, a browser that is known to them has as many of its own.
func (s *Service) SpendTry(ctx context.Context, l limits.Limit, x Session) error {
	now := s.Now()
	id, err := s.device(ctx, x.Device, x.Subject)
	if err != nil {
		return err
	}
	own := time.Duration(math.MaxInt64)
	if id != "" {
		err := s.Spend(ctx, l, "known\n"+id, now)
		r, ok := errors.AsType[*security.Refusal](err)
		if !ok {
			return err
		}
		own = r.Retry
	}
	return sooner(s.Spend(ctx, l, x.Subject, now), own)
}

// slowKnown counts the attempt of a known browser, where a known one stands for its address, and
// says how long it has to wait; a stranger's for ever.
func (s *Service) slowKnown(ctx context.Context, k *Attempt, subject string) (time.Duration, error) {
	id, err := s.device(ctx, k.Device, subject)
	if id == "" || err != nil {
		return math.MaxInt64, err
	}
	return s.take(ctx, k, true, PasswordTry{
		Paces: []PaceTry{{limits.PaceSignInFrom, s.Keys.Digest("pace", "known\n"+id)}},
		Then:  []limits.Budget{{Limit: limits.SignInKnown, Key: s.Keys.Digest("limit", subject)}}})
}

// slowStranger counts the attempt in the budget of its address and in the paces of the name. The
// pace for name and address comes first, so that a single stranger does not use up the other one;
// an attempt that has to wait for either counts in neither.
func (s *Service) slowStranger(ctx context.Context, l limits.Limit, k *Attempt) error {
	digest := func(of string) string { return s.Keys.Digest("pace", l.Name+"\n"+of) }
	from := security.Networks(k.IP)[0].Key
	var by string
	wait, err := s.take(ctx, k, false, PasswordTry{First: s.Budgets(l, k.IP), Paces: []PaceTry{
		{limits.PaceSignInFrom, digest(k.Name + "\n" + from)},
		{limits.PaceSignIn, digest(k.Name)}}, Stopped: &by})
	if wait > 0 {
		security.Stopped(s.Core, by)
		return &security.Refusal{Code: refusal.TooManyTries, Retry: wait}
	}
	return err
}

// take counts the attempt, of a known browser or not, or says how long it has to wait.
func (s *Service) take(ctx context.Context, k *Attempt, known bool, t PasswordTry) (time.Duration, error) {
	if k.Guess != nil {
		t.Account, t.Most = k.Guess.Account, limits.Failures(known)
	}
	count, wait, err := s.Store.TakePasswordTry(ctx, t, s.Now())
	if err != nil {
		return 0, fmt.Errorf("count sign-in: %w", err)
	}
	if k.Guess != nil {
		k.Guess.Tries = count
	}
	k.Keys = make([]PaceKey, len(t.Paces))
	for i, p := range t.Paces {
		k.Keys[i] = PaceKey{p.Name, p.Key}
	}
	return wait, nil
}

// Paced counts what is done for a key at a pace, and says how long it has to wait; 0: it may be done.
func (s *Service) Paced(ctx context.Context, p limits.Pace, key string) (time.Duration, error) {
	_, wait, err := s.Store.TakePasswordTry(ctx, PasswordTry{
		Paces: []PaceTry{{p, s.Keys.Digest("pace", key)}}}, s.Now())
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", p.Name, err)
	}
	if wait > 0 {
		security.Stopped(s.Core, p.Name)
	}
	return wait, nil
}

// Paying is how attempts at a commit take one unit of the budget of key between them. The first has it as part
// of its commit, so that it is no commit, and no wait for the disk, of its own. Where that was not kept, for want
// of a unit or because somebody else was quicker, the second takes it before anything else, and whoever has none
// left is refused; all further ones have it.
func Paying(s *Service, l limits.Limit, key string) func(context.Context) ([]security.Write, error) {
	attempt := 0
	return func(ctx context.Context) ([]security.Write, error) {
		attempt++
		switch attempt {
		case 1:
			return []security.Write{SpendUnit{limits.Budget{Limit: l, Key: s.Keys.Digest("limit", key)},
				s.Now()}}, nil
		case 2:
			return nil, s.Spend(ctx, l, key, s.Now())
		}
		return nil, nil
	}
}

// PaceKey is one count of a pace: Key is a keyed hash.
type PaceKey struct{ Pace, Key string }

// PaceTry is a try that counts in a pace: Key is a keyed hash.
type PaceTry struct {
	limits.Pace
	Key string
}

// DeviceLife is for how long a browser is known after a sign-in.
const DeviceLife = 90 * 24 * time.Hour

// purposeDevice is what the tokens of known browsers are signed for. They stand for the session
// of the last sign-in, dead or alive, and let nobody into anything.
const purposeDevice = "device"

// KnowDevice is the token by which a browser is known at later sign-ins of whoever holds the
// session that it presents; "" as long as that owes its second factor. ErrNoSession: there is none,
// or it has moved on.
func (s *Service) KnowDevice(ctx context.Context, p Presented) (string, error) {
	id, generation, ok := s.OpenToken(p.Kind, p.Token)
	if !ok {
		return "", security.ErrNoSession
	}
	x, err := s.Store.Session(ctx, id)
	switch {
	case errors.Is(err, security.ErrNotFound) || err == nil && x.Generation != generation:
		return "", security.ErrNoSession
	case err != nil:
		return "", fmt.Errorf("read session of browser: %w", err)
	case x.Stage != StageIn:
		return "", nil
	}
	return s.Keys.Sign(purposeDevice, id), nil
}

// Replace makes worthless what the browser of a session was known by before: a sign-in is about to
// be whole, and gives it a token of its own.
func (s *Service) Replace(x Session) []security.Write {
	old, ok := s.Keys.Open(purposeDevice, x.Device)
	if !ok || old == x.ID || x.Kind == RecoverySession {
		return nil
	}
	return []security.Write{ForgetDevice{old, x.Subject}}
}

// Knows reports whether the browser is known to the account.
func (s *Service) Knows(ctx context.Context, v security.Visitor, account string) (bool, error) {
	id, err := s.device(ctx, v.Device, account)
	return id != "", err
}

// device is the id by which a browser is known to the subject; "" for a stranger's.
func (s *Service) device(ctx context.Context, tok, subject string) (string, error) {
	id, ok := s.Keys.Open(purposeDevice, tok)
	if !ok {
		return "", nil
	}
	x, err := s.Store.Session(ctx, id)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read known browser: %w", err)
	case x.Subject != subject || !x.knows(s.Now()):
		return "", nil
	}
	return id, nil
}

// knows reports whether the browser of the session is known by it.
func (x Session) knows(now time.Time) bool {
	return x.Stage == StageIn && !x.Forgotten && limits.Alive(x.StartedAt, x.StartedAt.Add(DeviceLife), now)
}
