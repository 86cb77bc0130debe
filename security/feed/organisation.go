package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"regain/security"
	"regain/security/access"
	"regain/security/identifier"
	"regain/security/organisation"
	"regain/security/policy"
	"regain/security/risk"
)

// The most that an organisation has, and asks for.
const (
	maxDomains = 200
	maxMinutes = 366 * 24 * 60
)

// ParseOrganisation reads an organisation with all that it asks for: what is not told is not asked for.
// Its error is a *LineError. A limit that is no shorter than ours is kept, with a warning: it has no
// effect.
func ParseOrganisation(raw []byte) (policy.Organisation, Warnings, error) {
	l := readLine(raw, "id", "name", "domains", "notice_email", "policy")
	l.need("id", "name")
	o := policy.Organisation{ID: l.placed("id"), Name: strings.TrimSpace(l.handle("name", security.MaxName)),
		Notice: l.email("notice_email"), Domains: l.domains(raw, "domains")}
	if o.Name == "" {
		l.fail("name", LineMissing, "")
	}
	o.Policy = l.policy(raw, "policy")
	return o, l.warnings, l.err()
}

// policy is what an object asks for.
func (l *line) policy(raw []byte, key string) policy.Policy {
	switch {
	case l.fault != nil || l.values[key] == "" && !l.odd[key]:
		return policy.Policy{}
	case l.values[key] != "":
		l.fail(key, LineType, "want an object")
		return policy.Policy{}
	}
	of := inner(raw, key)
	in := readLine(of, "idle_minutes", "session_minutes", "second_factor", "kinds", "sso", "issuer",
		"countries")
	p := policy.Policy{Idle: in.minutes("idle_minutes", policy.LeastIdle, access.SignedInIdle),
		Whole:        in.minutes("session_minutes", policy.LeastWhole, access.SignedInWhole),
		SecondFactor: in.required("second_factor"), SingleSignOn: in.required("sso"),
		Issuer: in.handle("issuer", maxID), Countries: in.countries(of, "countries")}
	for _, k := range in.some(of, "kinds") {
		if p.Kinds = append(p.Kinds, policy.Kind(k)); !slices.Contains(policy.Kinds, policy.Kind(k)) {
			in.fail("kinds", LineChoice, "want some of totp, passkey")
		}
	}
	slices.Sort(p.Kinds)
	p.Kinds = slices.Compact(p.Kinds)
	for _, w := range in.warnings {
		w.In = key
		l.warnings = append(l.warnings, w)
	}
	if f := in.fault; f != nil && f.Key == "" {
		l.fail(key, LineType, "want an object")
	} else if f != nil {
		l.fail(f.Key, f.Code, f.Detail)
		l.fault.In = key
	}
	return p
}

// required is whether something is asked for.
func (l *line) required(key string) bool { return l.choice(key, "required", "optional") == "required" }

// minutes is a limit in whole minutes, of at least least; 0 where there is none. One that is not under
// ours has no effect.
func (l *line) minutes(key string, least, ours time.Duration) time.Duration {
	told := l.values[key]
	if told == "" && !l.odd[key] {
		return 0
	}
	n, err := strconv.Atoi(told)
	if err != nil || !l.odd[key] || n > maxMinutes {
		l.fail(key, LineNumber, "want whole minutes")
		return 0
	}
	d := time.Duration(n) * time.Minute
	if d < least {
		l.fail(key, LineShort, fmt.Sprintf("want at least %d", int(least/time.Minute)))
	}
	if d >= ours {
		l.leave(key, LineNoEffect, fmt.Sprintf("sessions end after %d minutes in any case",
			int(ours/time.Minute)))
	}
	return d
}

// some is a list that is not empty; nil where there is none.
func (l *line) some(raw []byte, key string) []string {
	all := l.list(raw, key)
	if l.odd[key] && len(all) == 0 {
		l.fail(key, LineMissing, "want at least one, or leave the key out")
	}
	return all
}

// countries are some, in ISO 3166-1 alpha-2.
func (l *line) countries(raw []byte, key string) []string {
	all := l.some(raw, key)
	for i, country := range all {
		all[i] = risk.CountryCode(country)
		if !risk.IsCountry(all[i]) {
			l.fail(key, LineChoice, "there is no country "+strconv.Quote(shorten(country)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sharedBy are providers whose addresses belong to everybody.
var sharedBy = []string{"126.com", "163.com", "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.com",
	"gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.com", "hotmail.fr", "icloud.com", "libero.it",
	"live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr",
	"outlook.com", "pm.me", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "seznam.cz",
	"t-online.de", "uol.com.br", "web.de", "wp.pl", "yahoo.co.uk", "yahoo.com", "yandex.com", "yandex.ru",
	"ymail.com", "zoho.com"}

// domains are those of the addresses of an organisation's own people: none under which others have
// addresses too.
func (l *line) domains(raw []byte, key string) []string {
	all := l.list(raw, key)
	if len(all) > maxDomains {
		l.fail(key, LineLength, fmt.Sprintf("want at most %d", maxDomains))
	}
	for i, domain := range all {
		address := identifier.Mailbox("x@" + strings.ToLower(domain))
		all[i] = strings.TrimPrefix(address, "x@")
		suffix, _ := publicsuffix.PublicSuffix(all[i])
		switch {
		case !security.ValidEmail(address):
			l.fail(key, LineFormat, "want a domain such as acme.example")
		case suffix == all[i] || slices.Contains(sharedBy, all[i]):
			l.fail(key, LineDomainShared, shorten(domain))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ImportOrganisations adds organisations, or puts what is told of one in the place of what was. Each is a
// commit of its own, in the order of the lines.
func (s *Service) ImportOrganisations(ctx context.Context, by security.Actor,
	lines []policy.Organisation) ([]LineResult, error) {
	results := make([]LineResult, len(lines))
	outcome := map[string]Outcome{Added.String(): Added, Updated.String(): Updated,
		Unchanged.String(): Unchanged}
	for n, o := range lines {
		what, err := s.Organisations.Set(ctx, by, o)
		if taken, ok := errors.AsType[*organisation.TakenError](err); ok {
			results[n] = refused("domains", LineDomainTaken, taken.Domain)
			continue
		}
		if errors.Is(err, security.ErrConflict) {
			results[n] = refused("id", LineConflict, "")
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("import organisations: %w", err)
		}
		results[n] = LineResult{Outcome: outcome[what]}
	}
	return results, nil
}
