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
		number, err := w.Account.WriteToSupport(ctx, u, "money", "Hello")
		w.must(err)
		w.advance(time.Second)
		w.race(5, func(int) error { return w.Account.ReplyToTicket(ctx, u, number, "Yes") })
		w.advance(time.Minute)
		w.must(w.Account.ReplyToTicket(ctx, u, number, "Yes"))
		w.advance(time.Second)
		w.must(w.Account.ReplyToTicket(ctx, u, number, "No"))
		w.advance(time.Second)
		w.must(w.Account.ReplyToTicket(ctx, u, number, "Yes"))
		got, err := w.Account.OwnTicket(ctx, u, number)
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

// TestMessageTwice: the same of what an owner writes to the case, in whichever state it is.
func TestMessageTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		o := w.finished()
		for _, text := range []string{"Yes", "No"} {
			w.race(5, func(int) error { return w.Guided.SendMessage(t.Context(), o, text) })
			w.advance(time.Second)
		}
		st, err := w.Guided.ReadStatus(t.Context(), o)
		w.must(err)
		var said []string
		for _, m := range st.Messages {
			if m.Author == security.AuthorOwner {
				said = append(said, m.Body)
			}
		}
		if diff := cmp.Diff([]string{"Yes", "No"}, said); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}
