package store_test

import (
	"regain/security"
	"regain/security/receiver"
	"regain/store"
)

func signalChecks(db *store.DB, p person) []check {
	x := receiver.Issuer{Name: "https://id.example/" + p.account.ID, KeysAt: "https://id.example/jwks",
		Audience: "https://portal.example", Subjects: "https://market.example", TrustedAt: now}
	trust, second := receiver.TrustIssuer{Issuer: x, Most: 1000}, receiver.TrustIssuer{Issuer: x, Most: 1}
	second.Issuer.Name += "/second"
	anew := trust
	anew.Issuer.KeysAt, anew.Issuer.TrustedAt = "https://id.example/2", now.Add(1e9)
	distrust := receiver.DistrustIssuer{Name: x.Name}
	take := receiver.TakeSignal{Digest: "digest of " + p.account.ID, At: now}
	read := reading(db.Host().Issuer, x.Name)
	return []check{
		{name: "trust issuer", write: trust, read: read, want: x, refused: []security.Write{second}},
		{name: "trust issuer anew", before: []security.Write{trust}, write: anew, read: read,
			want: anew.Issuer, refused: []security.Write{second}},
		{name: "distrust issuer", before: []security.Write{trust}, write: distrust, read: read,
			want: security.ErrNotFound, refused: []security.Write{distrust}},
		{name: "take signal", write: take, read: reading(db.Host().Taken, take.Digest), want: true,
			refused: []security.Write{take}},
	}
}
