package authorities_test

import (
	"strings"
	"testing"

	"regain/views/authorities"
	"regain/views/words"
)

func TestOurs(t *testing.T) {
	t.Parallel()
	list := authorities.Ours()
	for _, code := range []string{"US", "GB", ""} {
		if c := list.For(code); c.Code != code {
			t.Errorf("%q: got the list of %q", code, c.Code)
		}
	}
	if c := list.For("ZZ"); c.Code != "" {
		t.Errorf("a country without a list gets that of %q", c.Code)
	}
	for _, act := range authorities.Acts {
		for _, id := range []string{"protect.do." + act, "protect.who." + act} {
			if !words.Known(id) {
				t.Errorf("there are no words for %s", id)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"id":"bank","do":"bank","name":"A","url":"https://a.example/","phone":"0800 1"}`
	country := func(code, day, steps string) string {
		return `{"code":"` + code + `","checked":"` + day + `","steps":[` + steps + `]}`
	}
	last := country("", "2026-01-31", good)
	file := func(countries ...string) string {
		return `{"countries":[` + strings.Join(countries, ",") + `]}`
	}
	if _, err := authorities.Read([]byte(file(country("US", "2026-01-31", good), last))); err != nil {
		t.Fatal(err)
	}
	change := func(from, to string) string {
		return file(country("", "2026-01-31", strings.Replace(good, from, to, 1)))
	}
	for text, want := range map[string]string{
		"":                "want a list of authorities",
		"[]":              "want a list of authorities",
		`{"x":1}`:         `unknown field "x"`,
		file():            `a country with the code ""`,
		file(last) + "{}": "has more behind its end",
		file(last, country("US", "2026-01-31", good)): `a country with the code ""`,
		file(last, last): `"": stands there twice`,
		file(country("XX", "2026-01-31", good), last):                `"XX": want a code`,
		file(country("", "31.1.2026", good)):                         "checked: want a day",
		file(country("", "2026-01-31", "")):                          "want 1 to 40 steps",
		file(country("", "2026-01-31", good+","+good)):               `"bank" stands there twice`,
		change(`"bank"`, `"Bank"`):                                   "want an id",
		change(`"do":"bank"`, `"do":"pray"`):                         `do: "pray" is none of`,
		change(`"name":"A"`, `"name":"`+strings.Repeat("a", 81)+`"`): "name: has more than 80",
		change("https://a.example/", "http://a.example/"):            "url: want one that begins",
		change("https://a.example/", "javascript:x"):                 "url: want one that begins",
		change("https://a.example/", "https://u@a.example/"):         "url: want one that begins",
		change("0800 1", "call us"):                                  "phone: want digits",
	} {
		if _, err := authorities.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot:  %v\nwant: %s", text, err, want)
		}
	}
}
