package owner

import (
	"net/url"
	"testing"
)

func FuzzAnswers(f *testing.F) {
	f.Add("login_l-1=me&login_=x&other=y&login_l-1=not_me")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		for id, answer := range answers(form, loginField) {
			if form.Get(loginField+id) != answer {
				t.Errorf("%q: %q", id, answer)
			}
		}
	})
}
