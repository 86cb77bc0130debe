package store_test

import (
	"testing"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/store/engine"
	"regain/store/storetest"
)

// TestPacesBeforeAccounts: sign-ins to one account that are committed together hold none of it while they wait
// for a try at it, which waits for the account in its turn.
func TestPacesBeforeAccounts(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	storetest.Person(t, db, "ada")
	pace := limits.PaceSignInFrom
	try := access.PasswordTry{Paces: []access.PaceTry{{Pace: pace, Key: "second"}}}
	if _, _, err := db.TakePasswordTry(t.Context(), try, now); err != nil {
		t.Fatal(err)
	}
	pool, _ := db.Pools()
	trying, err := engine.Postgres.Begin(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	defer trying.End()
	if _, err = trying.ExecContext(t.Context(), "UPDATE paces SET tries = tries"); err != nil {
		t.Fatal(err)
	}
	var changes []security.Change
	for _, key := range []string{"first", "second"} {
		a, err := db.Account(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, security.Change{Event: storetest.Event(), Writes: []security.Write{
			access.ForgetTries{Keys: []access.PaceKey{{Pace: pace.Name, Key: key}}},
			security.SetPassword{Account: "ada", Hash: key, At: now, IfVersion: a.Version + int64(len(changes))}}})
	}
	done := make(chan error, 1)
	go func() {
		_, err := db.CommitAll(t.Context(), changes)
		done <- err
	}()
	for waits := []string(nil); len(waits) == 0; {
		if waits, err = db.Texts(t.Context(), `SELECT query FROM pg_stat_activity
			WHERE wait_event_type = 'Lock' AND query LIKE '%paces%'`); err != nil || t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"SET LOCAL lock_timeout = '200ms'", // before the server looks for a deadlock
		"UPDATE accounts SET password_tries = password_tries + 1"} {
		if _, err = trying.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("the try: %v", err)
		}
	}
	if err = trying.Commit(t.Context()); err != nil {
		t.Errorf("the try: %v", err)
	}
	if err = <-done; err != nil {
		t.Errorf("the sign-ins: %v", err)
	}
}
