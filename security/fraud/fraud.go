// Package fraud keeps for owners what they note after a theft of money or of an identity: whom they
// told, when, and under which reference. Nobody else reads it.
package fraud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/token"
)

// Step is what an owner notes of one step of the list of a country.
type Step struct {
	Country string // ISO 3166-1 alpha-2, or "" for whoever lives in none that has a list
	ID      string // of the step in the list of the country
	Done    bool
	Note
	// Kept are the files that are kept with it. Add are those that come, and Drop the ids of those that
	// go.
	Kept []attach.Attachment
	Add  []security.File
	Drop []string
}

// Note is what is sealed of a step.
type Note struct {
	On        string `json:"on,omitempty"`        // the day as the owner wrote it
	Reference string `json:"reference,omitempty"` // number under which the other side has it
}

// empty reports whether nothing was noted.
func (s Step) empty() bool { return !s.Done && s.Note == Note{} }

// MostFiles is how many files are kept with all the lists of an account.
const MostFiles = 20

// Place is what the files of a step are on, as others are on messages.
func Place(account, country, step string) string {
	return attach.WithAccount + account + ":" + country + ":" + step
}

// The longest that can be noted, in letters.
const (
	LongestDay       = 40
	LongestReference = 200
)

// most bounds how many steps of a country are kept.
const most = 40

// Row is a step as it is stored. Sealed is a Note, bound to ID.
type Row struct {
	ID, Country, Step string
	Done              bool
	Sealed            string
}

// Kept is the list of an account; the zero value but for Account where there is none.
type Kept struct {
	Account string
	Country string // that of the last change
	SavedAt time.Time
	Version int64
	Rows    []Row
}

// Store is what this room reads.
type Store interface {
	// FraudList is the list of an account. ErrNotFound: there is none.
	FraudList(ctx context.Context, account string) (Kept, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Lists    Store
	Access   *access.Service
	Casework *casework.Service
	Attach   *attach.Service
}

// Owner is whoever has proved to own an account, and in which session.
type Owner struct {
	Account string
	Session access.Session
	By      security.Actor
}

// SignedIn is the owner who is signed in.
func SignedIn(u *account.SignedIn) Owner {
	return Owner{u.Account.ID, u.Session, u.Actor()}
}

// Recovering is the owner of a running recovery; false before they have proved who they are.
func Recovering(o *guided.Owner) (Owner, bool) {
	return Owner{o.Account.ID, o.Session, o.Actor()},
		o.Progress.Open(recovery.Support) && !o.Over()
}

// Own is what the owner has noted, and for which country they did so last; "" without a list.
func (s *Service) Own(ctx context.Context, o Owner) (country string, steps []Step, err error) {
	k, err := s.kept(ctx, o)
	if err != nil {
		return "", nil, err
	}
	for _, r := range k.Rows {
		note, err := s.open(r)
		if err != nil {
			return "", nil, err
		}
		steps = append(steps, Step{Country: r.Country, ID: r.Step, Done: r.Done, Note: note})
	}
	return k.Country, steps, nil
}

func (s *Service) open(r Row) (note Note, err error) {
	plain, err := s.Unseal(security.PurposeFraud, r.ID, r.Sealed)
	if err == nil {
		err = json.Unmarshal(plain, &note)
	}
	if err != nil {
		return note, fmt.Errorf("open note of fraud list: %w", err)
	}
	return note, nil
}

// Files are what the owner keeps with the steps of a country, by the step.
func (s *Service) Files(ctx context.Context, o Owner, country string) (map[string][]attach.Attachment,
	error) {
	all, err := s.Attach.KeptWith(ctx, o.Account)
	of := map[string][]attach.Attachment{}
	for _, a := range all {
		if step, ok := strings.CutPrefix(a.Message, Place(o.Account, country, "")); ok {
			of[step] = append(of[step], a)
		}
	}
	return of, err
}

func (s *Service) kept(ctx context.Context, o Owner) (Kept, error) {
	k, err := s.Lists.FraudList(ctx, o.Account)
	if errors.Is(err, security.ErrNotFound) {
		return Kept{Account: o.Account}, nil
	}
	if err != nil {
		return k, fmt.Errorf("read fraud list: %w", err)
	}
	return k, nil
}

// Keep notes what the owner says of the steps of a country that were shown, and leaves what was noted
// of others. It refuses with NoteLong beside "on_ID" or "reference_ID", with FilesMany beside
// "files_ID", or with TooManyRequests.
func (s *Service) Keep(ctx context.Context, o Owner, country string, shown []Step) error {
	shown, err := cleaned(country, shown)
	if err != nil {
		return err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.FraudLists, o.Account, now); err != nil {
		return err
	}
	var gone []attach.Attachment
	err = security.Retry(ctx, func() error {
		k, err := s.kept(ctx, o)
		if err != nil {
			return err
		}
		moved, dropped, err := s.moved(ctx, o, shown)
		if err != nil {
			return err
		}
		gone = dropped
		writes := []security.Write{KeepList{o.Account, country, now, k.Version},
			ClearSteps{o.Account, country}}
		rows, err := s.rows(k, country, shown)
		if err != nil {
			return err
		}
		for _, r := range rows {
			writes = append(writes, PutStep{o.Account, r})
		}
		e := s.Event(o.By, audit.FraudListKept, now)
		e.Account = o.Account
		return s.Access.Commit(ctx, o.Session, e, append(writes, moved...)...)
	})
	if err != nil {
		return err
	}
	return s.Attach.Destroy(ctx, gone)
}

// moved is how the files of the steps come and go, and which of them are gone then.
func (s *Service) moved(ctx context.Context, o Owner, shown []Step) (writes []security.Write,
	gone []attach.Attachment, err error) {
	there, err := s.Attach.KeptWith(ctx, o.Account)
	if err != nil {
		return nil, nil, err
	}
	n := len(there)
	for _, x := range shown {
		place := Place(o.Account, x.Country, x.ID)
		for _, a := range there {
			if a.Message == place && slices.Contains(x.Drop, a.ID) {
				writes = append(writes, attach.Remove{ID: a.ID, Account: o.Account, Message: place})
				gone = append(gone, a)
				n--
			}
		}
	}
	for _, x := range shown {
		for _, f := range x.Add {
			if n++; n > MostFiles {
				return nil, nil, security.Refuse("files_"+x.ID, refusal.FilesMany, strconv.Itoa(MostFiles))
			}
			writes = append(writes, casework.PutFile{File: f, Message: Place(o.Account, x.Country, x.ID)})
		}
	}
	return writes, gone, nil
}

// cleaned is what was typed as it is kept.
func cleaned(country string, shown []Step) ([]Step, error) {
	all := slices.Clone(shown[:min(len(shown), most)])
	for i := range all {
		x := &all[i]
		x.Country, x.On, x.Reference = country, security.Clean(x.On), security.Clean(x.Reference)
		switch {
		case utf8.RuneCountInString(x.On) > LongestDay:
			return nil, security.Refuse("on_"+x.ID, refusal.NoteLong)
		case utf8.RuneCountInString(x.Reference) > LongestReference:
			return nil, security.Refuse("reference_"+x.ID, refusal.NoteLong)
		}
	}
	return all, nil
}

// rows are what is stored of a country afterwards: what was said of the steps shown, and what was noted
// before of steps that the list no longer has.
func (s *Service) rows(k Kept, country string, shown []Step) (rows []Row, err error) {
	for _, r := range k.Rows {
		again := slices.ContainsFunc(shown, func(x Step) bool { return x.ID == r.Step })
		if r.Country == country && !again && len(rows) < most {
			rows = append(rows, r)
		}
	}
	for _, x := range shown {
		if x.empty() {
			continue
		}
		plain, err := json.Marshal(x.Note)
		if err != nil {
			return nil, fmt.Errorf("seal note of fraud list: %w", err)
		}
		id := token.ID()
		rows = append(rows, Row{id, country, x.ID, x.Done, s.Seal(security.PurposeFraud, id, plain)})
	}
	return rows, nil
}
