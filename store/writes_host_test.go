package store_test

import (
	"time"

	"regain/security"
	"regain/security/apikey"
	"regain/store"
)

func keyChecks(db *store.DB, p person) []check {
	k := apikey.Key{ID: "key of " + p.account.ID, Name: "sign-in " + p.account.ID, Digest: "d",
		Scopes: []apikey.Scope{apikey.SignIns, apikey.CasesRead}, MadeBy: "ines", MadeAt: now,
		ExpiresAt: now.Add(time.Hour)}
	named := func(id string, change func(*apikey.Key)) apikey.AddKey {
		k := k
		k.ID += id
		change(&k)
		return apikey.AddKey{Key: k}
	}
	same := func(*apikey.Key) {}
	add, revoke := apikey.AddKey{Key: k}, apikey.RevokeKey{ID: k.ID, At: now.Add(1e9)}
	read := reading(db.Host().Key, k.ID)
	return []check{
		{name: "add key", write: add, read: read, want: k, refused: []security.Write{add}},
		{name: "add a second key of a name", before: []security.Write{named("-2", same)},
			write: add, read: read, want: k, refused: []security.Write{named("-3", same)}},
		{name: "add a key where one is over", before: []security.Write{named("-2", same),
			named("-3", func(k *apikey.Key) { k.ExpiresAt = now })},
			write: add, read: read, want: k, refused: []security.Write{
				named("-4", func(k *apikey.Key) { k.MadeAt = now.Add(time.Hour - 1e6) })}},
		{name: "revoke key", before: []security.Write{add}, write: revoke, read: read,
			want:    with(k, func(k *apikey.Key) { k.RevokedAt = now.Add(1e9) }),
			refused: []security.Write{revoke, apikey.RevokeKey{ID: "nobody", At: now}}},
	}
}
