package feed

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/policy"
	"regain/security/token"
)

// ImportBatch is how many lines go into one transaction of an import.
const ImportBatch = 1000

// Outcome is what became of one imported line.
type Outcome int

// The outcomes of a line.
const (
	Refused Outcome = iota
	Added
	Updated
	Unchanged // everything the line says is known already
)

// LineResult tells the outcome of one line, why when it is Refused, and what was left out of one
// that is not.
type LineResult struct {
	Outcome  Outcome
	Err      *LineError
	Warnings Warnings
}

func refused(key string, code LineCode, detail string) LineResult {
	return LineResult{Outcome: Refused, Err: &LineError{Key: key, Code: code, Detail: detail}}
}

// tooFar is how far ahead of this clock a line may be: hosts' clocks and time
// zones go wrong, but what lies in the future cannot have happened.
const tooFar = 24 * time.Hour

// importer remembers, for one batch, the accounts as they were.
type importer struct {
	*Service
	now   time.Time
	known map[string]security.Account // one without an id does not exist
	newID func() string               // of an address
	orgs  map[string]joined           // organisations that there are
}

// joined is an organisation that accounts go to, and whether it signs its members in.
type joined struct {
	policy.Organisation
	signsIn bool
}

func (s *Service) importer() *importer {
	return &importer{s, s.Now(), map[string]security.Account{}, token.ShortIDs(), map[string]joined{}}
}

// meet reads the accounts that are not known yet, many at once.
func (i *importer) meet(ctx context.Context, ids []string) error {
	var fresh []string
	for _, id := range ids {
		if _, asked := i.known[id]; !asked {
			i.known[id], fresh = security.Account{}, append(fresh, id)
		}
	}
	found, err := i.Store.AccountsIn(ctx, fresh)
	for _, a := range found {
		i.known[a.ID] = a
	}
	return err
}

// accountOf reads an account; it has no id when there is none.
func (i *importer) accountOf(ctx context.Context, id string) (security.Account, error) {
	if known, asked := i.known[id]; asked {
		return known, nil
	}
	a, err := i.Store.Account(ctx, id)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return security.Account{}, err
	}
	i.known[id] = a
	return a, nil
}

// organisation is the one that an account belongs to from now on, by what a line tells; one that does not
// tell of it changes nothing. ok: there is such an organisation.
func (i *importer) organisation(ctx context.Context, told AccountLine) (ok bool, err error) {
	id := told.Organisation
	if _, there := i.orgs[id]; there || id == "" {
		return true, nil
	}
	o, err := i.Members.Organisation(ctx, id)
	if errors.Is(err, security.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = i.SignIn.Federation.Named(ctx, id)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return false, err
	}
	i.orgs[id] = joined{o, err == nil || federation.Required(o)}
	return true, nil
}

// moved is what else happens to an account that belongs to another organisation from now on. Whoever was
// let in by the old one, or by less than the new one asks for, is signed in no more; and whoever is on the
// way in meanwhile is asked anew. What the new one asks for is held. A locked account has nobody in it, and its owner may go on.
func (i *importer) moved(old security.Account, l AccountLine) []security.Write {
	if old.ID == "" {
		return nil
	}
	to := i.orgs[l.Organisation]
	writes := append(security.HoldRules(old, to.Organisation), security.FactsChanged{Account: old.ID})
	if !old.Locked() && (old.Organisation != "" || to.signsIn) {
		writes = append(writes, access.EndSessions{Subject: old.ID, At: i.now})
	}
	return writes
}

// vet refuses a line about an unknown account or about the future.
func (i *importer) vet(ctx context.Context, account string, at time.Time) (*LineError, error) {
	if at.After(i.now.Add(tooFar)) {
		return &LineError{Key: "at", Code: LineFuture}, nil
	}
	a, err := i.accountOf(ctx, account)
	if err != nil || a.ID != "" && !security.IsDrill(a.ID) { // of which programs know nothing
		return nil, err
	}
	return &LineError{Key: "account", Code: LineUnknownAccount, Detail: account}, nil
}

// settled puts lines, and once more those that another commit came in front of. Which of them are left
// in the end their results say, also where put itself gives up.
func settled[L any](ctx context.Context, lines []L, results []LineResult,
	put func([]L, []LineResult) error) error {
	lost := make([]int, len(lines)) // places of lines that are not settled
	for n := range lost {
		lost[n], results[n] = n, refused("id", LineConflict, "")
	}
	err := security.Retry(ctx, func() error {
		some, now := make([]L, len(lost)), make([]LineResult, len(lost))
		for n, at := range lost {
			some[n] = lines[at]
		}
		if err := put(some, now); err != nil {
			return err
		}
		var again []int
		for n, at := range lost {
			results[at] = now[n]
			if now[n].Err != nil && now[n].Err.Code == LineConflict {
				again = append(again, at)
			}
		}
		if lost = again; len(lost) > 0 {
			return security.ErrConflict
		}
		return nil
	})
	if errors.Is(err, security.ErrConflict) {
		return nil
	}
	return err
}
