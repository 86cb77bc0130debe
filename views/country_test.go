package views

import "testing"

func TestCountry(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"GB": "United Kingdom", "LV": "Latvia",
		"XK": "Kosovo", "??": "??", "": ""} {
		if got := Country(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
}
