package security_test

import (
	"testing"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/refusal"
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
		state alert.AlertState
	}{
		{"in force", false, 20 * day, false, alert.AlertOpen},
		{"just replaced", true, day, false, alert.AlertOpen},
		{"replaced long ago", true, 14*day + time.Minute, false, alert.AlertExpired},
		{"put back", true, 20 * day, true, alert.AlertOpen},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			tok := w.question()
			if row.left {
				w.commit(audit.AddressChanged,
					security.RetireAddress{ID: "u-1001-a1", Account: "u-1001", At: w.Now()},
					security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1001",
						Email: "new@example.org", Since: w.Now(), Origin: security.OriginOwner}})
			}
			w.advance(row.after)
			if row.back {
				w.commit(audit.AddressChanged,
					security.AddAddress{Address: security.Address{ID: "a3",
						Account: "u-1001", Email: "Ada@example.org", Since: w.Now(),
						Origin: security.OriginOwner}})
			}
			if got := w.page(tok).State; got != row.state {
				t.Errorf("state %s, want %s", got, row.state)
			}
			err := w.Alert.ConfirmAlert(t.Context(), phone, tok)
			_, denied := w.Alert.DenyAlert(t.Context(), phone, tok)
			if row.state == alert.AlertExpired {
				wantRefusal(t, err, refusal.AlertOver)
				wantRefusal(t, denied, refusal.AlertOver)
			} else if err != nil || denied != nil {
				t.Errorf("confirm: %v, deny: %v", err, denied)
			}
			a, err := w.db.Account(t.Context(), "u-1001")
			if w.must(err); a.Locked() == (row.state == alert.AlertExpired) {
				t.Errorf("locked: %v", a.Locked())
			}
		})
	}
}
