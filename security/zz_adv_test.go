package security_test

import (
	"testing"

	"regain/security"
)

func TestZZNul(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.member("ines", security.RoleSecurity)
		for _, id := range []string{"\x00", "\xff"} {
			_, err := w.DeskTicket(t.Context(), m, id)
			t.Logf("ticket %q: %v", id, err)
			_, err = w.DeskAccount(t.Context(), m, id)
			t.Logf("account %q: %v", id, err)
			_, err = w.CaseList(t.Context(), m, security.CaseTodo, security.Cursor{At: w.Now(), ID: id})
			t.Logf("cursor %q: %v", id, err)
		}
	})
}
