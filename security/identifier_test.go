package security_test

import (
	"testing"
	"time"

	"regain/security/notice"
	"regain/security/refusal"
)

// TestTypedNames: however a name is typed, the mail goes to the address on file and to no other.
func TestTypedNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "mike", "mike@xn--bcher-kva.example")
		for _, typed := range []string{"mike@b\u00fccher.example", "M\u0130KE@b\u00fccher.example",
			"mi\u212ae@B\u00dcCHER.example.", "Mike <mike@b\u00fccher.example>", "@mike", "\u200bmike",
			"mailto:mike@xn--bcher-kva.example", "\uff4d\uff49\uff4b\uff45", "mike,"} {
			_, mails := w.asked(typed)
			if len(mails) == 0 {
				t.Fatalf("%q: no mail", typed)
			}
			mailed[notice.RecoveryLink](w, mails)
			for _, m := range mails {
				if m.To != "mike@xn--bcher-kva.example" {
					t.Errorf("%q: mailed to %q", typed, m.To)
				}
			}
			found, err := w.Lockout.Meant(t.Context(), []string{typed, "<u-1001>"})
			if err != nil || len(found[0]) != 1 || len(found[1]) != 1 {
				t.Errorf("%q means %v, %v", typed, found, err)
			}
			w.advance(24 * time.Hour)
		}
		_, err := w.Guided.Request(t.Context(), phone, "\u200b")
		wantRefusal(t, err, refusal.IdentifierEmpty)
	})
}
