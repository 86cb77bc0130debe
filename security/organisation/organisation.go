// Package organisation keeps the customers of the marketplace to whom accounts belong, and what each asks
// of its members. Who belongs to which is told with the accounts.
package organisation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/paging"
	"regain/security/policy"
	"regain/security/recovery"
	"regain/security/staff"
)

// Store is what this room reads, by the rules of security.Store.
type Store interface {
	Organisation(ctx context.Context, id string) (policy.Organisation, error)
	// OrganisationOfDomain finds the organisation that has a domain, which is in lower case.
	OrganisationOfDomain(ctx context.Context, domain string) (policy.Organisation, error)
	// OrganisationsOf finds the organisations of those of the accounts that belong to one.
	OrganisationsOf(ctx context.Context, accounts []string) (map[string]policy.Organisation, error)
	// Organisations lists those with an id behind after, by their ids.
	Organisations(ctx context.Context, after string, limit int) ([]policy.Organisation, error)
	// Members counts the accounts that belong to one; it may be a moment old.
	Members(ctx context.Context, id string) (int, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Kept  Store
	Staff *staff.Service
}

// TakenError is that a domain belongs to another organisation.
type TakenError struct{ Domain, By string }

// Error names the domain.
func (e *TakenError) Error() string { return "domain_taken: " + e.Domain }

// Set puts an organisation in place of what is known of it, whole: what is not told is asked for no more.
// what is "added", "updated" or "unchanged". A domain that another organisation has is a *TakenError.
func (s *Service) Set(ctx context.Context, by security.Actor, o policy.Organisation) (what string,
	err error) {
	slices.Sort(o.Domains)
	o.Domains = slices.Compact(o.Domains)
	err = security.Retry(ctx, func() error {
		now := s.Now()
		old, err := s.Kept.Organisation(ctx, o.ID)
		if err != nil && !errors.Is(err, security.ErrNotFound) {
			return fmt.Errorf("read organisation: %w", err)
		}
		o.Version, o.ChangedAt = old.Version, now
		changed := differences(old, o)
		if what = "updated"; old.Version == 0 {
			what = "added"
		} else if len(changed) == 0 {
			what = "unchanged"
			return nil
		}
		writes, err := s.domains(ctx, old, o)
		if err != nil {
			return err
		}
		writes = append(writes, s.told(old, o, changed, now)...)
		e := s.Event(by, audit.OrganisationSet, now)
		e.Data = changed
		e.Data["organisation"], e.Data["what"] = o.ID, what
		if o.SingleSignOn && !old.SingleSignOn { // no password lets anybody in, nor did it
			writes = append(writes, EndMembers{o.ID, now})
		}
		return s.Store.Commit(ctx, e, append([]security.Write{PutOrganisation{o}}, writes...)...)
	})
	return what, err
}

// told is the mail to the address that the organisation had for notices, if it had one: whoever tells us other rules
// decides neither that nobody hears of it, nor that somebody else does.
func (s *Service) told(old, o policy.Organisation, changed map[string]string, now time.Time) []security.Write {
	n := notice.OrganisationChanged{Organisation: old.Name, Moved: o.Notice != old.Notice, At: now}
	for key := range changed {
		n.Rules = n.Rules || key != "name" && key != "notice_email"
	}
	if old.Notice == "" || !n.Rules && !n.Moved {
		return nil
	}
	to := recovery.Address{Email: old.Notice}
	return []security.Write{s.Mail(security.Account{Name: old.Name}, to, n, time.Time{})}
}

// domains are the writes that give an organisation the domains it is told to have.
func (s *Service) domains(ctx context.Context, old, o policy.Organisation) ([]security.Write, error) {
	var writes []security.Write
	for _, d := range old.Domains {
		if !slices.Contains(o.Domains, d) {
			writes = append(writes, LeaveDomain{d, o.ID})
		}
	}
	for _, d := range o.Domains {
		if slices.Contains(old.Domains, d) {
			continue
		}
		other, err := s.Kept.OrganisationOfDomain(ctx, d)
		switch {
		case err == nil && other.ID != o.ID:
			return nil, &TakenError{d, other.ID}
		case err != nil && !errors.Is(err, security.ErrNotFound):
			return nil, fmt.Errorf("read domain: %w", err)
		}
		writes = append(writes, ClaimDomain{d, o.ID})
	}
	return writes, nil
}

// differences are what changed, as the audit trail has it: the key, and what it was and is. Of the
// address for notices it says only that it changed.
func differences(old, o policy.Organisation) map[string]string {
	was, is := terms(old), terms(o)
	changed := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(is)) {
		switch {
		case was[key] == is[key]:
		case key == "notice_email":
			changed[key] = "changed"
		case old.Version == 0:
			changed[key] = is[key]
		default:
			changed[key] = was[key] + " > " + is[key]
		}
	}
	return changed
}

func terms(o policy.Organisation) map[string]string {
	list := func(all []string) string { return strings.Join(all, ",") }
	kinds := make([]string, len(o.Kinds))
	for i, k := range o.Kinds {
		kinds[i] = string(k)
	}
	return map[string]string{"name": o.Name, "domains": list(o.Domains), "notice_email": o.Notice,
		"idle": short(o.Idle), "whole": short(o.Whole), "second_factor": strconv.FormatBool(o.SecondFactor),
		"kinds": list(kinds), "sso": strconv.FormatBool(o.SingleSignOn), "issuer": o.Issuer,
		"countries": list(o.Countries)}
}

// short is a limit in whole minutes; "" for none.
func short(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}

// Shown is an organisation and how many accounts belong to it.
type Shown struct {
	policy.Organisation
	Members int
}

// Show finds an organisation. ErrNotFound: there is none with this id.
func (s *Service) Show(ctx context.Context, id string) (x Shown, err error) {
	if x.Organisation, err = s.Kept.Organisation(ctx, id); err == nil {
		x.Members, err = s.Kept.Members(ctx, id)
	}
	return x, err
}

// MostListed is how many organisations a page of a list has at most.
const MostListed = 200

// List is a page of the organisations behind an id, by their ids, of at most MostListed.
func (s *Service) List(ctx context.Context, after string, limit int) ([]policy.Organisation, error) {
	if limit <= 0 || limit > MostListed {
		limit = MostListed
	}
	return s.Kept.Organisations(ctx, after, limit)
}

// ShowTo is Show for a member of staff or a program.
func (s *Service) ShowTo(ctx context.Context, m *staff.Member, id string) (Shown, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightOrganisations, "organisation.show"); err != nil {
		return Shown{}, err
	}
	return s.Show(ctx, id)
}

// ListTo is a page of the organisations for a program, by their ids. It refuses as paging.Read does.
func (s *Service) ListTo(ctx context.Context, m *staff.Member, q paging.Ask) (
	paging.Page[policy.Organisation], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightOrganisations, "organisation.all"); err != nil {
		return paging.Page[policy.Organisation]{}, err
	}
	return paging.Read(ctx, s.Core, "organisations", q,
		func(ctx context.Context, after security.Cursor, limit int) ([]policy.Organisation, error) {
			return s.Kept.Organisations(ctx, after.ID, limit)
		}, func(o policy.Organisation) security.Cursor { return security.Cursor{ID: o.ID} })
}
