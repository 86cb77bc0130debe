// Package places has the names of countries and of cities in every language of the pages. Its tables are
// made by cmd/places from the data of Unicode CLDR (Unicode License V3, in LICENSE-unicode.txt).
package places

import (
	"embed"
	"strings"
	"sync"
)

//go:embed *.txt
var files embed.FS

// tables are the names by what they are for: codes of countries, and names of zones. Each is read when
// it is first asked.
var tables = func() map[string]func() map[string]string {
	all := map[string]func() map[string]string{}
	for _, tag := range []string{"en", "es", "fr", "de", "pt-BR", "uk", "hi", "ar"} {
		all[tag] = sync.OnceValue(func() map[string]string { return read(tag) })
	}
	return all
}()

func read(tag string) map[string]string {
	content, err := files.ReadFile(tag + ".txt")
	if err != nil {
		panic("places: " + err.Error())
	}
	names := map[string]string{}
	for line := range strings.Lines(string(content)) {
		key, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		names[key] = name
	}
	return names
}

// named is the name in the language with this BCP 47 tag.
func named(tag, key string) (string, bool) {
	table := tables[tag]
	if table == nil {
		return "", false
	}
	name, ok := table()[key]
	return name, ok
}

// Country is the name of an ISO 3166-1 alpha-2 code in the language, in English where the language has
// none; anything else comes back as it is.
func Country(tag, code string) string {
	for _, tag := range []string{tag, "en"} {
		if name, ok := named(tag, code); ok && len(code) == 2 {
			return name
		}
	}
	return code
}

// City is what people in the language call the city that an IANA zone is named after.
func City(tag, zone string) string {
	if name, ok := named(tag, zone); ok {
		return name
	}
	return OfZone(zone)
}

// OfZone is the city as the name of the zone tells it, in English.
func OfZone(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}
