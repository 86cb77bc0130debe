package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"regain/cmd/regain/settings"
	"regain/cmd/wiring"
	"regain/security"
	"regain/security/passkey"
	"regain/security/password"
	"regain/security/password/breach"
	"regain/security/rooms"
	"regain/security/seal"
	"regain/security/token"
	"regain/store"
)

// portal is an opened database with the use cases on top of it.
type portal struct {
	settings *settings.Settings
	db       *store.DB
	service  *rooms.All
	closers  []io.Closer
}

// Close lets go of everything, the database last.
func (x *portal) Close() error {
	var errs []error
	for _, c := range x.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(append(errs, x.db.Close())...)
}

// clock is the one clock: UTC, whole milliseconds, so that what is written
// reads back equal.
func clock() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// The settings that commands on the database need.
var (
	needsReading = []string{"REGAIN_DATABASE"}
	needsWriting = []string{"REGAIN_DATABASE", "REGAIN_SECRET", "REGAIN_SECRET_FILE"}
	needsMailing = append([]string{"REGAIN_GEO", "REGAIN_LINK_TTL_LOCKOUT",
		"REGAIN_LINK_TTL_REQUESTED", "REGAIN_CODE_TTL"}, needsWriting...)
)

// openToRead opens the database for commands that change nothing. Without the
// secret there is no audit chain, so that nothing can be recorded either.
func (p *program) openToRead(ctx context.Context) (*portal, error) {
	if err := p.settings.Need(needsReading...); err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(p.settings.Database, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, failure{"no_database", "there is no database at " + path +
				"; regain migrate makes one"}
		}
	}
	db, err := store.Open(ctx, p.settings.Database, store.Options{Chain: noChain})
	if err != nil {
		return nil, err
	}
	return &portal{settings: p.settings, db: db,
		service: wiring.Rooms(security.Core{Now: clock}, db)}, nil
}

func noChain(...[]byte) []byte { panic("a command that only reads wrote to the audit trail") }

// open opens the database with all use cases and brings it up to date. needs
// names the settings that the command uses.
func (p *program) open(ctx context.Context, needs ...string) (*portal, error) {
	if err := p.settings.Need(needs...); err != nil {
		return nil, err
	}
	return openPortal(ctx, p.settings)
}

func openPortal(ctx context.Context, s *settings.Settings) (*portal, error) {
	keys, err := token.NewKeys(s.Secret)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	db, err := store.Open(ctx, s.Database, store.Options{Chain: auditChain(keys)})
	if err != nil {
		return nil, err
	}
	x := &portal{settings: s, db: db}
	if err = db.Migrate(ctx); err == nil {
		x.service, err = x.build(keys)
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func auditChain(keys *token.Keys) func(parts ...[]byte) []byte {
	return func(parts ...[]byte) []byte { return keys.MAC("audit", parts...) }
}

// build makes the use cases. Every key is derived from the one secret, under a
// label of its own.
func (x *portal) build(keys *token.Keys) (*rooms.All, error) {
	s := x.settings
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		return nil, err
	}
	country, err := x.country()
	if err != nil {
		return nil, err
	}
	policy, err := x.passwords()
	if err != nil {
		return nil, err
	}
	return wiring.Rooms(security.Core{Now: clock, Keys: keys, Box: box,
		Hasher: newHasher(keys), Passwords: policy, Country: country, Passkeys: x.party(),
		Policy: security.Policy{LinkLockout: s.LinkLockout, LinkRequested: s.LinkRequested,
			CodeTTL: s.CodeTTL, EscalateAfter: s.EscalateAfter,
			TwoFactorRequired: s.TwoFactorRequired, Issuer: s.Brand,
			EscalationEmail: s.EscalationEmail, Keep: s.Keep}}, x.db), nil
}

// party is the portal as passkeys know it.
func (x *portal) party() passkey.Party {
	s := x.settings
	host, _, found := strings.Cut(s.BaseHost, ":")
	if !found {
		host = s.BaseHost
	}
	return passkey.Party{ID: host, Name: s.Brand, Origin: s.BaseURL}
}

// Bounds of parallel hashing: a hash takes a processor for a moment, and 19 MiB, or
// up to 128 MiB when it is an imported one. A request lives ten seconds: whoever
// would wait longer, or behind more than a slot can do until then, is told at once.
const (
	leastSlots   = 2
	mostSlots    = 4
	slotWait     = 8 * time.Second
	queuePerSlot = 60
)

func hashBound(processors int) password.Slots {
	count := min(max(processors, leastSlots), mostSlots)
	return password.Slots{Count: count, Wait: slotWait, Queue: queuePerSlot * count}
}

func newHasher(keys *token.Keys) *password.Hasher {
	const pepperSize = 32
	peppers := keys.DeriveAll("pepper", pepperSize)
	return password.NewHasher(password.DefaultCost, hashBound(runtime.NumCPU()),
		password.Pepper{ID: keys.KeyID(), Key: func(id string) []byte { return peppers[id] }})
}

// country returns the lookup of countries; without any data nobody is anywhere.
func (x *portal) country() (func(ip string) string, error) {
	path := x.settings.Geo
	if path == "" {
		path = builtInGeo()
	}
	if path == "" {
		return func(string) string { return "" }, nil
	}
	lookup, closer, err := openGeo(path)
	if err != nil {
		return nil, err
	}
	x.closers = append(x.closers, closer)
	return lookup, nil
}

// builtInGeo is the country data that the build put beside the program, or
// where a run from the sources finds it; "" when there is none.
func builtInGeo() string {
	const name = "country.mmdb"
	places := []string{filepath.Join("bin", name)}
	if self, err := os.Executable(); err == nil {
		places = append([]string{filepath.Join(filepath.Dir(self), name)}, places...)
	}
	for _, path := range places {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

func (x *portal) passwords() (password.Policy, error) {
	s := x.settings
	p := password.Policy{MinLength: s.MinLength, MinLengthMFA: s.MinLengthMFA,
		Brand: []string{s.Brand}}
	switch {
	case s.BreachFile != "":
		list, err := breach.OpenFile(s.BreachFile)
		if err != nil {
			return p, fmt.Errorf("breach list: %w", err)
		}
		x.closers, p.Breached = append(x.closers, list), list
	case s.BreachURL != "":
		list, err := breach.HIBP(s.BreachURL, nil)
		if err != nil {
			return p, err
		}
		p.Breached = list
	}
	return p, nil
}
