package storetest

import (
	"crypto/rand"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/store"
)

// Now is the moment at which seeds take place.
var Now = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

// Event is an audit line of the operator, with an id of its own.
func Event() security.Event {
	return security.Event{ID: rand.Text(), At: Now, Kind: audit.AccountImported,
		By: security.Operator("test")}
}

// Commit commits the writes with an audit line and fails the test when that
// fails.
func Commit(t testing.TB, db *store.DB, writes ...security.Write) {
	t.Helper()
	if err := db.Commit(t.Context(), Event(), writes...); err != nil {
		t.Fatal(err)
	}
}

// Person adds an account with id, which is its username too, and one address,
// whose id is "id-address". It returns the account as it is stored.
func Person(t testing.TB, db *store.DB, id string) security.Account {
	t.Helper()
	Commit(t, db,
		feed.PutAccount{Account: security.Account{
			ID: id, Username: id, Name: "Ada Byron", Type: "freelancer",
			PasswordHash: "$argon2id$first", BirthDate: "1990-12-10", Country: "GB",
			Locale: "en", TimeZone: "Europe/London", CreatedAt: Now.AddDate(-2, 0, 0)}},
		security.AddAddress{Address: security.Address{
			ID: id + "-address", Account: id, Email: id + "@example.org",
			Since: Now.AddDate(-2, 0, 0), Origin: security.OriginFirst}})
	a, err := db.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
