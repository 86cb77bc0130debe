package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
)

func TestPasswordRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	for _, tt := range []struct{ name, typed, says string }{
		{"empty", "", "Enter a new password"},
		{"short", "fourteen chars", "Use at least 15 characters"},
		{"long", strings.Repeat("gravel otter ", 20), "Use at most 256 characters"},
		{"common", "passwordpassword", "on a list of leaked or common passwords"},
		{"name", "adabyron-adabyron", "without your"},
		{"brand", "examplemarket example", "without the name of this site"},
		{"keys", "lkjhgfdsapoiuyt", "row of keys"},
		{"same", handlertest.OldPassword, "not your current one"},
		{"near", strings.Replace(handlertest.OldPassword, "41", "42", 1), "less like"},
		{"not text", "gravel otter \xff sextant", "signs in it that we cannot read"},
	} {
		b.Open("/recovery/password").On(200, "recovery-password")
		b.Fill("new_password", tt.typed).Submit().On(422, "recovery-password").
			Wants(422, `[id="new_password.error"]`, tt.says)
		if tt.typed != "" && strings.Contains(b.Body, tt.typed) {
			t.Errorf("%s: the page repeats the password", tt.name)
		}
	}
	b.Open("/recovery").Wants(303, "", "/recovery/password")
}

func TestPasswordIsTakenAsTyped(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	const typed = "  gravel otter + pinewood %41 & sextant\t"
	b.Fill("new_password", typed).Submit().Wants(303, "", "/recovery/two-factor")
	a, err := b.Store.Account(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := b.Service.Hasher.Verify(t.Context(), a.PasswordHash, typed); !ok || err != nil {
		t.Errorf("the stored password is not what was typed (%v)", err)
	}
}

func TestPasswordNeverFromTheAddress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	b.Post("/recovery/password?new_password="+url.QueryEscape(newPassword), nil).
		Wants(422, `[id="new_password.error"]`, "Enter a new password")
}

func TestOtherSessionsEnd(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	o := byCode(b.Other(), "ada").On(200, "recovery-password")
	old := b.Cookies()[0]
	b.Fill("new_password", newPassword).Submit().Wants(303, "", "/recovery/two-factor")
	o.Open("/recovery/password").Wants(303, "", "/recover").Follow().On(200, "recover")

	thief := b.Other()
	r := thief.Request("GET", "/recovery/password", "")
	r.AddCookie(old)
	thief.Do(r).Wants(303, "", "/recover")
}

func TestStrength(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	type answer struct {
		Level       int
		Label, Hint string
	}
	before := rows(t, b)
	for _, tt := range []struct {
		typed string
		want  answer
	}{
		{"short", answer{0, "Too easy to guess", "Make it longer: at least 15 characters"}},
		{"passwordpassword", answer{0, "Too easy to guess",
			"Choose another one: attackers know this one, also with a letter changed"}},
		{newPassword, answer{4, "Very strong",
			"When you save it, we also check that it is new and not known from a leak"}},
		{"correct horse battery staple", answer{0, "Too easy to guess",
			"Choose another one: attackers know this one, also with a letter changed"}},
	} {
		b.Post("/recovery/password/strength", url.Values{"new_password": {tt.typed}, "pad": {"xx"}})
		var got answer
		err := json.Unmarshal([]byte(b.Body), &got)
		if err != nil || b.Status != 200 || got != tt.want {
			t.Errorf("%q: %d %+v (%v), want %+v", tt.typed, b.Status, got, err, tt.want)
		}
		if kind := b.Header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("content type %q", kind)
		}
	}
	if len(before) == 0 || !sameRows(before, rows(t, b)) {
		t.Error("asking for advice changed rows")
	}
	for range 40 {
		b.Post("/recovery/password/strength", url.Values{"new_password": {"a"}})
	}
	b.Wants(429, `main[data-page="problem"]`, "Too many tries for now")
	if got := b.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q, want 1", got)
	}
}
