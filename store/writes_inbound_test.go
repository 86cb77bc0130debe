package store_test

import (
	"context"

	"regain/security"
	"regain/security/inbound"
	"regain/store"
)

func inboundChecks(db *store.DB, p person) []check {
	who := p.account.ID
	m := inbound.Mail{ID: "mail of " + who, Digest: "digest of " + who, Kind: "report", Sealed: "envelope",
		Data: []byte("sealed"), Size: 12, TakenAt: now}
	put := inbound.PutMail{Mail: m}
	settle := inbound.SettleMail{ID: m.ID, At: now, Outcome: inbound.Taken}
	aside := inbound.SetMailAside{ID: m.ID, At: now}
	late := settle
	late.Attempt = 1
	lateAside := aside
	lateAside.Attempt = 1
	backlog := func(ctx context.Context) (any, error) { return db.Protect().MailBacklog(ctx) }
	one := inbound.Backlog{Waiting: 1, Bytes: 12}
	// The checks go one after the other: what an earlier one has put waits still, but for what it settles.
	return []check{
		{name: "put mail", write: put, read: backlog, want: one,
			refused: []security.Write{late, lateAside}},
		{name: "put mail again", before: []security.Write{put}, write: put, read: backlog,
			want: inbound.Backlog{Waiting: 2, Bytes: 24}},
		{name: "settle mail", before: []security.Write{put}, write: settle, read: backlog,
			want: inbound.Backlog{Waiting: 2, Bytes: 24}, refused: []security.Write{settle, aside}},
		{name: "set mail aside", before: []security.Write{put}, write: aside, read: backlog,
			want: inbound.Backlog{Waiting: 2, Bytes: 24, Aside: 1}, refused: []security.Write{aside, settle}},
	}
}
