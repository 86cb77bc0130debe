// Package limits is every budget and pace of the portal.
package limits

import "time"

// The budgets of what anybody may do; SECURITY.md lists each. They are kept in the database, so
// that neither a restart nor a second process gives a fresh one. The factor budgets
// belong to the account: asking for new links does not refill them
// (NIST SP 800-63B-4 §3.2.2, ASVS 6.6.3). Those of a recovery are apart from those of the
// sign-in, and asking for a review in one from writing to us as a stranger: whoever knows the
// password or the name keeps nobody from the recovery. What an owner writes is counted by the session: an intruder who is in, too, lets nobody wait.
var (
	RecoverAddress  = Limit{"recover:address", 300, time.Hour}
	NoMailbox       = Limit{"no-mailbox:address", 60, time.Hour}
	LinkAddress     = Limit{"link:address", 600, time.Hour}
	SelfRequested   = Limit{"self-requested:all", 60, time.Minute}
	AlertAddress    = Limit{"alert:address", 300, time.Hour}
	CodeAddress     = Limit{"code:address", 300, 15 * time.Minute}
	Factor          = Limit{"factor:account", 5, 15 * time.Minute}
	Password        = Limit{"password:account", 60, time.Hour}
	Enrol           = Limit{"enrol:account", 30, time.Hour}
	Passkey         = Limit{"passkey:account", 30, 15 * time.Minute}
	SignInFactor    = Limit{"signin-factor:account", 5, 15 * time.Minute}
	SignInPasskey   = Limit{"signin-passkey:account", 30, 15 * time.Minute}
	Review          = Limit{"review:account", 100, 24 * time.Hour}
	ReviewFrom      = Limit{"review-from:account", 5, 24 * time.Hour}
	ReviewMails     = Limit{"review-mails:account", 5, 24 * time.Hour}
	CannotProve     = Limit{"cannot-prove:account", 5, 24 * time.Hour}
	LockedChanges   = Limit{"locked-changes:account", 10, 24 * time.Hour}
	Messages        = Limit{"messages:session", 20, time.Hour}
	FraudLists      = Limit{"fraud-lists:account", 60, time.Hour}
	Attachments     = Limit{"attachments:account", 30, 24 * time.Hour}
	StrangeFiles    = Limit{"attachments:stranger", 10, 24 * time.Hour}
	StrangeFilesAll = Limit{"attachments:strangers", 100, 24 * time.Hour}
	LookUps         = Limit{"look-ups:member", 120, time.Hour}
	TicketViews     = Limit{"ticket-views:member", 600, time.Hour}
	StaffMessages   = Limit{"ticket-messages:member", 120, time.Hour}
	LockDrafts      = Limit{"lock-drafts:member", 20, time.Hour}
	ListFiles       = Limit{"list-files:member", 20, time.Hour}
	Caller          = Limit{"caller:account", 3, 30 * time.Minute}
	Genuine         = Limit{"genuine:address", 300, time.Hour}
	Links           = Limit{"links:address", 300, time.Hour}
	MailCheck       = Limit{"mail-check:address", 60, time.Hour}
	Current         = Limit{"current-password:account", 10, 15 * time.Minute}
	Addresses       = Limit{"address-changes:account", 5, 24 * time.Hour}
	Confirmations   = Limit{"address-confirmations:recipient", 3, 24 * time.Hour}
	SignIn          = Limit{"signin:address", 120, time.Hour}
	SSO             = Limit{"sso:address", 120, time.Hour}
	SignInKnown     = Limit{"signin-known:account", 60, time.Hour}
	Exports         = Limit{"exports:account", 3, 24 * time.Hour}
	SupportLink     = Limit{"support-link:account", 1, 15 * time.Minute}
	StaffAddress    = Limit{"staff-signin:address", 120, time.Hour}
	StaffFactor     = Limit{"staff-factor:member", 5, 15 * time.Minute}
	StaffWrongMails = Limit{"staff-wrong-mails:member", 3, time.Hour}
	StaffSetUp      = Limit{"staff-setup:member", 30, time.Hour}
	ReportAddress   = Limit{"report:address", 60, time.Hour}
	ReportAccount   = Limit{"report:account", 20, time.Hour}
	Campaigns       = Limit{"campaigns:strangers", 60, time.Hour}
	Denied          = Limit{"api-denied:key", 60, time.Hour}
	SignalLocks     = Limit{"signal-locks:issuer", 100, time.Hour}
	MailReplies     = Limit{"mail-replies:account", 20, time.Hour}
	MailAnswers     = Limit{"mail-answers:sender", 1, time.Hour}
	MailAnswersAll  = Limit{"mail-answers:all", 1000, 24 * time.Hour}
)

// The budgets of what changes nothing: of advice, of reports by browsers, of requests by programs, of those with a key
// that is none, and of lines in the log about them. Each process keeps its own, in memory.
var (
	Advice   = Limit{"advice:session", 40, 40 * time.Second}
	Reports  = Limit{"reports:address", 20, 100 * time.Second}
	Programs = Limit{"api:key", 60000, time.Minute}
	BadKeys  = Limit{"api-bad-keys:address", 60, time.Minute}
	APILines = Limit{"api-log-lines:address", 1, time.Minute}
	// of signals that are not signed as they have to be
	BadSignals = Limit{"bad-signals:address", 60, time.Minute}
	// of logout tokens, likewise
	BadLogouts = Limit{"bad-logouts:address", 60, time.Minute}
)

// The paces of the sign-in with a password, of owners and of staff. They slow guessing down, for
// names that nobody has as for others, and never keep an owner from the recovery. The first one is
// also that of a known browser, apart from both.
var (
	PaceSignInFrom = Pace{"signin name and address", 5, 30 * time.Second, time.Hour}
	PaceSignIn     = Pace{"signin name", 20, 30 * time.Second, 15 * time.Minute}
)

// PaceMails is that of the links and codes that strangers may have mailed to one recipient.
var PaceMails = Pace{"mails:recipient", 3, 15 * time.Minute, 12 * time.Hour}

// ResolveTurn is no budget of anybody's: it lets one worker at a request, and
// another one after a crash.
var ResolveTurn = Limit{"resolve:request", 1, 10 * time.Second}

// ExportTurn is the same for an export, which takes longer.
var ExportTurn = Limit{"collect:export", 1, time.Minute}

// MaxRequestTries is how often the code of one request may be typed.
const MaxRequestTries = 5

// MaxFailures is how often in a row a password or a factor may be guessed at before it takes no more
// (NIST SP 800-63B-4 §3.2.2). At StrangerFailures it takes no more from strangers: the rest is left
// to browsers that are known to whoever has it, so that nobody outside keeps them out.
const (
	MaxFailures      = 100
	StrangerFailures = 80
)

// Failures is how many of them a browser may cause.
func Failures(known bool) int {
	if known {
		return MaxFailures
	}
	return StrangerFailures
}

// LastFailure reports whether so many failures in a row were the last, at all or of strangers.
func LastFailure(n int) bool { return n == StrangerFailures || n == MaxFailures }

// StrangerLines and AccountLines are how many audit lines of one kind an hour leaves of what anybody
// can cause who has proved nothing: of what is about nobody, and of what is about one account or
// member of staff. What comes beyond them is counted, and one line tells how much that was.
const (
	StrangerLines = 60
	AccountLines  = 20
)

// Limit is a budget: Burst at once, refilled evenly so that Burst comes back
// within Per.
type Limit struct {
	Name  string
	Burst int
	Per   time.Duration
}

// Pace slows guessing down: Free tries at once, then a pause of First after each further one,
// twice as long each time, at most Longest. A day without a try starts it anew.
type Pace struct {
	Name           string
	Free           int
	First, Longest time.Duration
}

// Budget names one counter that Store.Spend keeps.
type Budget struct {
	Limit Limit
	Key   string
}
