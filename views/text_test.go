package views_test

import (
	"testing"

	"regain/views"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code string
		args []string
		want string
	}{
		{"password_short", nil, "Use more characters"},
		{"password_short", []string{"15"}, "Use at least 15 characters"},
		{"password_personal", []string{"name", "avoid_personal"}, "Choose a password without your name"},
		{"password_personal", []string{"", ""},
			"Choose a password without your name, username, email address or birth date"},
		{"code_wrong", []string{"2"}, "That code does not match. Check the newest email " +
			"and try again. Tries left: 2"},
		{"answer_missing", []string{"21 May, 14:05"}, "Answer for the sign-in of 21 May, 14:05"},
		{"code_missing", []string{"more", "than", "asked"}, "Enter the code"},
		{"no_such_code", []string{"x"}, "no_such_code"},
	} {
		if got := views.Text(c.code, c.args...); got != c.want {
			t.Errorf("Text(%q, %q) = %q, want %q", c.code, c.args, got, c.want)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"code_missing": true, "flash.password_updated": true, "no_such_code": false, "": false,
	} {
		if got := views.Known(code); got != want {
			t.Errorf("Known(%q) = %v, want %v", code, got, want)
		}
	}
}

func TestNewQR(t *testing.T) {
	t.Parallel()
	got := views.NewQR([][]bool{{true, true, false}, {false, false, false}, {true, false, true}})
	if want := "M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"; got.Path != want || got.Size != 11 {
		t.Errorf("NewQR = %+v, want size 11 and %q", got, want)
	}
	if empty := views.NewQR(nil); empty.Path != "" || empty.Size != 8 {
		t.Errorf("NewQR(nil) = %+v", empty)
	}
}
