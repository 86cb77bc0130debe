package security_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/limits"
)

// TestFloodOfRequests: whoever asks for the links of many accounts fills the last lane. The owner of
// a locked account, asking after all of them, goes before those beyond the budget.
func TestFloodOfRequests(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	w.deliver()
	const beyond = 5
	for i := range limits.SelfRequested.Burst + beyond {
		name := fmt.Sprint("user", i)
		w.account(name, name, name+"@example.org")
		if _, err := w.Guided.Request(t.Context(), phone, name); err != nil {
			t.Fatal(err)
		}
	}
	w.resolve()
	w.resolve()
	if _, err := w.Guided.Request(t.Context(), phone, "ada"); err != nil {
		t.Fatal(err)
	}
	w.resolve()
	var to []string
	for _, m := range w.deliver() {
		to = append(to, m.To)
	}
	if at := slices.Index(to, "ada@example.org"); at < 0 || at > limits.SelfRequested.Burst ||
		len(to) != limits.SelfRequested.Burst+beyond+1 {
		t.Errorf("the owner's mail left as number %d of %d", at, len(to))
	}
}

// TestPausesOfARecipientGrow: four mails, then one after a quarter of an hour, half an hour, an hour
// and so on, however often somebody asks; a day of peace ends it. Of a locked account see
// TestStrangersKeepNoLockedOwnerWaiting.
func TestPausesOfARecipientGrow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		var got []time.Duration
		began := w.Now()
		for w.Now().Sub(began) < 8*time.Hour {
			if _, mails := w.asked("ada"); len(mails) > 0 {
				got = append(got, w.Now().Sub(began))
			}
			w.advance(5 * time.Minute)
		}
		want := []time.Duration{0, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
			30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mailed after (-want +got):\n%s", diff)
		}
		w.advance(25 * time.Hour)
		if _, mails := w.asked("ada"); len(mails) != 1 {
			t.Errorf("%d mails after a day of peace", len(mails))
		}
	})
}
