package handlers

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
)

func FuzzTidied(f *testing.F) {
	for _, s := range []string{"/r/abc.def>", "//evil.example", "/\\evil.example", "/../x", "\xff", "/r/a b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, at string) {
		if strings.ContainsFunc(at, unicode.IsControl) {
			return
		}
		got := small(tidied(at))
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Path != got || !strings.HasPrefix(got, "/") ||
			strings.HasPrefix(got, "//") || small(tidied(got)) != got {
			t.Errorf("%q leads to %q, and from there to %q; error %v", at, got, small(tidied(got)), err)
		}
	})
}
