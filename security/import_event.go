package security

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// ImportLogins adds logins. The same line twice is one login; an id that is
// known with other content is refused. One commit holds all of them.
func (s *Service) ImportLogins(ctx context.Context, by Actor, lines []Login) ([]LineResult, error) {
	results, fresh, err := importNew(ctx, s.importer(), lines, history[Login]{
		ids: s.Store.LoginDigests,
		key: func(l Login) entry { return entry{l.ID, l.Digest, l.Account, l.At} },
	})
	if err != nil {
		return nil, fmt.Errorf("import logins: %w", err)
	}
	if len(fresh) == 0 {
		return results, nil
	}
	e := s.event(by, LoginsImported, s.Now())
	e.Data = map[string]string{"added": strconv.Itoa(len(fresh))}
	return results, s.Store.Commit(ctx, e, PutLogins{fresh})
}

// ImportActivities adds activity, by the rules of ImportLogins.
func (s *Service) ImportActivities(ctx context.Context, by Actor, lines []Activity) ([]LineResult,
	error) {
	results, fresh, err := importNew(ctx, s.importer(), lines, history[Activity]{
		ids: s.Store.ActivityDigests,
		key: func(a Activity) entry { return entry{a.ID, a.Digest, a.Account, a.At} },
	})
	if err != nil {
		return nil, fmt.Errorf("import activity: %w", err)
	}
	if len(fresh) == 0 {
		return results, nil
	}
	e := s.event(by, ActivityImported, s.Now())
	e.Data = map[string]string{"added": strconv.Itoa(len(fresh))}
	return results, s.Store.Commit(ctx, e, PutActivities{fresh})
}

// entry is what logins and activity have in common.
type entry struct {
	id, digest, account string
	at                  time.Time
}

// history is how one of the two is looked up.
type history[T any] struct {
	ids func(ctx context.Context, ids []string) (map[string]string, error)
	key func(T) entry
}

// importNew finds the lines that are new. The others get their result.
func importNew[T any](ctx context.Context, i *importer, lines []T, h history[T]) (
	results []LineResult, fresh []T, err error) {
	ids := make([]string, len(lines))
	for n, l := range lines {
		ids[n] = h.key(l).id
	}
	known, err := h.ids(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read ids: %w", err)
	}
	results = make([]LineResult, len(lines))
	for n, l := range lines {
		k := h.key(l)
		fault, err := i.vet(ctx, k.account, k.at)
		if err != nil {
			return nil, nil, fmt.Errorf("read account: %w", err)
		}
		digest, exists := known[k.id]
		switch {
		case fault != nil:
			results[n] = LineResult{Refused, fault}
		case !exists:
			known[k.id], fresh = k.digest, append(fresh, l)
			results[n] = LineResult{Outcome: Added}
		case digest == k.digest:
			results[n] = LineResult{Outcome: Unchanged}
		default:
			results[n] = refused("id", LineOtherContent, k.id)
		}
	}
	return results, fresh, nil
}
