package places

import "testing"

// TestNames: countries and cities are called as people in each language call them.
func TestNames(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string][5]string{
		"en":    {"United Kingdom", "Latvia", "New York", "Kyiv", "Kolkata"},
		"en-XA": {"United Kingdom", "Latvia", "New York", "Kyiv", "Kolkata"},
		"es":    {"Reino Unido", "Letonia", "Nueva York", "Kiev", "Calcuta"},
		"fr":    {"Royaume-Uni", "Lettonie", "New York", "Kiev", "Calcutta"},
		"de":    {"Vereinigtes Königreich", "Lettland", "New York", "Kiew", "Kalkutta"},
		"pt-BR": {"Reino Unido", "Letônia", "Nova York", "Kiev", "Calcutá"},
		"uk":    {"Велика Британія", "Латвія", "Нью-Йорк", "Київ", "Колката"},
		"hi":    {"यूनाइटेड किंगडम", "लातविया", "न्यूयॉर्क", "कीव", "कोलकाता"},
		"ar":    {"المملكة المتحدة", "لاتفيا", "نيويورك", "كييف", "كالكتا"},
	} {
		got := [5]string{Country(tag, "GB"), Country(tag, "LV"), City(tag, "America/New_York"),
			City(tag, "Europe/Kyiv"), City(tag, "Asia/Kolkata")}
		if got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
		for _, code := range []string{"", "??", "gbr", "Europe/Kyiv"} {
			if got := Country(tag, code); got != code {
				t.Errorf("%s: %q is %q", tag, code, got)
			}
		}
	}
}

// TestSameCountries: every language has the same countries as English.
func TestSameCountries(t *testing.T) {
	t.Parallel()
	for tag := range tables {
		for code := range tables["en"]() {
			if name, ok := named(tag, code); !ok || name == "" || len(code) != 2 {
				t.Errorf("%s does not call %q anything", tag, code)
			}
		}
	}
}
