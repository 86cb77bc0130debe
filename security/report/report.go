// Package report takes what people report of frauds in the name of the marketplace: mails, messages,
// links, pages, jobs and persons. Reports of one fraud gather in a campaign with one ticket for
// Trust & Safety, and what is decided there goes back to everybody who reported it.
package report

import (
	"time"

	"regain/security"
)

// Kind is what somebody reports.
type Kind string

// The kinds.
const (
	Mail    Kind = "mail"
	Message Kind = "message" // in a chat, by SMS
	Link    Kind = "link"
	Page    Kind = "page" // on which they typed something
	Job     Kind = "job"
	Person  Kind = "person"
)

// Kinds lists them, as the page offers them.
var Kinds = []Kind{Mail, Message, Link, Page, Job, Person}

// Via is the way on which a report came.
type Via string

// The ways.
const (
	ViaPage   Via = "page"
	ViaUpload Via = "upload" // with a file, on the page
	ViaMail   Via = "mail"   // forwarded to the abuse address
)

// AskedFor lists what a fraud can ask for, as codes.
var AskedFor = []string{"password", "money", "off_platform", "documents", "other"}

// Verdict is what Trust & Safety makes of a campaign.
type Verdict string

// The verdicts. A campaign that is Undecided waits for one.
const (
	Undecided Verdict = ""
	Phishing  Verdict = "phishing"
	Malware   Verdict = "malware"
	Scam      Verdict = "scam"
	Spam      Verdict = "spam"
	Genuine   Verdict = "genuine"  // it was ours
	Harmless  Verdict = "harmless" // not ours, and no fraud
)

// Verdicts lists them.
var Verdicts = []Verdict{Phishing, Malware, Scam, Spam, Genuine, Harmless}

// Clear reports whether nothing was wrong with what was reported. Such a campaign takes in nothing
// more: the next report of the same is looked at anew.
func (v Verdict) Clear() bool { return v == Genuine || v == Harmless }

// Advised lists what staff can advise reporters to do, as codes.
var Advised = []string{"password", "mailbox", "bank", "police", "papers", "device", "nothing"}

// Report is one report.
type Report struct {
	ID, Number string // the number is such as R-1042
	Campaign   string // id
	Account    string // whose owner reported it; "" for a stranger
	Reporter   string // keyed digest of who it was: an account, an address, or a network
	Kind       Kind
	Via        Via
	At         time.Time
	Said       string   // in the words of the reporter
	Subject    string   // of the mail
	Sender     string   // as the mail says it, which proves nothing
	Link, Job  string   // what it is about; a job or a person by link or id
	Asked      []string // some of AskedFor
	Address    string   // sealed: where a stranger who wrote by mail is answered; "" for nowhere
	Verdict    string   // what was known at once, a code of genuine.Verdict
	Reasons    []string // of that, codes
	Joined     string   // the key by which it joined its campaign; "" when it opened it
	File       string   // name of the original
	Size       int64    // of the original, bytes; 0 when there is none
	Digest     string   // SHA-256 of the original in hex
	Kept       int64    // bytes that are kept of the original, sealed; 0 where there was no room for it
	Signed     []string // who had signed the mail: "state domain", see mailproof.Signature
	Owed       bool     // the reporter is yet to be told of the verdict
	Told       Verdict  // that the reporter was told of
	ToldAt     time.Time
}

// Campaign is what several people report of one fraud.
type Campaign struct {
	ID, Number      string // the number is such as P-12
	Ticket          string // id
	Kind            Kind   // of its first report
	Name            string // the host, domain or job by which staff know it; "" for none
	FirstAt, LastAt time.Time
	Reports         int
	Reporters       int // different ones
	Verdict         Verdict
	Advice          []string // some of Advised, for the reporters
	Mixed           bool     // it only gathers reports of many frauds: each is split off before a verdict
	DecidedBy       string   // id of the member of staff
	DecidedAt       time.Time
	Version         int64
}

// Key is by what a report is known to belong to a campaign: "host:", "dkim:", "body:" or "job:" and
// what it is.
type Key struct {
	Key, Campaign string
	At            time.Time
}

// Blocked is a host that the checks of links and mails warn of.
type Blocked struct {
	ID, Host string    // in the form of weblink.Key; it stands for every host below it too
	By       string    // id of the member of staff
	At       time.Time // since when
	Campaign string    // number; "" for none
	LiftedBy string    // id of the member of staff
	LiftedAt time.Time // zero while it is in force
}

// CampaignTicket is the kind of ticket of a campaign, which is about no account.
const CampaignTicket = security.TicketCampaign
