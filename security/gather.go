package security

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"regain/security/held"
)

// exportRows is how much of each list a copy holds. It bounds what one copy takes of memory and
// of the database; a list that is longer is named in the copy.
const exportRows = 50_000

// gatherer collects what is held about one account.
type gatherer struct {
	*Service
	of      string            // id of the account
	roles   map[string]Role   // of members of staff, by id
	names   *regexp.Regexp    // of members of staff; nil for none
	numbers map[string]string // of the cases, by id
	copy    held.Copy
}

// gather makes the copy of everything that is held about the account.
func (s *Service) gather(ctx context.Context, a Account) (held.Copy, error) {
	g := &gatherer{Service: s, of: a.ID, roles: map[string]Role{}, numbers: map[string]string{}}
	g.copy = held.Copy{Format: held.Format, Version: held.Version, MadeAt: s.Now(),
		CutShort: []string{}, LeftOut: held.LeftOut}
	staff, err := s.Store.StaffMembers(ctx)
	if err != nil {
		return g.copy, fmt.Errorf("read members of staff: %w", err)
	}
	g.names = namesOf(staff)
	for _, m := range staff {
		g.roles[m.ID] = m.Role
	}
	for _, part := range []func(context.Context) error{g.cases, g.visits, g.history, g.answers,
		g.tickets, g.trail} {
		if err := part(ctx); err != nil {
			return g.copy, err
		}
	}
	return g.copy, g.person(ctx, a)
}

// namesOf finds the names of members of staff in what they and the program wrote; nil when there
// are none.
func namesOf(staff []Staff) *regexp.Regexp {
	var names []string
	for _, m := range staff {
		if m.Name != "" {
			names = append(names, regexp.QuoteMeta(m.Name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	// Of two names that begin alike the longer one comes first.
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return regexp.MustCompile(`(^|[^\p{L}\p{N}])(?:` + strings.Join(names, "|") + `)($|[^\p{L}\p{N}])`)
}

// unnamed is text of staff's without their names.
func (g *gatherer) unnamed(text string) string {
	if g.names == nil {
		return text
	}
	for range 2 { // two names may have nothing but one space between them
		text = g.names.ReplaceAllString(text, "${1}one of our staff$2")
	}
	return text
}

// uncut is the list, cut where it is longer than exportRows. It was read with one row more.
func uncut[T any](g *gatherer, name string, list []T) []T {
	if len(list) <= exportRows {
		return list
	}
	g.copy.CutShort = append(g.copy.CutShort, name)
	return list[:exportRows]
}

// mapped is f of every element; an empty list is not nil, so that readers of the copy find a list.
func mapped[T, U any](list []T, f func(T) U) []U {
	made := make([]U, len(list))
	for i, x := range list {
		made[i] = f(x)
	}
	return made
}

func (g *gatherer) person(ctx context.Context, a Account) error {
	var old []string
	var addresses []Address
	var changes []AddressChange
	var factors []Factor
	var codes []RecoveryCode
	err := errors.Join(
		fetched(&old, "old passwords")(g.Store.OldPasswords(ctx, g.of)),
		fetched(&addresses, "addresses")(g.Store.Addresses(ctx, g.of)),
		fetched(&changes, "changes of address")(g.Store.AddressChanges(ctx, g.of, time.Time{})),
		fetched(&factors, "factors")(g.Store.FactorsOf(ctx, g.of)),
		fetched(&codes, "recovery codes")(g.Store.RecoveryCodes(ctx, g.of)),
	)
	g.copy.Account = held.Account{ID: a.ID, Username: a.Username, Name: a.Name, Type: a.Type,
		State: a.State(), BirthDate: a.BirthDate, Country: a.Country, Locale: a.Locale,
		TimeZone: a.TimeZone, CreatedAt: a.CreatedAt, Password: a.PasswordHash != "",
		PasswordAt: a.PasswordAt, FormerPasswords: len(old)}
	g.copy.Addresses = mapped(addresses, heldAddress)
	g.copy.AddressChanges = mapped(changes, heldChange)
	g.copy.SignInMethods = mapped(factors, heldMethod)
	for _, c := range codes {
		g.copy.RecoveryCodes.Made++
		g.copy.RecoveryCodes.MadeAt = c.MadeAt
		if !c.UsedAt.IsZero() {
			g.copy.RecoveryCodes.Used++
		}
	}
	return err
}

func (g *gatherer) visits(ctx context.Context) error {
	var sessions []AccountSession
	var recovering []Session
	var links []Link
	var requests []Request
	var none time.Time
	err := errors.Join(
		fetched(&sessions, "sessions")(g.Store.AccountSessions(ctx, g.of, none, exportRows+1)),
		fetched(&recovering, "recovery sessions")(g.Store.Sessions(ctx, g.of, none, exportRows+1)),
		fetched(&links, "links")(g.Store.Links(ctx, g.of, exportRows+1)),
		fetched(&requests, "requests")(g.Store.RequestsOf(ctx, g.of, exportRows+1)),
	)
	g.copy.Sessions = mapped(uncut(g, "sessions", sessions), heldSignedIn)
	g.copy.RecoverySessions = mapped(uncut(g, "recovery_sessions", recovering), heldRecovering)
	g.copy.Links = mapped(uncut(g, "links", links), func(l Link) held.Link {
		return held.Link{Purpose: string(l.Purpose), MadeAt: l.MadeAt, ExpiresAt: l.ExpiresAt,
			State: string(l.At(g.copy.MadeAt)), EndedAt: l.EndedAt}
	})
	g.copy.Requests = mapped(uncut(g, "requests", requests), func(r Request) held.Request {
		return held.Request{Kind: string(r.Kind), At: r.At, ResolvedAt: r.ResolvedAt,
			EndedAt: r.EndedAt}
	})
	return err
}

func (g *gatherer) history(ctx context.Context) error {
	var logins []Login
	var activities []Activity
	var alerts []Alert
	var settings AlertSettings
	var watches map[string]Watch
	var none time.Time
	err := errors.Join(
		fetched(&logins, "logins")(g.Store.Logins(ctx, g.of, none, exportRows+1)),
		fetched(&activities, "activity")(g.Store.Activities(ctx, g.of, none, exportRows+1)),
		fetched(&alerts, "alerts")(g.Store.Alerts(ctx, g.of, none, exportRows+1)),
		fetched(&settings, "settings for alerts")(g.Store.AlertSettings(ctx, g.of)),
		fetched(&watches, "watch")(g.Store.Watches(ctx, []string{g.of})),
	)
	g.copy.Logins = mapped(uncut(g, "logins", logins), heldLogin)
	g.copy.Activities = mapped(uncut(g, "activities", activities), heldActivity)
	g.copy.Alerts = mapped(uncut(g, "alerts", alerts), heldAlert)
	g.copy.AlertSettings = held.AlertSetting{To: settings.To,
		Off: mapped(settings.Off, func(k AlertKind) string { return string(k) })}
	if w, ok := watches[g.of]; ok && json.Valid(w.Familiar) {
		g.copy.Watch = &held.Watch{Familiar: w.Familiar, MailedAt: w.MailedAt}
	}
	return err
}

// answers are the recoveries and what was answered in them.
func (g *gatherer) answers(ctx context.Context) error {
	recoveries, err := g.Store.Recoveries(ctx, g.of)
	if err != nil {
		return fmt.Errorf("read recoveries: %w", err)
	}
	g.copy.Recoveries, g.copy.Answers = []held.Recovery{}, []held.Answer{}
	for _, r := range recoveries {
		said, err := g.Store.Answers(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("read answers: %w", err)
		}
		g.copy.Recoveries = append(g.copy.Recoveries, heldRecovery(r, g.numbers[r.Case]))
		g.copy.Answers = append(g.copy.Answers, mapped(said, heldAnswer)...)
	}
	return nil
}

func (g *gatherer) cases(ctx context.Context) error {
	cases, err := g.Store.Cases(ctx, g.of)
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	g.copy.Cases = []held.Case{}
	for _, c := range cases {
		h, err := g.oneCase(ctx, c)
		if err != nil {
			return err
		}
		g.numbers[c.ID] = c.Number
		g.copy.Cases = append(g.copy.Cases, h)
	}
	proposals, err := g.Store.Proposals(ctx, g.of)
	if err != nil {
		return fmt.Errorf("read proposals: %w", err)
	}
	g.copy.Proposals = mapped(proposals, heldProposal)
	return nil
}

func (g *gatherer) oneCase(ctx context.Context, c Case) (held.Case, error) {
	h := heldCase(c)
	h.Evidence = g.unnamed(h.Evidence)
	var causes []CauseChange
	var frozen Evidence
	err := errors.Join(
		fetched(&causes, "history of cause")(g.Store.CauseHistory(ctx, c.ID)),
		fetched(&frozen, "evidence")(g.frozen(ctx, c)),
	)
	h.Causes = mapped(causes, func(x CauseChange) held.Cause {
		return held.Cause{At: x.At, Cause: x.Cause}
	})
	h.Frozen = heldEvidence(frozen)
	if c.Ticket == "" && err == nil {
		h.Messages, err = g.said(ctx, ownTicket(c))
	}
	return h, err
}

// said is what the owner may read of a ticket.
func (g *gatherer) said(ctx context.Context, ticket string) ([]held.Message, error) {
	public, err := g.publicMessages(ctx, ticket)
	return mapped(public, func(m Message) held.Message {
		return held.Message{At: m.At, Author: string(m.Author), Role: string(g.roles[m.By]),
			Text: m.Body}
	}), err
}

func (g *gatherer) tickets(ctx context.Context) error {
	found, err := g.Store.Tickets(ctx, TicketFilter{Account: g.of, Limit: exportRows + 1})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	g.copy.Tickets = []held.Ticket{}
	for _, t := range uncut(g, "tickets", found) {
		h := held.Ticket{Number: t.Number, Case: g.numbers[t.Case], Department: t.Department,
			Status: string(t.Status), Priority: t.Priority, Topic: t.Topic, Subject: t.Subject,
			OpenedAt: t.OpenedAt, DueAt: t.DueAt}
		if h.Messages, err = g.said(ctx, t.ID); err != nil {
			return err
		}
		g.copy.Tickets = append(g.copy.Tickets, h)
	}
	return nil
}

// trail is what staff wrote about the account and did with it, and what is on record.
func (g *gatherer) trail(ctx context.Context) error {
	var notes []Note
	var mails []MailState
	var callers []CallerCheck
	var exports []Export
	var events []Event
	err := errors.Join(
		fetched(&notes, "notes")(g.Store.Notes(ctx, g.of)),
		fetched(&mails, "mails")(g.Store.Mails(ctx, g.of, exportRows+1)),
		fetched(&callers, "caller checks")(g.Store.CallerChecks(ctx, g.of, time.Time{})),
		fetched(&exports, "exports")(g.Store.Exports(ctx, g.of)),
		fetched(&events, "audit trail")(g.Store.AccountEvents(ctx, g.of, exportRows+1)),
	)
	g.copy.Notes = mapped(notes, func(n Note) held.Note {
		return held.Note{At: n.At, Text: g.unnamed(n.Text())}
	})
	g.copy.Mails = mapped(uncut(g, "mails", mails), heldMail)
	g.copy.CallerChecks = mapped(callers, func(c CallerCheck) held.Caller {
		return held.Caller{SentAt: c.SentAt, VerifiedAt: c.VerifiedAt}
	})
	g.copy.Exports = mapped(exports, func(e Export) held.Export {
		return held.Export{AskedAt: e.AskedAt, ReadyAt: e.ReadyAt, EndsAt: e.EndsAt}
	})
	events = uncut(g, "audit", events)
	g.copy.Audit, g.copy.Looks = mapped(events, heldLine), []held.Look{}
	for _, e := range events {
		if e.Kind == AccountViewed || e.Kind == AccountOpened || e.Kind == AccountsSearched {
			g.copy.Looks = append(g.copy.Looks, held.Look{At: e.At, Role: string(g.roles[e.By.ID]),
				Page: e.Data["page"], Reason: g.unnamed(e.Data["reason"])})
		}
	}
	return err
}
