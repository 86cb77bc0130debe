package store_test

import (
	"time"

	"regain/security"
	"regain/security/certificate"
	"regain/store"
)

func certificateChecks(db *store.DB, p person) []check {
	who := p.account.ID
	add := certificate.AddAccount{Directory: "directory of " + who, Sealed: "key", At: now}
	put := certificate.PutCertificate{ID: "certificate of " + who, Chain: "chain", Sealed: "key", NotAfter: now}
	next := put
	next.Chain, next.NotAfter = "next", now.Add(time.Hour)
	read := reading(db.Enterprise().Certificate, put.ID)
	return []check{
		{name: "add account at an authority", write: add, read: reading(db.Enterprise().ACMEAccount, add.Directory),
			want: "key", refused: []security.Write{add}},
		{name: "put certificate", write: put, read: read,
			want: certificate.Kept{Chain: "chain", Sealed: "key", NotAfter: now}, refused: []security.Write{put}},
		{name: "put next certificate", before: []security.Write{put}, write: next, read: read,
			want:    certificate.Kept{Chain: "next", Sealed: "key", NotAfter: now.Add(time.Hour)},
			refused: []security.Write{put, next}},
	}
}
