package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/identifier"
)

// ImportAccounts adds accounts, or brings those that exist up to date with what
// is told. A password that was set in Regain stays, whatever the line says, and
// another e-mail address becomes a new address beside the retired one, because
// what is young proves nothing, and every address that counted hears of it. Every account is a commit of its own, all in as
// few transactions as can be. The results stand in the order of the lines.
func (s *Service) ImportAccounts(ctx context.Context, by security.Actor,
	lines []AccountLine) ([]LineResult, error) {
	results := make([]LineResult, len(lines))
	for from := 0; from < len(lines); {
		n := apart(lines[from:])
		err := settled(ctx, lines[from:from+n], results[from:], func(some []AccountLine,
			to []LineResult) error {
			return s.importAccounts(ctx, by, some, to)
		})
		if err != nil {
			return nil, fmt.Errorf("import accounts: %w", err)
		}
		from += n
	}
	return results, nil
}

// apart counts the lines that can be looked at before any of them is written:
// none repeats the id or the username of another.
func apart(lines []AccountLine) int {
	seen := map[string]bool{}
	for i, l := range lines {
		id, name := "id "+l.ID, "name "+identifier.Fold(l.Username)
		if seen[id] || seen[name] {
			return i
		}
		seen[id], seen[name] = true, true
	}
	return len(lines)
}

func (s *Service) importAccounts(ctx context.Context, by security.Actor, lines []AccountLine,
	results []LineResult) error {
	i := s.importer()
	b, err := i.before(ctx, lines)
	if err != nil {
		return err
	}
	changes, of := make([]security.Change, 0, len(lines)), make([][]int, 0, len(lines))
	for n, l := range lines {
		var writes []security.Write
		ok, err := i.organisation(ctx, l)
		if err != nil {
			return fmt.Errorf("read organisation: %w", err)
		}
		if !ok {
			results[n] = refused("organisation", LineOrganisation, l.Organisation)
			continue
		}
		if writes, results[n], err = i.account(ctx, l, b); err != nil {
			return err
		}
		if len(writes) > 0 {
			e := s.Event(by, audit.AccountImported, i.now)
			e.Account, e.Data = l.ID, map[string]string{"what": results[n].Outcome.String()}
			if old := i.known[l.ID]; l.Moves && l.Organisation != old.Organisation {
				e.Data["organisation"] = old.Organisation + " > " + l.Organisation
				writes = append(writes, i.moved(old, l)...)
			}
			changes, of = append(changes, security.Change{Event: e, Writes: writes}), append(of, []int{n})
		}
	}
	return s.commitLines(ctx, changes, of, results)
}

// commitLines commits changes, each of which is of some lines, and notes which of them failed.
func (s *Service) commitLines(ctx context.Context, changes []security.Change, of [][]int,
	results []LineResult) error {
	errs, err := s.commitEach(ctx, changes)
	if err != nil {
		return err
	}
	for c, err := range errs {
		if err != nil && !errors.Is(err, security.ErrConflict) {
			return err
		}
		for _, n := range of[c] {
			if err != nil {
				results[n] = refused("id", LineConflict, "")
			}
		}
	}
	return nil
}

// commitEach is CommitAll, where one change alone shares a transaction with those of others.
func (s *Service) commitEach(ctx context.Context, changes []security.Change) ([]error, error) {
	switch len(changes) {
	case 0:
		return nil, nil
	case 1:
		err := s.Store.Commit(ctx, changes[0].Event, changes[0].Writes...)
		if errors.Is(err, security.ErrConflict) {
			return []error{err}, nil
		}
		return []error{nil}, err
	}
	return s.Store.CommitAll(ctx, changes)
}

// String is the word for an outcome, as events and summaries use it.
func (o Outcome) String() string {
	return [...]string{"refused", "added", "updated", "unchanged"}[o]
}

// before is what is known of the accounts that lines name, before any of the lines.
type before struct {
	named     map[string][]security.Account // by key of a username
	addresses map[string][]security.Address // by account
}

// before reads all of it at once.
func (i *importer) before(ctx context.Context, lines []AccountLine) (b before, err error) {
	names, ids := make([]string, 0, 2*len(lines)), make([]string, len(lines))
	for n, l := range lines {
		names = append(names, identifier.Own(l.Username), identifier.Key(l.Username))
		ids[n] = l.ID
	}
	if b.named, err = i.Store.AccountsNamed(ctx, names, i.now); err != nil {
		return b, fmt.Errorf("read accounts by username: %w", err)
	}
	if err := i.meet(ctx, ids); err != nil {
		return b, fmt.Errorf("read accounts: %w", err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return i.known[id].ID == "" })
	if len(ids) == 0 {
		return b, nil
	}
	all, err := i.Store.Addresses(ctx, ids[0], ids[1:]...)
	if err != nil {
		return b, fmt.Errorf("read addresses: %w", err)
	}
	b.addresses = make(map[string][]security.Address, len(ids))
	for _, a := range all {
		b.addresses[a.Account] = append(b.addresses[a.Account], a)
	}
	return b, nil
}

// account decides what one line changes.
func (i *importer) account(ctx context.Context, l AccountLine, b before) ([]security.Write, LineResult,
	error) {
	if security.IsDrill(l.ID) {
		return nil, refused("id", LineFormat, ""), nil
	}
	l, left := i.usable(l)
	known := b.named[identifier.Own(l.Username)]
	if len(known) == 0 {
		known = b.named[identifier.Key(l.Username)]
	}
	if len(known) > 0 && known[0].ID != l.ID {
		return nil, refused("username", LineUsernameTaken, l.Username), nil
	}
	old := i.known[l.ID]
	if old.ID == "" {
		return i.newAccount(l), LineResult{Outcome: Added, Warnings: left}, nil
	}
	writes, err := i.changedAddress(ctx, l, b.addresses[l.ID])
	if err != nil {
		return nil, LineResult{}, err
	}
	if a := merge(old, l); a != old {
		writes = append([]security.Write{PutAccount{a}}, writes...)
		if a.PasswordHash != old.PasswordHash {
			writes = append(writes, security.FactsChanged{Account: a.ID})
		}
	}
	if len(writes) == 0 {
		return nil, LineResult{Outcome: Unchanged, Warnings: left}, nil
	}
	return writes, LineResult{Outcome: Updated, Warnings: left}, nil
}

// usable is the line without what has not happened yet and without a hash that no sign-in could
// check.
func (i *importer) usable(l AccountLine) (AccountLine, Warnings) {
	var left line
	if l.CreatedAt.After(i.now.Add(tooFar)) {
		left.leave("created_at", LineFuture, "")
		l.CreatedAt = time.Time{}
	}
	if l.BirthDate > i.now.Format(time.DateOnly) {
		l.BirthDate = left.leave("birth_date", LineFuture, "")
	}
	if l.PasswordHash != "" {
		if err := i.Hasher.Affordable(l.PasswordHash); err != nil {
			l.PasswordHash = left.leave("password_hash", LinePasswordHash, err.Error())
			l.HashLeft = true
		}
	}
	return l, left.warnings
}

func (i *importer) newAccount(l AccountLine) []security.Write {
	a := l.Account
	if a.CreatedAt.IsZero() {
		a.CreatedAt = i.now
	}
	return []security.Write{PutAccount{a},
		security.AddAddress{Address: security.Address{ID: i.newID(), Account: a.ID, Email: l.Email,
			Since: a.CreatedAt, Origin: security.OriginFirst}}}
}

// merge is the account with what is told in place of what was known.
func merge(old security.Account, told AccountLine) security.Account {
	a := old
	a.Username, a.Name, a.Type = told.Username, told.Name, told.Type
	if a.PasswordAt.IsZero() && (told.PasswordHash != "" || told.HashLeft) {
		a.PasswordHash = told.PasswordHash
	}
	if told.Moves {
		a.Organisation = told.Organisation
	}
	a.BirthDate = cmp.Or(told.BirthDate, old.BirthDate)
	a.Country = cmp.Or(told.Country, old.Country)
	a.Locale = cmp.Or(told.Locale, old.Locale)
	a.TimeZone = cmp.Or(told.TimeZone, old.TimeZone)
	if !told.CreatedAt.IsZero() {
		a.CreatedAt = told.CreatedAt
	}
	return a
}

// changedAddress retires the address on file and adds the one that is told, with what follows from that, or
// does nothing when it is the same.
func (i *importer) changedAddress(ctx context.Context, l AccountLine, all []security.Address) (
	writes []security.Write, err error) {
	for _, a := range security.Own(all) {
		if !a.Until.IsZero() {
			continue
		}
		if identifier.Fold(a.Email) == identifier.Fold(l.Email) {
			return nil, nil
		}
		writes = append(writes, security.RetireAddress{ID: a.ID, Account: a.Account, At: i.now})
	}
	writes = append(writes, security.AddAddress{Address: security.Address{ID: i.newID(),
		Account: l.ID, Email: l.Email, Since: i.now, Origin: security.OriginImport}})
	told, err := alert.AddressChanged(ctx, i.Alert, i.known[l.ID], all, l.Email, i.now)
	return append(writes, told...), err
}
