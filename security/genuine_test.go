package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/genuine"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/token"
)

func TestCheckMessageCode(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for _, row := range []struct {
		typed, want string
		refusal     refusal.Code
	}{
		{"7F3K-9Q2D-MXPB", "7F3K-9Q2D-MXPB", ""},
		{" 7f3k 9q2d mxpb\n", "7F3K-9Q2D-MXPB", ""},
		{"7f3k–9q2d—muub", "7F3K-9Q2D-MVVB", ""},
		{"0O1I-LLLL-0000", "0O1I-LLLL-0000", ""}, // none of ours, but nobody need know that yet
		{"", "", refusal.CodeMissing},
		{" \u200b-", "", refusal.CodeMissing},
		{"7F3K-9Q2D-MXP", "", refusal.CodeNotOfMail},
		{"7F3K-9Q2D-MXPBB", "", refusal.CodeNotOfMail},
		{"7F3K-9Q2D-MXP!", "", refusal.CodeNotOfMail},
		{"7F3K9Q2DMXÄ", "", refusal.CodeNotOfMail},
		{strings.Repeat("A", 60_000), "", refusal.CodeNotOfMail},
		{"\xff7F3K9Q2DMXP", "", refusal.CodeNotOfMail},
	} {
		got, err := w.Genuine.CheckMessageCode(t.Context(), phone, row.typed)
		if row.refusal != "" {
			wantField(t, err, "code", row.refusal)
		} else if err != nil || got != row.want {
			t.Errorf("%.20q: %q, %v, want %q", row.typed, got, err, row.want)
		}
	}
}

func FuzzCheckMessageCode(f *testing.F) {
	for _, s := range []string{"7F3K-9Q2D-MXPB", "u\u00ad‑", "\xff\xfe", "ÄÖ"} {
		f.Add(s)
	}
	w := sqliteWorld(f)
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := w.Genuine.CheckMessageCode(t.Context(), phone, typed)
		w.advance(time.Minute) // so that there is always budget
		var refusal *security.Refusal
		switch {
		case err != nil && !errors.As(err, &refusal):
			t.Fatal(err)
		case err == nil && (len(code) != 14 || token.FormatCode(code) != code):
			t.Errorf("%q: %q", typed, code)
		}
	})
}

// TestMessageByCode: the code that a mail prints leads to that mail; a code that nobody was sent,
// and one whose mail is deleted, lead to nothing.
func TestMessageByCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.Keep.Mails = 90 * 24 * time.Hour
		w.ada()
		sent := w.Now()
		mail := w.deliver()[0]
		code, err := w.Genuine.CheckMessageCode(ctx, phone, strings.ToLower(mail.Code))
		w.must(err)
		got, err := w.Genuine.MessageByCode(ctx, code)
		w.must(err)
		want := genuine.Message{Kind: string(notice.LockedOut{}.Kind()), At: sent,
			To: "a••••@e••••.org", TimeZone: "Europe/London"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("message (-want +got):\n%s", diff)
		}
		unknown := func(code string) {
			t.Helper()
			got, err := w.Genuine.MessageByCode(ctx, code)
			if !errors.Is(err, security.ErrNotFound) || got != (genuine.Message{}) {
				t.Errorf("%s: %+v, %v", code, got, err)
			}
		}
		unknown("AAAA-AAAA-AAAA")
		unknown("")
		w.advance(90*24*time.Hour + time.Millisecond)
		w.must(ignored(w.Privacy.RemoveOld(ctx)))
		unknown(code)
	})
}

func TestMessageCodesAreLimited(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for range 300 {
		w.must(ignored(w.Genuine.CheckMessageCode(t.Context(), phone, "AAAA-AAAA-AAAA")))
	}
	_, err := w.Genuine.CheckMessageCode(t.Context(), phone, "AAAA-AAAA-AAAA")
	wantRefusal(t, err, refusal.TooManyRequests)
	_, err = w.Genuine.CheckMessageCode(t.Context(), phone, "A") // costs nothing, and tells nothing
	wantRefusal(t, err, refusal.CodeNotOfMail)
	other := security.Visitor{IP: "203.0.113.9"}
	w.must(ignored(w.Genuine.CheckMessageCode(t.Context(), other, "AAAA-AAAA-AAAA")))
}
