package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"regain/cmd/regain/courier"
	"regain/cmd/regain/hook"
	"regain/cmd/regain/oidc"
	"regain/cmd/regain/settings"
	"regain/cmd/wiring"
	"regain/security"
	"regain/security/keyring"
	"regain/security/passkey"
	"regain/security/password"
	"regain/security/password/breach"
	"regain/security/rooms"
	"regain/security/seal"
	"regain/security/token"
	"regain/security/webhook"
	"regain/security/weblink"
	"regain/store"
)

// portal is an opened database with the use cases on top of it.
type portal struct {
	settings *settings.Settings
	db       *store.DB
	service  *rooms.All
	places   *places // nil without country data
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

// openToRead opens the database for commands that change nothing. They need no secret; one that is
// set must be the right one.
func (p *program) openToRead(ctx context.Context, needs ...string) (*portal, error) {
	if err := p.settings.Need(append(needs, needsReading...)...); err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(p.settings.Database, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, failure{"no_database", "there is no database at " + path +
				"; regain migrate makes one"}
		}
	}
	return dial(ctx, p.settings)
}

// open opens the database with all use cases and brings it up to date. needs
// names the settings that the command uses.
func (p *program) open(ctx context.Context, needs ...string) (*portal, error) {
	if err := p.settings.Need(needs...); err != nil {
		return nil, err
	}
	return openPortal(ctx, p.settings)
}

// dial opens the database as it is. It refuses secrets that are not the database's. Every key is
// derived from one of them, under a label of its own.
func dial(ctx context.Context, s *settings.Settings) (*portal, error) {
	core, options := security.Core{Now: clock}, store.Options{Replica: s.Replica}
	if len(s.Secrets) > 0 {
		var err error
		if core.Keys, err = token.NewKeys(s.Secrets[0], s.Secrets[1:]...); err != nil {
			return nil, fmt.Errorf("secret: %w", err)
		}
		core.Box, err = seal.New(core.Keys.KeyID(), core.Keys.DeriveAll("seal", seal.KeySize))
		if err != nil {
			return nil, fmt.Errorf("secret: %w", err)
		}
		options.Chain = core.Keys
	}
	db, err := store.Open(ctx, s.Database, options)
	if err != nil {
		return nil, err
	}
	x := &portal{settings: s, db: db, service: wiring.Rooms(core, db)}
	if core.Keys != nil {
		err = aboutSecret(x.service.Keyring.Check(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func openPortal(ctx context.Context, s *settings.Settings) (*portal, error) {
	x, err := dial(ctx, s)
	if err != nil {
		return nil, err
	}
	if err = x.db.Migrate(ctx); err == nil {
		err = aboutSecret(x.service.Keyring.Admit(ctx))
	}
	if err == nil {
		err = x.build()
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// secretCodes name what aboutSecret says.
var secretCodes = []string{"foreign_secret", "retired_secret", "missing_secret"}

// aboutSecret says in words why secrets are refused.
func aboutSecret(err error) error {
	var missing keyring.MissingError
	switch {
	case errors.Is(err, keyring.ErrForeign):
		return failure{"foreign_secret", "REGAIN_SECRET: this is not the secret of the database; " +
			"nothing was changed"}
	case errors.Is(err, keyring.ErrRetired):
		return failure{"retired_secret", "REGAIN_SECRET: the first secret was replaced by another " +
			"one; put the new one first"}
	case errors.As(err, &missing):
		return failure{"missing_secret", "REGAIN_SECRET: the database needs another secret too, with " +
			"the id " + strings.Join(missing, ", ") + "; name all of them, the newest first, until " +
			"regain secret rotate is done"}
	}
	return err
}

// build completes the use cases.
func (x *portal) build() error {
	s, core := x.settings, *x.service.Core
	if err := x.locate(); err != nil {
		return err
	}
	if x.places != nil {
		core.Countries = x.places.country
	}
	policy, list, err := passwords(s)
	if err != nil {
		return err
	}
	if core.Passwords = policy; list != nil {
		x.closers = append(x.closers, list)
	}
	core.Hasher = newHasher(core.Keys)
	core.Passkeys = passkey.At(s.BaseURL, s.Brand)
	core.StaffPasskeys = passkey.At(s.StaffURL, s.Brand)
	core.Policy = security.Policy{LinkLockout: s.LinkLockout, LinkRequested: s.LinkRequested,
		CodeTTL: s.CodeTTL, EscalateAfter: s.EscalateAfter,
		StaffSettled: s.StaffSettled, ReproofWait: s.ReproofWait,
		TwoFactorRequired: s.TwoFactorRequired, StaffPasskeyRequired: s.StaffPasskeyRequired,
		Issuer: s.Brand, Origin: s.BaseURL,
		StaffSSOOnly:    s.StaffSSOOnly,
		EscalationEmail: s.EscalationEmail, Keep: s.Keep}
	x.service = wiring.Rooms(core, x.db)
	x.service.Webhooks.Reach = x.reach()
	x.service.Receiver.Actions, x.service.Receiver.Loopback = s.SignalActions, s.OwnMachine()
	x.service.Receiver.KeySets.Fetch = x.hookClient().Fetch
	x.service.Federation.Issuers = oidc.New(x.hookClient(), s.BaseURL, s.StaffURL, s.OwnMachine(), clock)
	x.service.Genuine.Links = weblink.Judge{Ours: s.OurHosts, Base: s.BaseURL}
	x.service.Genuine.Sender, x.service.Genuine.Resolver = courier.Address(s.MailFrom), net.DefaultResolver
	in := x.service.Inbound
	in.Abuse, in.Reply, in.Host = s.AbuseEmail, s.ReplyEmail, courier.Host(s.BaseURL)
	in.Sender, in.Resolver = x.service.Genuine.Sender, x.service.Genuine.Resolver
	x.service.Attach.Means, err = s.Files.Means()
	return err
}

// Bounds of parallel hashing: a hash takes a processor for a moment, and 19 MiB, or
// up to 128 MiB when it is an imported one. A request lives ten seconds: whoever would wait for
// more than a moment, and a stranger behind more than a slot can do until then, is told at once
// when to come again.
const (
	leastSlots   = 2
	keptSlots    = 1 // never for an imported hash that a stranger makes us check
	mostSlots    = 4
	slotWait     = 4 * time.Second
	queuePerSlot = 60
)

func hashBound(processors int) password.Slots {
	count := min(max(processors, leastSlots), mostSlots)
	return password.Slots{Count: count, Kept: keptSlots, Wait: slotWait, Queue: queuePerSlot * count}
}

func newHasher(keys *token.Keys) *password.Hasher {
	const pepperSize = 32
	return password.NewHasher(password.DefaultCost, hashBound(runtime.NumCPU()),
		password.Pepper{ID: keys.KeyID(), Key: func(id string) []byte {
			return keys.DeriveBy(id, security.LabelPepper, pepperSize)
		}}).Timed(time.Now)
}

// locate reads the countries of addresses; without any data nobody is anywhere.
func (x *portal) locate() (err error) {
	if path := cmp.Or(x.settings.Geo, builtInGeo()); path != "" {
		x.places, err = openPlaces(path)
	}
	return err
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

// passwords are the rules of new ones, with what is to be closed, or nil.
func passwords(s *settings.Settings) (p password.Policy, open io.Closer, _ error) {
	p = password.Policy{MinLength: s.MinLength, MinLengthMFA: s.MinLengthMFA,
		Brand: []string{s.Brand}}
	switch {
	case s.BreachFile != "":
		list, err := breach.OpenFile(s.BreachFile)
		if err != nil {
			return p, nil, fmt.Errorf("breach list: %w", err)
		}
		p.Breached, open = list, list
	case s.BreachURL != "":
		list, err := breach.HIBP(s.BreachURL, nil)
		if err != nil {
			return p, nil, err
		}
		p.Breached = list
	}
	return p, open, nil
}

// reach is where webhooks may go, and where the keys of issuers may be.
func (x *portal) reach() webhook.Reach {
	return webhook.Reach{Allow: x.settings.WebhookAllow, Loopback: x.settings.OwnMachine()}
}

// hookClient is what sends webhooks. It ends with the portal.
func (x *portal) hookClient() *hook.Client {
	client := hook.New(hook.Guard(x.reach()), nil, nil)
	x.closers = append(x.closers, client)
	return client
}
