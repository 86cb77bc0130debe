package web_test

import (
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/views/words"
)

// TestFormOutlivesItsSession: a form with files takes its time to come. When the account is locked meanwhile, it
// says nothing any more in the name of the owner.
func TestFormOutlivesItsSession(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, takesFiles(t, t.TempDir(), &verdicts{}))
	o := b.SignIn("ada")
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	r := o.Request(http.MethodPost, "/account/tickets", "")
	r.Body, r.ContentLength = body, -1
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	go func() {
		// Nobody reads this before the session was let in, and the pipe keeps nothing.
		if err := form.WriteField("topic", "other"); err != nil {
			t.Error(err)
		}
		b.Lock("ada")
		if err := form.WriteField("message", "It is me, the owner: please write to x@evil.example."); err != nil {
			t.Error(err)
		}
		_ = form.Close() // there is nobody to tell
		_ = to.Close()
	}()
	o.Do(r).Wants(303, "", "/account/tickets?unsent=1").Follow().
		Wants(200, ".note.warn", words.Say("flash.unsent").String())
	all, err := b.Store.Tickets(t.Context(), security.TicketFilter{Account: "ada"})
	if err != nil || len(all) != 0 {
		t.Errorf("tickets %+v, %v", all, err)
	}
}
