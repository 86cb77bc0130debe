package words

import (
	"testing"

	"github.com/go-playground/locales/ar"
)

func TestList(t *testing.T) {
	t.Parallel()
	arabic := sample(t, "ar", ar.New, `{"list.two(first, second)": "{first} و{second}", "list.more(list, next)":
		"{list} و{next}", "list.last(list, last)": "{list} و{last}"}`)
	a, b, c, d := As("a"), As("<b>"), Say("nobody"), As("d")
	for _, tt := range []struct {
		items       []Text
		want, facts string
	}{
		{nil, "", ""},
		{[]Text{a}, "a", "a"},
		{[]Text{a, b}, "a and <b>", "a, <b>"},
		{[]Text{a, b, c}, "a, <b> and Nobody", "a, <b>, Nobody"},
		{[]Text{a, b, c, d}, "a, <b>, Nobody and d", "a, <b>, Nobody, d"},
		{[]Text{{}, a, {}, d, {}}, ", a, , d and ", "a, d"},
	} {
		if got := List(tt.items...).String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
		if got := Facts(tt.items...).String(); got != tt.facts {
			t.Errorf("%q, want %q", got, tt.facts)
		}
	}
	if got := List(As("١"), As("٢"), As("٣")).In(arabic); got != "\u2068١\u2069 و\u2068٢\u2069 و\u2068٣\u2069" {
		t.Errorf("%q", got)
	}
}
