// Package rooms holds the use cases of every room side by side, for those who call more than one.
package rooms

import (
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/apikey"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/certificate"
	"regain/security/desk"
	"regain/security/drill"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/fraud"
	"regain/security/genuine"
	"regain/security/guided"
	"regain/security/inbound"
	"regain/security/keyring"
	"regain/security/lockout"
	"regain/security/market"
	"regain/security/organisation"
	"regain/security/privacy"
	"regain/security/receiver"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/review"
	"regain/security/signal"
	"regain/security/signin"
	"regain/security/staff"
	"regain/security/webhook"
)

// All is every room, each on the same core.
type All struct {
	*security.Core
	Access        *access.Service
	Federation    *federation.Service
	Staff         *staff.Service
	APIKeys       *apikey.Service
	Casework      *casework.Service
	Lockout       *lockout.Service
	Attach        *attach.Service
	Alert         *alert.Service
	Genuine       *genuine.Service
	Guided        *guided.Service
	SignIn        *signin.Service
	Account       *account.Service
	Review        *review.Service
	Desk          *desk.Service
	Market        *market.Service
	Feed          *feed.Service
	Fraud         *fraud.Service
	Privacy       *privacy.Service
	Keyring       *keyring.Service
	Webhooks      *webhook.Service
	Signals       *signal.Service
	Receiver      *receiver.Service
	Report        *report.Service
	Board         *board.Service
	Inbound       *inbound.Service
	Certificates  *certificate.Service
	Drill         *drill.Service
	Organisations *organisation.Service
}
