package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
)

// TestReplyTwice: copies of one form are one message, and the same words later are another one.
func TestReplyTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		number, err := w.WriteToSupport(ctx, u, "money", "Hello")
		w.must(err)
		w.advance(time.Second)
		w.race(5, func(int) error { return w.ReplyToTicket(ctx, u, number, "Yes") })
		w.advance(time.Minute)
		w.must(w.ReplyToTicket(ctx, u, number, "Yes"))
		w.advance(time.Second)
		w.must(w.ReplyToTicket(ctx, u, number, "No"))
		w.advance(time.Second)
		w.must(w.ReplyToTicket(ctx, u, number, "Yes"))
		got, err := w.OwnTicket(ctx, u, number)
		w.must(err)
		var said []string
		for _, m := range got.Messages {
			said = append(said, m.Body)
			if m.Author != security.AuthorOwner {
				t.Errorf("message by %s", m.Author)
			}
		}
		want := []string{"Hello", "Yes", "Yes", "No", "Yes"}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}
