package notice

import "time"

// UnfamiliarSignIn asks "was this you?" about one login.
type UnfamiliarSignIn struct {
	Alert     string    `json:"alert"` // ids of the alert and of the address, with "_" between
	At        time.Time `json:"at"`
	Device    string    `json:"device,omitempty"`
	Place     string    `json:"place,omitempty"` // country code
	IP        string    `json:"ip,omitempty"`
	Outcome   string    `json:"outcome"` // succeeded or stopped
	StoppedBy string    `json:"stopped_by,omitempty"`
	Reasons   []string  `json:"reasons"` // codes of package risk
	// Organisation is that of the account, where the country is not among those that it named.
	Organisation string `json:"organisation,omitempty"`
}

// Variant implements Varied.
func (n UnfamiliarSignIn) Variant() string {
	if n.Outcome == "succeeded" {
		return ""
	}
	return "stopped"
}

// AlertDigest sums up the logins and changes that followed one which the owner was told of.
type AlertDigest struct {
	Count  int       `json:"count"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Places []string  `json:"places,omitempty"` // country codes
	// GotIn is how many of them were logins that succeeded.
	GotIn int `json:"got_in"`
}

// ChangeNoticed tells of a change on the account that the marketplace reported.
type ChangeNoticed struct {
	Alert string    `json:"alert"` // as in UnfamiliarSignIn
	What  string    `json:"what"`  // kind of the change, such as payout_changed
	At    time.Time `json:"at"`
	Place string    `json:"place,omitempty"`
	// Locked: the account is locked already. Nobody can sign in, and "not me" goes to the case.
	Locked bool `json:"locked,omitempty"`
}

// PasskeyAdded tells that a passkey was added.
type PasskeyAdded struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	Name   string    `json:"name"`
}

// PasskeyRemoved tells that a passkey was removed; Last that no second factor is left.
type PasskeyRemoved struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	Name   string    `json:"name"`
	Last   bool      `json:"last,omitempty"`
}

// CodesRenewed tells that the recovery codes were replaced.
type CodesRenewed struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
}

// ConfirmAddress asks the reader of an address whether the account may use it.
type ConfirmAddress struct {
	Change  string    `json:"change"` // what the link is made from
	Notice  bool      `json:"notice"` // for security notices only
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires"`
}

// Variant implements Varied.
func (n ConfirmAddress) Variant() string {
	if n.Notice {
		return "notice"
	}
	return ""
}

// AddressRestored tells that a change of address was undone and every session ended.
type AddressRestored struct {
	At time.Time `json:"at"`
	To string    `json:"to"` // the address that counts again, masked
}

// PasswordBlocked tells that so many wrong passwords were tried that none is taken any more until
// the owner chooses a new one through a recovery link; Known: but from known browsers.
type PasswordBlocked struct {
	At    time.Time `json:"at"`
	Known bool      `json:"known,omitempty"`
}

// FactorWrong tells that a wrong second factor was shown by somebody who came into a recovery, by
// the mailed link or, if SignedIn, by signing in.
type FactorWrong struct {
	At       time.Time `json:"at"`
	Device   string    `json:"device,omitempty"`
	Place    string    `json:"place,omitempty"` // country code
	SignedIn bool      `json:"signed_in,omitempty"`
}

// FactorOff tells that so many wrong codes were tried that none of the authenticator is taken any
// more until the owner has set it up anew.
type FactorOff struct {
	At time.Time `json:"at"`
	// Known is true when it takes some more from browsers in which its owner signed in before.
	Known bool `json:"known,omitempty"`
}

// DataExported tells that the copy of the owner's data is ready.
type DataExported struct {
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires"`
}

// FileInfected tells that malware was found in a file that came with a message, when whoever sent it may
// have left the page.
type FileInfected struct {
	At time.Time `json:"at"` // when it came
}

// DeletionAsked confirms a request to delete the account.
type DeletionAsked struct {
	Ticket   string    `json:"ticket"`
	At       time.Time `json:"at"`
	NextWord time.Time `json:"next_word,omitzero"`
}

// AlertsChanged tells how alerts are mailed from now on.
type AlertsChanged struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	Off    []string  `json:"off,omitempty"` // kinds of alert of which no mail tells any more
	To     string    `json:"to"`            // all, first or notice
}
