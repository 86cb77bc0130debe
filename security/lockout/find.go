package lockout

import (
	"context"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/identifier"
	"regain/security/recovery"
	"regain/security/refusal"
)

// Find resolves who: an account id, a username or an e-mail address. What is an id means that account, for
// people choose their usernames, and nobody's may keep another account from being found. It refuses with
// AmbiguousName what names several accounts otherwise, such as an address that two share, or a username that is
// the id of another account but for case.
func (s *Service) Find(ctx context.Context, who string) (security.Account, error) {
	found, err := s.Meant(ctx, []string{who})
	if err != nil {
		return security.Account{}, err
	}
	switch all := idFirst(who, found[0]); len(all) {
	case 0:
		return security.Account{}, security.ErrNotFound
	case 1:
		return all[0], nil
	}
	return security.Account{}, security.Refuse("", refusal.AmbiguousName)
}

// idFirst is the account of which the name is the id, if there is one among all that the name may mean.
func idFirst(name string, meant []security.Account) []security.Account {
	for _, id := range []string{name, identifier.Plain(name)} {
		if i := slices.IndexFunc(meant, func(a security.Account) bool { return a.ID == id }); i >= 0 {
			return meant[i : i+1]
		}
	}
	return meant
}

// Meant lists for each name every account that it may mean, but for those of drills: by its id, its
// username or its address.
// An address that was replaced within the last weeks still finds its account, for it may be the one
// that proves ownership.
func (s *Service) Meant(ctx context.Context, names []string) ([][]security.Account, error) {
	var keys, ids []string
	for _, name := range names {
		ids = append(ids, name, identifier.Plain(name), identifier.Read(name))
		keys = append(keys, identifier.Keys(name)...)
	}
	byName, err := s.Store.AccountsNamed(ctx, keys, s.Now().Add(-recovery.Fresh))
	if err != nil {
		return nil, fmt.Errorf("read accounts by name: %w", err)
	}
	byID, err := s.accountsIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([][]security.Account, len(names))
	for i, name := range names {
		all[i] = slices.DeleteFunc(slices.Clone(identifier.First(byName, name)),
			func(a security.Account) bool { return security.IsDrill(a.ID) })
		a, ok := byID[name]
		if !ok {
			a, ok = byID[identifier.Plain(name)]
		}
		if !ok && len(all[i]) > 0 { // the username of one, and but for case the id of another
			a, ok = byID[identifier.Read(name)]
		}
		if ok && !slices.ContainsFunc(all[i],
			func(b security.Account) bool { return b.ID == a.ID }) {
			all[i] = append(all[i], a)
		}
	}
	return all, nil
}
