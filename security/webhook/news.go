package webhook

import (
	"strconv"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/passkey"
	"regain/security/recovery"
)

// Type names what an endpoint is told of.
type Type string

// The types of event.
const (
	AccountLocked     Type = "account.locked"
	AccountSecured    Type = "account.secured"
	AccountResumed    Type = "account.resumed"
	AccountKeptLocked Type = "account.kept_locked"
	AccountReopened   Type = "account.reopened"
	PasswordUpdated   Type = "account.password_updated"
	SessionsRevoked   Type = "account.sessions_revoked"
	EmailChanged      Type = "account.email_changed"
	TwoFactorChanged  Type = "account.two_factor_changed"
	PasskeyChanged    Type = "account.passkey_changed"
	CaseEscalated     Type = "case.escalated"
	CauseChanged      Type = "case.cause_changed"
	OwnerAsked        Type = "case.owner_asked"
	OwnerAnswered     Type = "case.owner_answered"
	TicketOpened      Type = "ticket.opened"
	TicketUpdated     Type = "ticket.updated"
	MessageAdded      Type = "ticket.message_added"
	AlertSent         Type = "alert.sent"
	AlertDenied       Type = "alert.denied"
	AlertConfirmed    Type = "alert.confirmed"
	Tested            Type = "webhook.test"
)

// Named are the events with these names, of which there may be none.
func Named(names []string) []Type {
	all := make([]Type, len(names))
	for i, t := range names {
		all[i] = Type(t)
	}
	return all
}

// Types lists those that an endpoint can choose, in the order in which they are shown. A test goes
// to whom it is for.
var Types = []Type{AccountLocked, AccountSecured, AccountResumed, AccountKeptLocked,
	AccountReopened, PasswordUpdated, SessionsRevoked, EmailChanged, TwoFactorChanged,
	PasskeyChanged, CaseEscalated, CauseChanged, OwnerAsked, OwnerAnswered, TicketOpened,
	TicketUpdated, MessageAdded, AlertSent, AlertDenied, AlertConfirmed}

// byKind are the events that are known by their audit line alone.
var byKind = map[audit.Kind]Type{
	audit.UrgentReviewAsked: CaseEscalated,
	audit.CaseCauseChanged:  CauseChanged,
	audit.AlertsMailed:      AlertSent,
	audit.LoginDenied:       AlertDenied,
	audit.LoginConfirmed:    AlertConfirmed,
	audit.CodesRenewed:      TwoFactorChanged,
	audit.HookTested:        Tested,
}

// byMove are those of a case that moves to another state.
var byMove = map[recovery.Event]Type{
	recovery.EventPasswordUpdated: AccountSecured,
	recovery.EventContested:       AccountLocked,
	recovery.EventAsked:           OwnerAsked,
	recovery.EventAnswered:        OwnerAnswered,
	recovery.EventResumed:         AccountResumed,
	recovery.EventDeclined:        AccountKeptLocked,
	recovery.EventReopened:        AccountReopened,
}

// byFactor are those of a factor that comes or goes.
var byFactor = map[string]Type{security.FactorTOTP: TwoFactorChanged, security.FactorPasskey: PasskeyChanged}

// News is something that endpoints may want to hear of: ids and codes, and nothing of a person but
// the id of the account.
type News struct {
	Type    Type
	Account string // "" for none
	Ticket  string // id of the ticket that it is about, or ""
	Only    string // id of the one endpoint that it is for, or ""
	Hash    string // of a new password, for endpoints with a key to encrypt it to; "" for none
	Data    Data
	Place   passkey.Place // of the passkey that came or went
	// Woken makes it news only where the ticket was woken by this: it may have been open.
	Woken bool
	// Adopted makes it news of each of the account's tickets that the commit handed over.
	Adopted bool
}

// Data is what is told of an event.
type Data struct {
	Account  string `json:"account,omitempty"`
	Sequence int64  `json:"sequence,omitempty"` // counts up by one with each event of the account
	// By is in which capacity somebody did it: owner, staff, host, operator, system or stranger.
	By        security.ActorKind `json:"by"`
	State     string             `json:"state,omitempty"` // of the account, where its case tells it
	Case      string             `json:"case,omitempty"`  // number
	CaseState recovery.State     `json:"case_state,omitempty"`
	Cause     recovery.Cause     `json:"cause,omitempty"`
	Ticket    string             `json:"ticket,omitempty"` // number
	// Of a ticket, as it stands after the commit.
	Department string `json:"department,omitempty"`
	Status     string `json:"status,omitempty"`
	Priority   string `json:"priority,omitempty"`
	// Of a message.
	Message string          `json:"message,omitempty"` // id
	Author  security.Author `json:"author,omitempty"`
	Public  *bool           `json:"public,omitempty"`
	// Change is what became of a password, a factor or codes: "set", "ended", "added", "removed",
	// "replaced" or "renewed".
	Change string `json:"change,omitempty"`
	// PasswordHash is a JWE of the hash of a new password.
	PasswordHash string `json:"password_hash,omitempty"`
	Alert        string `json:"alert,omitempty"` // id
	Alerts       int    `json:"alerts,omitempty"`
}

// gathering is the news of one commit as they are put together.
type gathering struct {
	event security.Event
	all   []News
	found *security.Case // that the commit is about
}

// Of is the news that a commit makes: the one place where a change becomes an event of a webhook.
// Data that came from the marketplace is none, and neither is what staff do to themselves.
func Of(e security.Event, writes []security.Write) []News {
	if e.Kind == audit.PasswordTold {
		return nil
	}
	return Happened(e, writes)
}

// Happened is Of for those who are not the marketplace: what it told of is news to them.
func Happened(e security.Event, writes []security.Write) []News {
	g := gathering{event: e}
	if t, ok := byKind[e.Kind]; ok {
		g.kind(t)
	}
	for _, w := range writes {
		g.account(w)
		g.work(w)
	}
	for i := range g.all {
		g.complete(&g.all[i])
	}
	return g.all
}

func (g *gathering) kind(t Type) {
	n := News{Type: t, Account: g.event.Account}
	switch t {
	case Tested:
		n.Only = g.event.Data["webhook"]
	case AlertSent:
		n.Data.Alerts, _ = strconv.Atoi(g.event.Data["alerts"])
	case TwoFactorChanged:
		n.Data.Change = "renewed"
	}
	g.add(n)
}

// account takes what a write does to the account and its case.
func (g *gathering) account(w security.Write) {
	of := g.event.Account
	switch w := w.(type) {
	case lockout.OpenCase:
		g.found = &w.Case
		g.add(News{Type: AccountLocked, Account: w.Case.Account})
	case security.MoveCase:
		g.found = &w.Case
		if t, ok := byMove[w.On]; ok && w.From != w.Case.State {
			g.add(News{Type: t, Account: w.Case.Account})
		}
	case security.SaveCase:
		if g.found == nil {
			g.found = &w.Case
		}
	case security.SetPassword:
		change := "set"
		if w.Hash == "" {
			change = "ended"
		}
		g.add(News{Type: PasswordUpdated, Account: w.Account, Hash: w.Portable, Data: Data{Change: change}})
	case access.EndSessions:
		if of != "" && w.Subject == of {
			g.add(News{Type: SessionsRevoked, Account: of})
		}
	case access.EndWaysIn:
		if w.Account != "" {
			g.add(News{Type: SessionsRevoked, Account: w.Account})
		}
	case security.AddAddress:
		ours := w.Address.Origin == security.OriginOwner || w.Address.Origin == security.OriginStaff
		if ours && !w.Address.Notice {
			g.add(News{Type: EmailChanged, Account: w.Address.Account})
		}
	case security.AddFactor:
		g.factor(w.Factor.Kind, w.Factor.Subject, "added", w.Factor.Key.Place())
	case security.RemoveFactor:
		g.factor(w.Kind, w.Subject, "removed", w.Place)
	case alert.AnswerAlert:
		g.alert(w.ID)
	case alert.AddAlert:
		g.alert(w.Alert.ID)
	}
}

func (g *gathering) factor(kind, subject, change string, at passkey.Place) {
	if t, ok := byFactor[kind]; ok && g.event.Account != "" && subject == g.event.Account {
		g.add(News{Type: t, Account: subject, Data: Data{Change: change}, Place: at})
	}
}

// alert says which one was answered.
func (g *gathering) alert(id string) {
	for i, n := range g.all {
		if n.Type == AlertDenied || n.Type == AlertConfirmed {
			g.all[i].Data.Alert = id
		}
	}
}

// work takes what a write does to tickets. Those that the marketplace brings are no news to it.
func (g *gathering) work(w security.Write) {
	if g.event.Kind == audit.TicketImported {
		return
	}
	switch w := w.(type) {
	case casework.OpenTicket:
		g.add(News{Type: TicketOpened, Account: w.Ticket.Account, Ticket: w.Ticket.ID})
	case casework.SaveTicket:
		g.add(News{Type: TicketUpdated, Account: w.Ticket.Account, Ticket: w.Ticket.ID})
	case casework.RaiseTicket:
		g.add(News{Type: TicketUpdated, Account: g.event.Account, Ticket: w.Ticket})
	case casework.WakeTicket:
		g.add(News{Type: TicketUpdated, Account: g.event.Account, Ticket: w.ID, Woken: true})
	case lockout.AdoptTickets:
		g.add(News{Type: TicketUpdated, Account: w.Account, Adopted: true})
	case casework.AddMessage:
		m := w.Message
		g.add(News{Type: MessageAdded, Account: g.event.Account, Ticket: m.Ticket,
			Data: Data{Message: m.ID, Author: m.Author, Public: &m.Public}})
	}
}

// add puts one more to the news. Of one commit there is one of a type, but of each ticket.
func (g *gathering) add(n News) {
	for i, x := range g.all {
		if x.Type == n.Type && x.Ticket == n.Ticket && n.Data.Message == x.Data.Message {
			if change := &g.all[i].Data.Change; *change != n.Data.Change && n.Data.Change != "renewed" {
				*change = "replaced"
			}
			if x.Place != n.Place {
				g.all[i].Place = "" // of several
			}
			if !n.Woken {
				g.all[i].Woken = false
			}
			return
		}
	}
	g.all = append(g.all, n)
}

// complete puts into one of the news what all of the commit share.
func (g *gathering) complete(n *News) {
	n.Data.Account, n.Data.By = n.Account, g.event.By.Kind
	if c := g.found; c != nil && c.Account == n.Account {
		n.Data.Case, n.Data.CaseState, n.Data.Cause = c.Number, c.State, c.Cause
		n.Data.State = "active"
		if c.State.Locks() {
			n.Data.State = "locked"
		}
	}
}
