package security_test

import (
	"strings"
	"testing"

	"regain/security"
	"regain/security/feed"
)

// TestProgramsKnowNoDrill: what the marketplace tells of the account of a drill is about nobody.
func TestProgramsKnowNoDrill(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	id := security.DrillMark + "X1"
	w.account(id, "drill-x1", "drill@example.org")
	for kind, line := range map[feed.Kind]string{
		feed.Logins: `{"id":"l-1","account":"` + id + `","at":"` + start.Format("2006-01-02T15:04:05Z07:00") +
			`","ip":"192.0.2.1","outcome":"succeeded"}`,
		feed.Accounts: `{"id":"` + id + `","username":"drill-x1","email":"a@example.org","name":"D","type":"client"}`,
	} {
		err := w.Feed.Import(t.Context(), importing, kind, strings.NewReader(line), func(all []feed.Told) error {
			for _, l := range all {
				if l.Err == nil || l.Outcome != feed.Refused {
					t.Errorf("%v: %v, %v", kind, l.Outcome, l.Err)
				}
			}
			return nil
		})
		w.must(err)
	}
	d, err := w.Feed.TellSignIn(t.Context(), importing, feed.SignIn{Login: security.Login{ID: "l-2", Account: id,
		At: w.Now(), IP: "192.0.2.1", Outcome: "succeeded"}})
	if err == nil {
		t.Errorf("a sign-in is answered: %+v", d)
	}
	if all, err := w.db.Logins(t.Context(), id, start.AddDate(-1, 0, 0), 9); err != nil || len(all) > 0 {
		t.Errorf("%d logins, %v", len(all), err)
	}
}
