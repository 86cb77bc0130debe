package words

import "testing"

func TestNameOf(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]string{"ja": "Japanese", "ja_JP": "Japanese", "pt-BR": "Brazilian Portuguese",
		"": "", "x!": "", "und": ""} {
		if got := NameOf(locale); got != want {
			t.Errorf("%q is called %q, want %q", locale, got, want)
		}
	}
	for _, l := range All {
		if NameOf(l.Tag) == "" || !l.Is(l.Tag) || All.For(l.Tag) != l {
			t.Errorf("%s has no name, or is not its own language", l.Tag)
		}
	}
	if English.Is("sw") || !English.Is("en_GB") || All.For("ja") != English {
		t.Error("a language is taken for another")
	}
}
