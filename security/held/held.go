// Package held is the shape of the copy of everything that is held about one account, as its
// owner gets it (GDPR Art. 15 and 20, CCPA § 1798.100). Programs may read it: within one Version
// keys are added and none is renamed, removed or given another meaning. Times are RFC 3339 in
// UTC; a time that has not come has no key. Lists begin with the newest entry unless their
// comment says otherwise. Codes are those of the import lines and of the mails.
package held

import (
	"encoding/json"
	"time"
)

// Format and Version tell a reader what the copy is.
const (
	Format  = "regain.account-data"
	Version = 1
)

// Copy is the whole of it.
type Copy struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	MadeAt  time.Time `json:"made_at"`

	Account        Account         `json:"account"`
	Addresses      []Address       `json:"addresses"` // oldest first
	AddressChanges []AddressChange `json:"address_changes"`
	SignInMethods  []Method        `json:"sign_in_methods"` // removed ones too, oldest first
	RecoveryCodes  Codes           `json:"recovery_codes"`

	Sessions         []Session    `json:"sessions"`          // signed in here
	RecoverySessions []Session    `json:"recovery_sessions"` // in the guided steps
	Recoveries       []Recovery   `json:"recoveries"`        // oldest first
	Links            []Link       `json:"links"`
	Requests         []Request    `json:"requests"` // for a link, by whoever typed the name
	Logins           []Login      `json:"logins"`   // at the marketplace and here
	Activities       []Activity   `json:"activities"`
	Answers          []Answer     `json:"answers"` // to “was this you?”, oldest first
	Alerts           []Alert      `json:"alerts"`
	AlertSettings    AlertSetting `json:"alert_settings"`
	Watch            *Watch       `json:"watch,omitempty"`

	Cases        []Case     `json:"cases"`
	Proposals    []Proposal `json:"proposals"`
	Tickets      []Ticket   `json:"tickets"`
	Notes        []Note     `json:"notes"` // the record of staff, oldest first
	Mails        []Mail     `json:"mails"`
	CallerChecks []Caller   `json:"caller_checks"`
	Looks        []Look     `json:"looks"` // of staff at the account
	Audit        []Line     `json:"audit"`
	Exports      []Export   `json:"exports"`

	// CutShort names the lists that were too long to be given whole; what is oldest is missing.
	CutShort []string `json:"cut_short"`
	// LeftOut names what is held and not in the copy; views have the reasons.
	LeftOut []string `json:"left_out"`
}

// LeftOut is what no copy holds.
var LeftOut = []string{"secrets", "internal_comments", "staff_names", "texts_of_mails",
	"words_of_requests", "counters", "lists_of_lockouts", "details_of_the_audit_trail"}

// Account is the account itself.
type Account struct {
	ID              string    `json:"id"`
	Username        string    `json:"username"`
	Name            string    `json:"name"`
	Type            string    `json:"type"`
	State           string    `json:"state"`
	BirthDate       string    `json:"birth_date,omitempty"`
	Country         string    `json:"country,omitempty"`
	Locale          string    `json:"locale,omitempty"`
	TimeZone        string    `json:"time_zone,omitempty"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	Password        bool      `json:"password"` // that there is one
	PasswordAt      time.Time `json:"password_at,omitzero"`
	FormerPasswords int       `json:"former_passwords"`
}

// Address is an e-mail address.
type Address struct {
	Email      string    `json:"email"`
	Since      time.Time `json:"since"`
	Until      time.Time `json:"until,omitzero"`
	Origin     string    `json:"origin"`
	NoticeOnly bool      `json:"notice_only"`
}

// AddressChange is a change of address that was asked for.
type AddressChange struct {
	Email      string    `json:"email"`
	NoticeOnly bool      `json:"notice_only"`
	AskedAt    time.Time `json:"asked_at"`
	EndsAt     time.Time `json:"ends_at"`
	State      string    `json:"state"`
	SettledAt  time.Time `json:"settled_at,omitzero"`
	UndoUntil  time.Time `json:"undo_until,omitzero"`
	Visitor
}

// Visitor is the browser that something was done from.
type Visitor struct {
	IP    string `json:"ip,omitempty"`
	Agent string `json:"user_agent,omitempty"`
}

// Method is a second factor, without what makes it one.
type Method struct {
	Kind      string    `json:"kind"`
	Name      string    `json:"name,omitempty"`
	AddedAt   time.Time `json:"added_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
	RemovedAt time.Time `json:"removed_at,omitzero"`
	BackedUp  bool      `json:"backed_up,omitempty"` // of a passkey: its maker keeps a copy
	Visitor
}

// Codes counts the recovery codes.
type Codes struct {
	Made   int       `json:"made"`
	Used   int       `json:"used"`
	MadeAt time.Time `json:"made_at,omitzero"`
}

// Session is one session at this portal.
type Session struct {
	StartedAt time.Time `json:"started_at"`
	SeenAt    time.Time `json:"seen_at"`
	EndsAt    time.Time `json:"ends_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	ProvedAt  time.Time `json:"proved_at,omitzero"`
	ProvedBy  string    `json:"proved_by,omitempty"`
	Visitor
}

// Recovery is one way through the guided steps.
type Recovery struct {
	Case        string    `json:"case,omitempty"`
	StartedAt   time.Time `json:"started_at"`
	PasswordAt  time.Time `json:"password_at,omitzero"`
	TwoFactorAt time.Time `json:"two_factor_at,omitzero"`
	TwoFactor   string    `json:"two_factor,omitempty"`
	ActivityAt  time.Time `json:"activity_at,omitzero"`
	SupportAt   time.Time `json:"support_at,omitzero"`
	How         string    `json:"how,omitempty"` // the owner's guess how it happened
}

// Link is a recovery link, without its address.
type Link struct {
	Purpose   string    `json:"purpose"`
	MadeAt    time.Time `json:"made_at"`
	ExpiresAt time.Time `json:"expires_at"`
	State     string    `json:"state"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

// Request is a form that somebody sent with the name of the account.
type Request struct {
	Kind       string    `json:"kind"`
	At         time.Time `json:"at"`
	ResolvedAt time.Time `json:"resolved_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
}

// Login is one login.
type Login struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Outcome   string    `json:"outcome"`
	StoppedBy string    `json:"stopped_by,omitempty"`
	Visitor
}

// Activity is one thing that happened on the account.
type Activity struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Summary string    `json:"summary,omitempty"`
	From    string    `json:"from,omitempty"`
	To      string    `json:"to,omitempty"`
	IP      string    `json:"ip,omitempty"`
}

// Answer is what the owner said about a login.
type Answer struct {
	Login   string    `json:"login"`
	Answer  string    `json:"answer"`
	Reasons string    `json:"reasons,omitempty"` // why it was asked
	At      time.Time `json:"at"`
}

// Alert is something that the owner was asked about.
type Alert struct {
	Kind       string    `json:"kind"`
	At         time.Time `json:"at"`
	Login      string    `json:"login,omitempty"`
	Activity   string    `json:"activity,omitempty"`
	What       string    `json:"what,omitempty"`
	Outcome    string    `json:"outcome,omitempty"`
	Reasons    []string  `json:"reasons,omitempty"`
	Country    string    `json:"country,omitempty"`
	Device     string    `json:"device,omitempty"`
	MailedAt   time.Time `json:"mailed_at,omitzero"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// AlertSetting is what the owner chose; without a choice everything goes to all addresses.
type AlertSetting struct {
	Off []string `json:"off"`
	To  string   `json:"to,omitempty"`
}

// Watch is what odd logins are told from usual ones by: the countries and devices of the past.
type Watch struct {
	Familiar json.RawMessage `json:"familiar"`
	MailedAt time.Time       `json:"mailed_at,omitzero"`
}
