package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
)

// TestReplyTwice: copies of one form are one message, and the same words in another form another
// one.
func TestReplyTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		number, err := w.Account.WriteToSupport(ctx, u, "money", "Hello")
		w.must(err)
		for _, text := range []string{"Yes", "Yes", "No", "Yes"} {
			w.advance(time.Second)
			form(u)
			if won := w.race(4, func(int) error {
				return w.Account.ReplyToTicket(ctx, u, number, text)
			}); won != 4 {
				t.Errorf("%d of 4 presses of %s went well", won, text)
			}
		}
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
		for _, text := range []string{"Yes", "Yes", "No"} {
			form(o)
			if won := w.race(5, func(int) error {
				return w.Guided.SendMessage(t.Context(), o, text)
			}); won != 5 {
				t.Errorf("%d of 5 presses of %s went well", won, text)
			}
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
		if diff := cmp.Diff([]string{"Yes", "Yes", "No"}, said); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}
