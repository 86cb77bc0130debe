package security_test

import (
	"testing"
	"time"

	"regain/security"
)

// TestAlertOfAFormerAddress: whoever reads an address that left the account answers for it as long
// as notices go there, and no longer.
func TestAlertOfAFormerAddress(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, row := range []struct {
		name  string
		left  bool
		after time.Duration
		back  bool
		state security.AlertState
	}{
		{"in force", false, 20 * day, false, security.AlertOpen},
		{"just replaced", true, day, false, security.AlertOpen},
		{"replaced long ago", true, 14*day + time.Minute, false, security.AlertExpired},
		{"put back", true, 20 * day, true, security.AlertOpen},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			tok := w.question()
			if row.left {
				w.commit(security.AddressChanged,
					security.RetireAddress{ID: "u-1001-a1", Account: "u-1001", At: w.Now()},
					security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1001",
						Email: "new@example.org", Since: w.Now(), Origin: security.OriginOwner}})
			}
			w.advance(row.after)
			if row.back {
				w.commit(security.AddressChanged, security.AddAddress{Address: security.Address{ID: "a3",
					Account: "u-1001", Email: "Ada@example.org", Since: w.Now(),
					Origin: security.OriginOwner}})
			}
			if got := w.page(tok).State; got != row.state {
				t.Errorf("state %s, want %s", got, row.state)
			}
			err := w.ConfirmAlert(t.Context(), phone, tok)
			_, denied := w.DenyAlert(t.Context(), phone, tok)
			if row.state == security.AlertExpired {
				wantRefusal(t, err, security.AlertOver)
				wantRefusal(t, denied, security.AlertOver)
			} else if err != nil || denied != nil {
				t.Errorf("confirm: %v, deny: %v", err, denied)
			}
			a, err := w.db.Account(t.Context(), "u-1001")
			if w.must(err); a.Locked() == (row.state == security.AlertExpired) {
				t.Errorf("locked: %v", a.Locked())
			}
		})
	}
}
