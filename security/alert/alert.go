package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"regain/security"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/token"
)

// alertFresh is how old something may be and still alert its owner: a history that is imported
// years later alarms nobody. alertPause is how long one mail about an account keeps the next one
// back, so that a burst does not flood a mailbox.
const (
	alertFresh = 24 * time.Hour
	alertPause = time.Hour
)

// watched is an account of which something has just become known.
type watched struct {
	Watch
	familiar  risk.Familiar
	alerts    []alerted
	addresses []security.Write // what the same commit changes about them
}

// alerted is an alert, with what is told beside it of the login that it is about.
type alerted struct {
	Alert
	ip, stoppedBy string
	outsideOf     string // as of risk.Login
}

// Observe is what follows from logins that have just become known: they are kept, what is
// familiar is learnt from them, and owners are told of what looks odd. Show it a login once. Its
// writes hold only as long as nobody else learns about the same accounts: ErrConflict asks the
// caller to begin again.
func (s *Service) Observe(ctx context.Context, logins []security.Login,
	now time.Time) ([]security.Write, error) {
	of, err := s.learn(ctx, logins, now)
	if err != nil {
		return nil, err
	}
	writes, err := s.alarm(ctx, of, now)
	return append([]security.Write{security.PutLogins{Logins: logins}}, writes...), err
}

// ObserveEach is Observe with the writes of each account, which hold whatever becomes of the others'.
func (s *Service) ObserveEach(ctx context.Context, logins []security.Login,
	now time.Time) (map[string][]security.Write, error) {
	of, err := s.learn(ctx, logins, now)
	if err != nil {
		return nil, err
	}
	accounts, err := s.alarmed(ctx, of)
	if err != nil {
		return nil, err
	}
	put := make(map[string][]security.Login, len(of))
	for _, l := range logins {
		put[l.Account] = append(put[l.Account], l)
	}
	all := make(map[string][]security.Write, len(of))
	for id, w := range of {
		told, err := s.word(ctx, w, accounts[id], now)
		if err != nil {
			return nil, err
		}
		all[id] = slices.Concat([]security.Write{security.PutLogins{Logins: put[id]}}, told,
			[]security.Write{w.save()})
	}
	return all, nil
}

// learn is what is familiar of the accounts after the logins, with the alerts to them.
func (s *Service) learn(ctx context.Context, logins []security.Login, now time.Time) (
	map[string]*watched, error) {
	sorted := slices.SortedFunc(slices.Values(logins), func(a, b security.Login) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	accounts := make([]string, len(sorted))
	for i, l := range sorted {
		accounts[i] = l.Account
	}
	of, err := s.Watch(ctx, accounts, now)
	if err != nil {
		return nil, err
	}
	h, err := s.Lockout.Judged(ctx, sorted)
	if err != nil {
		return nil, err
	}
	for i, l := range h.Logins {
		of[accounts[i]].see(l, now)
	}
	return of, nil
}

// Watch reads what is familiar of the accounts. One that was never watched begins with its
// history.
func (s *Service) Watch(ctx context.Context, accounts []string, now time.Time) (
	map[string]*watched, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(accounts)))
	found, err := s.Store.Watches(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read watches: %w", err)
	}
	of := make(map[string]*watched, len(ids))
	var fresh []string
	for _, id := range ids {
		w := &watched{Watch: found[id]}
		of[id] = w
		if w.Account == "" {
			w.Account, fresh = id, append(fresh, id)
		} else if w.familiar, err = w.Known(); err != nil {
			return nil, err
		}
	}
	past, err := s.Store.WithLogins(ctx, fresh, now.Add(-lockout.Remembered))
	if err != nil {
		return nil, fmt.Errorf("read who has logins: %w", err)
	}
	for _, id := range past {
		h, err := s.Lockout.Past(ctx, id, lockout.HistoryRows, now)
		if err != nil {
			return nil, err
		}
		of[id].familiar = risk.FamiliarOf(h)
	}
	return of, nil
}

// Known is what is familiar of the account.
func (w Watch) Known() (f risk.Familiar, err error) {
	if err := json.Unmarshal(w.Familiar, &f); err != nil {
		return f, fmt.Errorf("read what is familiar: %w", err)
	}
	return f, nil
}

func (w *watched) see(l risk.Login, now time.Time) {
	why := w.familiar.Judge(l)
	if len(why) == 0 || l.At.Before(now.Add(-alertFresh)) {
		return
	}
	a := LoginAlert(w.Account, l)
	for _, r := range why {
		a.Reasons = append(a.Reasons, string(r))
	}
	w.alerts = append(w.alerts, alerted{a, l.IP, l.StoppedBy, l.OutsideOf})
}

// LoginAlert is an alert about a login, as yet without reasons.
func LoginAlert(account string, l risk.Login) Alert {
	kind := AlertUnfamiliar
	if l.Outcome == risk.Stopped {
		kind = AlertStopped
	}
	return Alert{ID: token.ShortID(), Account: account, Kind: kind, Login: l.ID, At: l.At,
		Outcome: l.Outcome, Country: l.Country, Device: l.Device}
}

// alertKinds are the kinds of change that owners are alerted to.
var alertKinds = map[string]AlertKind{
	recovery.PasswordChanged:         AlertCredentials,
	recovery.EmailChanged:            AlertCredentials,
	recovery.SecurityQuestionChanged: AlertCredentials,
	recovery.PayoutChanged:           AlertMoney,
	security.TwoFactorChanged:        AlertCredentials,
	"phone_changed":                  AlertProfile,
	"profile_changed":                AlertProfile,

	security.SignalActivity + "credential_compromise": AlertCredentials,
	security.SignalActivity + "account_disabled":      AlertCredentials,
	security.SignalActivity + "sessions_revoked":      AlertCredentials,
}

// ChangeAlert is the question about something that was done. What moves money is as grave as what
// changes where it goes.
func (s *Service) ChangeAlert(c security.Activity) Alert {
	kind := alertKinds[c.Kind]
	switch {
	case c.Kind == "withdrawal" || c.Kind == "payment":
		kind = AlertMoney
	case kind == "":
		kind = AlertProfile
	}
	return Alert{ID: token.ShortID(), Account: c.Account, Kind: kind, Activity: c.ID, At: c.At, What: c.Kind,
		Country: s.Country(c.IP)}
}

// ObserveChanges tells owners of the changes that the marketplace has just told of. addresses are
// the writes of the same commit that change what is known of their addresses.
func (s *Service) ObserveChanges(ctx context.Context, changes []security.Activity,
	addresses []security.Write, now time.Time) ([]security.Write, error) {
	var accounts []string
	var told []security.Activity
	for _, c := range changes {
		if alertKinds[c.Kind] != "" && fresh(c, now) {
			accounts, told = append(accounts, c.Account), append(told, c)
		}
	}
	if len(told) == 0 {
		return nil, nil
	}
	of, err := s.Watch(ctx, accounts, now)
	if err != nil {
		return nil, err
	}
	for _, c := range told {
		w := of[c.Account]
		w.addresses = addresses
		w.alerts = append(w.alerts, alerted{Alert: s.ChangeAlert(c)})
	}
	return s.alarm(ctx, of, now)
}

// alarm keeps what was learnt, and the alerts with the mails that are due at once.
func (s *Service) alarm(ctx context.Context, of map[string]*watched,
	now time.Time) ([]security.Write, error) {
	accounts, err := s.alarmed(ctx, of)
	if err != nil {
		return nil, err
	}
	var writes, watches []security.Write
	for _, id := range slices.Sorted(maps.Keys(of)) {
		w := of[id]
		told, err := s.word(ctx, w, accounts[id], now)
		if err != nil {
			return nil, err
		}
		writes, watches = append(writes, told...), append(watches, w.save())
	}
	return append(writes, watches...), nil // what is of one kind goes faster together
}

// word is the alerts to an account that has some, with the mails that are due at once.
func (s *Service) word(ctx context.Context, w *watched, a security.Account, now time.Time) (
	writes []security.Write, err error) {
	if a.ID == "" || a.Closed {
		return nil, nil
	}
	mails, err := s.firstWord(ctx, w, a, now)
	if err != nil {
		return nil, err
	}
	news, err := s.memberNews(ctx, w, a, now)
	if err != nil {
		return nil, err
	}
	for _, x := range w.alerts {
		writes = append(writes, AddAlert{x.Alert})
	}
	return slices.Concat(writes, mails, news), nil
}

// alarmed reads the accounts that have alerts.
func (s *Service) alarmed(ctx context.Context, of map[string]*watched) (map[string]security.Account,
	error) {
	var ids []string
	for id, w := range of {
		if len(w.alerts) > 0 {
			ids = append(ids, id)
		}
	}
	accounts := map[string]security.Account{}
	if len(ids) == 0 {
		return accounts, nil
	}
	list, err := s.Store.AccountsIn(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, a := range list {
		accounts[a.ID] = a
	}
	return accounts, nil
}

func (w *watched) save() security.Write {
	data, err := json.Marshal(w.familiar)
	if err != nil {
		panic(fmt.Sprintf("what is familiar does not encode: %v", err))
	}
	w.Familiar = data
	return SaveWatch{w.Watch}
}
