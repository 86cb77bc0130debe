package receiver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Event is what a signal tells of.
type Event string

// The events that have a meaning here. Others are taken and change nothing.
const (
	Compromised Event = "credential_compromise"
	Disabled    Event = "account_disabled"
	SignedOut   Event = "sessions_revoked"
	Enabled     Event = "account_enabled"
)

const (
	risc = "https://schemas.openid.net/secevent/risc/event-type/"
	caep = "https://schemas.openid.net/secevent/caep/event-type/"
	// verification proves that signals arrive, and is about nobody (SSF 1.0 §8.1.4).
	verification = "https://schemas.openid.net/secevent/ssf/event-type/verification"
)

// eventsAt are the events by their addresses (RISC 1.0 §2, CAEP 1.0 §3).
var eventsAt = map[string]Event{risc + "credential-compromise": Compromised,
	risc + "account-disabled": Disabled, risc + "account-enabled": Enabled,
	risc + "sessions-revoked": SignedOut, caep + "session-revoked": SignedOut}

// Action is what follows from an event.
type Action string

// The actions, from the least to the most.
const (
	Ignore Action = "ignore"
	Record Action = "record" // with what happened on the account
	Alert  Action = "alert"  // and the owner is asked, as about a change of how they sign in
	Lock   Action = "lock"   // and the account is in a security lockout
)

var actions = []Action{Ignore, Record, Alert, Lock}

// Actions say what follows from each event.
type Actions map[Event]Action

// usual is what follows from events that the settings say nothing about.
var usual = Actions{Compromised: Alert, Disabled: Alert, SignedOut: Record, Enabled: Record}

// of is what follows from an event.
func (a Actions) of(e Event) Action {
	if action := a[e]; action != "" {
		return action
	}
	return usual[e]
}

// ReadActions reads pairs such as credential_compromise=lock, with commas between. Its error says in
// words which one is wrong. That an account is enabled elsewhere ends nothing here, and asks nobody.
func ReadActions(text string) (Actions, error) {
	all := Actions{}
	for pair := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		event, action, _ := strings.Cut(pair, "=")
		e, a := Event(event), Action(action)
		switch {
		case usual[e] == "":
			return nil, fmt.Errorf("there is no event %q; want one of %s", event, listed(
				slices.Sorted(maps.Keys(usual))))
		case all[e] != "":
			return nil, fmt.Errorf("%s stands there twice", e)
		case !slices.Contains(actions, a):
			return nil, fmt.Errorf("%s has no action %q; want one of %s", e, action, listed(actions))
		case e == Enabled && a != Ignore && a != Record:
			return nil, errors.New("account_enabled can be ignored or recorded, and nothing more")
		}
		all[e] = a
	}
	return all, nil
}

func listed[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	return strings.Join(words, ", ")
}

// gravest is the known event of a token from which the most follows, and what it says. Several in one
// token are names for the same (SSF 1.0 §4.1.2).
func (a Actions) gravest(t Token) (found Event, says map[string]any) {
	for _, at := range slices.Sorted(maps.Keys(t.Events)) {
		e, known := eventsAt[at]
		if known && (found == "" || slices.Index(actions, a.of(e)) > slices.Index(actions, a.of(found))) {
			found, says = e, t.Events[at]
		}
	}
	return found, says
}
