// Package wiring puts the use cases on a database.
package wiring

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/apikey"
	"regain/security/attach"
	"regain/security/capacity"
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
	"regain/security/keyset"
	"regain/security/lockout"
	"regain/security/market"
	"regain/security/organisation"
	"regain/security/privacy"
	"regain/security/receiver"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/review"
	"regain/security/rooms"
	"regain/security/signal"
	"regain/security/signin"
	"regain/security/staff"
	"regain/security/webhook"
)

// centre is what the rooms of the protection centre read.
type centre interface {
	fraud.Store
	report.Store
	board.Store
	attach.Store
	inbound.Store
	ReportedBytes(ctx context.Context, since time.Time) (all, strangers int64, err error)
}

// enterprises is what the rooms that know of organisations and operators read.
type enterprises interface {
	certificate.Store
	drill.Store
	organisation.Store
	federation.Store
}

// host is what the rooms for programs of the marketplace and of others read.
type host interface {
	apikey.Store
	market.Store
	webhook.Store
	signal.Store
	receiver.Store
}

// Rooms lets every room read from db, which is a *store.DB or stands in front of one, what it asks
// for. It sets core.Store.
func Rooms[DB interface {
	access.Store
	staff.Store
	casework.Store
	lockout.Store
	alert.Store
	genuine.Store
	guided.Store
	signin.Store
	account.Store
	review.Store
	desk.Store
	feed.Store
	privacy.Store
	keyring.Store
	Host() Host
	Bulk() Bulk
	Protect() Protect
	Enterprise() Enterprise
	report.Batches
}, Bulk lockout.Jobs, Host host, Protect centre, Enterprise enterprises](core security.Core, db DB) *rooms.All {
	core.Store, core.Members = db, db.Enterprise()
	x := &rooms.All{Core: &core}
	x.Access = &access.Service{Core: x.Core, Store: db}
	x.Federation = &federation.Service{Core: x.Core, Trusted: db.Enterprise(), Spent: db.ChallengeSpent}
	x.Staff = &staff.Service{Core: x.Core, Store: db, Access: x.Access, Federation: x.Federation}
	x.APIKeys = &apikey.Service{Core: x.Core, Keys: db.Host(), Staff: x.Staff}
	x.Staff.Programs = x.APIKeys.Programs
	x.Organisations = &organisation.Service{Core: x.Core, Kept: db.Enterprise(), Staff: x.Staff}
	x.Casework = &casework.Service{Core: x.Core, Store: db}
	x.Lockout = &lockout.Service{Core: x.Core, Store: db, Jobs: db.Bulk(), Access: x.Access,
		Staff: x.Staff}
	x.Attach = attach.New(x.Core, db.Protect(), x.Casework)
	x.Alert = &alert.Service{Core: x.Core, Store: db, Casework: x.Casework, Lockout: x.Lockout}
	x.Guided = &guided.Service{Core: x.Core, Store: db, Access: x.Access, Casework: x.Casework,
		Lockout: x.Lockout, Attach: x.Attach, HashesTaken: db.Host().HashesTaken,
		Federation: x.Federation}
	x.Genuine = &genuine.Service{Core: x.Core, Store: db}
	x.SignIn = &signin.Service{Core: x.Core, Store: db, Access: x.Access, Casework: x.Casework,
		Lockout: x.Lockout, Alert: x.Alert, Federation: x.Federation}
	x.Account = &account.Service{Core: x.Core, Store: db, Access: x.Access, Casework: x.Casework,
		Lockout: x.Lockout, Alert: x.Alert, Attach: x.Attach, Guided: x.Guided, SignIns: x.SignIn,
		Federation: x.Federation}
	x.Review = &review.Service{Core: x.Core, Store: db, Staff: x.Staff, APIKeys: x.APIKeys,
		Casework: x.Casework, Lockout: x.Lockout, Guided: x.Guided}
	x.Desk = &desk.Service{Core: x.Core, Store: db, Staff: x.Staff, Casework: x.Casework,
		Lockout: x.Lockout, Attach: x.Attach, Guided: x.Guided, Review: x.Review}
	x.Feed = &feed.Service{Core: x.Core, Store: db, Access: x.Access, Alert: x.Alert,
		SignIn: x.SignIn, Organisations: x.Organisations}
	x.Privacy = &privacy.Service{Core: x.Core, Store: db, Casework: x.Casework, Account: x.Account}
	protection(x, db, db.Protect())
	x.Keyring = &keyring.Service{Core: x.Core, Store: db}
	programs(x, db.Host())
	x.Certificates = &certificate.Service{Core: x.Core, Certificates: db.Enterprise()}
	x.Drill = &drill.Service{Core: x.Core, Drills: db.Enterprise(), Links: db, Casework: x.Casework,
		Lockout: x.Lockout, Review: x.Review}
	return x
}

// protection adds what the protection centre needs to the rooms that it builds on.
func protection(x *rooms.All, db interface {
	report.Batches
	inbound.Tickets
}, kept centre) {
	x.Genuine.Bad = kept.BlockedAmong
	space := &capacity.Space{Sum: kept.ReportedBytes}
	x.Attach.Space = space
	x.Fraud = &fraud.Service{Core: x.Core, Lists: kept, Access: x.Access, Casework: x.Casework,
		Attach: x.Attach}
	x.Report = &report.Service{Core: x.Core, Protect: kept, Batches: db, Staff: x.Staff,
		Casework: x.Casework, Genuine: x.Genuine, Space: space}
	x.Attach.Reporter = x.Report.Infected
	x.Board = &board.Service{Core: x.Core, Board: kept, Reports: x.Report, Staff: x.Staff,
		Casework: x.Casework, Attach: x.Attach}
	x.Inbound = &inbound.Service{Core: x.Core, Mails: kept, Tickets: db, Casework: x.Casework,
		Reports: x.Report, Attach: x.Attach}
}

// programs adds what speaks with programs to the rooms that it builds on.
func programs(x *rooms.All, kept host) {
	x.Market = &market.Service{Core: x.Core, Market: kept, Staff: x.Staff, Desk: x.Desk}
	x.Webhooks = &webhook.Service{Core: x.Core, Hooks: kept, Staff: x.Staff}
	x.Signals = &signal.Service{Core: x.Core, Signals: kept, Hooks: x.Webhooks}
	x.Webhooks.Streams = x.Signals.Writer
	x.Receiver = &receiver.Service{Core: x.Core, Signals: kept, Alert: x.Alert, Lockout: x.Lockout,
		KeySets: &keyset.Sets{}}
}
