package security_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/notice"
)

// TestSentMessages: the owner sees their own mails of 90 days, masked, and what became of them.
func TestSentMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		w.account("u-1002", "bob", "bob@example.org")
		w.deliver()
		put := func(id, account, kind string, ago time.Duration) {
			w.commit(audit.LinkSent, security.Enqueue{Mail: security.Mail{ID: id, Account: account,
				Channel: "mail", To: "alan@example.org", Kind: kind, Data: "x", Code: "C-" + id,
				QueuedAt: w.Now().Add(-ago)}})
		}
		const day = 24 * time.Hour
		put("old", "u-1001", "locked_out", 90*day)
		put("young", "u-1001", "locked_out", 90*day-time.Millisecond)
		put("failed", "u-1001", "two_factor_on", 3*day)
		put("staff", "u-1001", "urgent_review", 2*day)
		put("organisation", "u-1001", "member_notice", 2*day)
		put("bob", "u-1002", "locked_out", day)
		put("waits", "u-1001", "data_exported", 0)
		w.must(w.db.Sent(ctx, "young", w.Now()))
		w.must(w.db.Failed(ctx, notice.Item{ID: "failed"}, w.Now(), "no such mailbox", true))
		got, next, err := w.Account.SentMessages(ctx, u, 0)
		w.must(err)
		want := []account.SentMessage{
			{Kind: "data_exported", Code: "C-waits", At: w.Now(), State: security.DeliveryWaits},
			{Kind: "two_factor_on", Code: "C-failed", At: w.Now().Add(-3 * day),
				State: security.DeliveryFailed},
			{Kind: "locked_out", Code: "C-young", At: w.Now().Add(-90*day + time.Millisecond),
				State: security.DeliverySent},
		}
		for i := range want {
			want[i].To = "a••••@e••••.org"
		}
		if diff := cmp.Diff(want, got); diff != "" || next != 0 {
			t.Errorf("messages, next %d (-want +got):\n%s", next, diff)
		}
	})
}

func TestManyMessages(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	var writes []security.Write
	for i := range account.MessagesShown + 1 {
		writes = append(writes, security.Enqueue{Mail: security.Mail{ID: fmt.Sprint("m", i),
			Account: "u-1001", Channel: "mail", To: "a@example.org", Kind: "locked_out", Data: "x",
			Code: fmt.Sprint("C", i), QueuedAt: w.Now().Add(-time.Duration(i) * time.Hour)}})
	}
	w.commit(audit.LinkSent, writes...)
	for from, want := range map[int][2]int{0: {account.MessagesShown, account.MessagesShown},
		account.MessagesShown: {1, 0}, account.MessagesShown + 1: {0, 0}} {
		list, next, err := w.Account.SentMessages(t.Context(), u, from)
		if got := [2]int{len(list), next}; got != want || err != nil {
			t.Errorf("from %d: rows and next are %v, want %v: %v", from, got, want, err)
		}
	}
}
