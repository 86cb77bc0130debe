package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRun: from a small CLDR every table is made, without regions that are no countries and cities that
// are called as their zones are.
func TestRun(t *testing.T) {
	t.Parallel()
	in, out := t.TempDir(), t.TempDir()
	put := func(content string, path ...string) {
		t.Helper()
		file := filepath.Join(append([]string{in}, path...)...)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(`{"keyword": {"u": {"tz": {"_description": "zones",
		"uaiev": {"_alias": "Europe/Kiev Europe/Kyiv Europe/Uzhgorod", "_iana": "Europe/Kyiv"}}}}}`,
		"cldr-bcp47", "bcp47", "timezone.json")
	for _, locale := range []string{"en", "es", "fr", "de", "pt", "uk", "hi", "ar"} {
		put(`{"main": {"`+locale+`": {"localeDisplayNames": {"territories": {"001": "X", "EU": "X", "LV": "L",
			"GB-alt-short": "X", "XB": "X"}}}}}`, "cldr-localenames-full", "main", locale, "territories.json")
		put(`{"main": {"`+locale+`": {"dates": {"timeZoneNames": {"zone": {"Europe": {"Kiev": {"exemplarCity": "K"},
			"Rome": {"exemplarCity": "Rome"}}, "America": {"Indiana": {"Knox": {"exemplarCity": "N"}}},
			"Etc": {"Unknown": {"exemplarCity": "X"}}}}}}}}`,
			"cldr-dates-full", "main", locale, "timeZoneNames.json")
	}
	if err := run(in, out); err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{"en": "LV Latvia\n",
		"pt-BR": "America/Indiana/Knox N\nEurope/Kiev K\nEurope/Kyiv K\nLV L\n"} {
		if got, err := os.ReadFile(filepath.Join(out, tag+".txt")); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", tag, got, err, want)
		}
	}
	if err := run(t.TempDir(), out); err == nil {
		t.Error("no CLDR is enough")
	}
}
