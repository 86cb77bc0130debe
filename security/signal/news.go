package signal

import (
	"encoding/json"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/webhook"
)

const (
	risc      = "https://schemas.openid.net/secevent/risc/event-type/"
	caep      = "https://schemas.openid.net/secevent/caep/event-type/"
	framework = "https://schemas.openid.net/secevent/ssf/event-type/"
)

// The types of event that a stream can ask for, and those that are about the stream itself.
const (
	AccountDisabled    webhook.Type = risc + "account-disabled"
	AccountEnabled     webhook.Type = risc + "account-enabled"
	ChangeRequired     webhook.Type = risc + "account-credential-change-required"
	Compromised        webhook.Type = risc + "credential-compromise"
	RecoveryActivated  webhook.Type = risc + "recovery-activated"
	RecoveryInfo       webhook.Type = risc + "recovery-information-changed"
	SessionRevoked     webhook.Type = caep + "session-revoked"
	CredentialChange   webhook.Type = caep + "credential-change"
	Verification       webhook.Type = framework + "verification"
	StreamUpdated      webhook.Type = framework + "stream-updated"
	credentialPassword              = "password"
)

// Types lists those that a stream can ask for.
var Types = []webhook.Type{AccountDisabled, AccountEnabled, ChangeRequired, Compromised,
	RecoveryActivated, RecoveryInfo, SessionRevoked, CredentialChange}

// Event is something that streams may want to hear of.
type Event struct {
	ID      string
	Type    webhook.Type
	Account string // "" for what is about the stream itself
	Only    string // id of the one stream that it is for, or ""
	Teller  string // id of the key whose holder told it, and is not told it again; "" for none
	Body    string // what of the token is the same for every stream
}

// detail is what an event says beside its type.
type detail struct {
	Reason     string `json:"reason,omitempty"`
	Credential string `json:"credential_type,omitempty"`
	Change     string `json:"change_type,omitempty"`
	By         string `json:"initiating_entity,omitempty"`
	At         int64  `json:"event_timestamp,omitempty"`
	Status     Status `json:"status,omitempty"`
	State      string `json:"state,omitempty"`
}

// credentials are the words of CAEP for what a change of the account is about.
var credentials = map[webhook.Type]string{webhook.PasswordUpdated: credentialPassword,
	webhook.TwoFactorChanged: "app"}

// passkeys are those for passkeys. It has none for one of which nobody knows where it lives; another
// word than its own is allowed among those who agree on it (CAEP 1.0 §3.3.1), and this one is told in
// the README.
var passkeys = map[passkey.Place]string{passkey.Platform: "fido2-platform",
	passkey.Roaming: "fido2-roaming", "": "fido2"}

// changes are its words for what became of a credential.
var changes = map[string]string{"set": "update", "ended": "revoke", "added": "create",
	"removed": "delete", "replaced": "update"}

// initiators are its words for who did something.
var initiators = map[security.ActorKind]string{security.ByOwner: "user", security.ByStranger: "user",
	security.ByStaff: "admin", security.ByOperator: "admin", security.ByHost: "system",
	security.BySystem: "system"}

// gathering is the events of one commit as they are put together.
type gathering struct {
	event  security.Event
	teller string
	all    []Event
	err    error
}

// Of is what streams are told of a commit and its news: the one place where a change becomes a signal.
func Of(e security.Event, news []webhook.News, writes []security.Write) ([]Event, error) {
	g := gathering{event: e}
	if e.Kind == audit.PasswordTold {
		g.teller, news = e.By.ID, webhook.Happened(e, writes)
	}
	for _, n := range news {
		g.news(n)
	}
	for _, w := range writes {
		switch w := w.(type) {
		case lockout.StartRecovery:
			g.add(RecoveryActivated, w.Recovery.Account, "", detail{})
		case Verify:
			g.add(Verification, "", w.Stream, detail{State: w.State})
		case webhook.SetState:
			g.turned(w)
		}
	}
	return g.all, g.err
}

// turned takes that a stream was stopped, or runs again: it is told of what we decided (SSF 1.0 §8.1.5),
// and not of what its receiver asked for.
func (g *gathering) turned(w webhook.SetState) {
	off := func(s webhook.State) bool { return s == webhook.Failing || s == webhook.Gone }
	x := Stream{Endpoint: webhook.Endpoint{State: w.To}}
	if off(w.To) || w.To == webhook.Live && off(w.From) {
		g.add(StreamUpdated, "", w.ID, detail{Status: x.Status(), Reason: x.Why()})
	}
}

func (g *gathering) news(n webhook.News) {
	at, by := g.event.At.Unix(), initiators[g.event.By.Kind]
	compromised := detail{Credential: credentialPassword, At: at}
	disabled := detail{}
	if n.Data.Cause == recovery.Hijacked {
		disabled.Reason = "hijacking"
	}
	switch n.Type {
	case webhook.AccountLocked:
		g.add(AccountDisabled, n.Account, "", disabled)
		g.add(ChangeRequired, n.Account, "", detail{})
		if n.Data.Cause != "" {
			g.add(Compromised, n.Account, "", compromised)
		}
	case webhook.CauseChanged:
		if disabled.Reason != "" {
			g.add(AccountDisabled, n.Account, "", disabled)
		}
		g.add(Compromised, n.Account, "", compromised)
	case webhook.AccountResumed:
		g.add(AccountEnabled, n.Account, "", detail{})
	case webhook.SessionsRevoked:
		g.add(SessionRevoked, n.Account, "", detail{By: by, At: at})
	case webhook.EmailChanged:
		g.add(RecoveryInfo, n.Account, "", detail{})
	case webhook.PasswordUpdated, webhook.TwoFactorChanged, webhook.PasskeyChanged:
		if n.Data.Change == "renewed" {
			g.add(RecoveryInfo, n.Account, "", detail{})
			return
		}
		what := credentials[n.Type]
		if n.Type == webhook.PasskeyChanged {
			what = passkeys[n.Place]
		}
		g.add(CredentialChange, n.Account, "", detail{Credential: what,
			Change: changes[n.Data.Change], By: by, At: at})
	}
}

// common is what is the same in the tokens of an event for all streams.
type common struct {
	Issued int64                   `json:"iat"`
	Cause  string                  `json:"txn"`
	Events map[webhook.Type]detail `json:"events"`
}

func (g *gathering) add(t webhook.Type, account, only string, d detail) {
	body, err := json.Marshal(common{g.event.At.Unix(), g.event.ID, map[webhook.Type]detail{t: d}})
	if err != nil {
		g.err = fmt.Errorf("encode signal: %w", err)
	}
	g.all = append(g.all, Event{ID: EventID(g.event, len(g.all)), Type: t, Account: account, Only: only,
		Teller: g.teller, Body: string(body)})
}

// EventID is the id of the nth signal of a commit. Those of one commit are in order by their ids.
func EventID(e security.Event, n int) string { return fmt.Sprintf("set_%s_%02d", e.ID, n) }

// seconds is a span as the framework tells it.
func seconds(d time.Duration) int { return int(d / time.Second) }
