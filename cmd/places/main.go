// Command places makes the names of countries and of the cities that time zones are called by, in every
// language of the pages, from the data of Unicode CLDR. IN holds the unpacked npm packages
// cldr-localenames-full, cldr-dates-full and cldr-bcp47. The same input always gives the same output.
// English countries are called as golang.org/x/text calls them.
//
//	go run ./cmd/places IN views/places
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"regain/views/places"
)

// locales are the languages by their tag, and what CLDR calls them.
var locales = map[string]string{"es": "es", "fr": "fr", "de": "de", "pt-BR": "pt", "uk": "uk", "hi": "hi",
	"ar": "ar"}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: places IN OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "places:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	same, err := aliases(in)
	if err != nil {
		return err
	}
	var english map[string]string
	if english, err = countries(in, "en"); err != nil {
		return err
	}
	for code := range english {
		english[code] = display.English.Regions().Name(language.MustParseRegion(code))
		if english[code] == "" {
			delete(english, code)
		}
	}
	if err := write(out, "en", english); err != nil {
		return err
	}
	for tag, locale := range locales {
		names, err := countries(in, locale)
		if err != nil {
			return err
		}
		if err := cities(in, locale, same, names); err != nil {
			return err
		}
		if err := write(out, tag, names); err != nil {
			return err
		}
	}
	return nil
}

// read reads a file of CLDR and goes down to what the keys name.
func read(into any, keys []string, path ...string) error {
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		return err
	}
	for _, key := range keys {
		var part map[string]json.RawMessage
		if err := json.Unmarshal(content, &part); err != nil {
			return err
		}
		content = part[key]
	}
	return json.Unmarshal(content, into)
}

// countries are the names of the ISO 3166-1 alpha-2 codes.
func countries(in, locale string) (map[string]string, error) {
	var all map[string]string
	err := read(&all, []string{"main", locale, "localeDisplayNames", "territories"},
		in, "cldr-localenames-full", "main", locale, "territories.json")
	for code := range all {
		if r, err := language.ParseRegion(code); len(code) != 2 || err != nil || !r.IsCountry() {
			delete(all, code)
		}
	}
	return all, err
}

// aliases are the names of zones that are the same, by each of them.
func aliases(in string) (map[string][]string, error) {
	var zones map[string]json.RawMessage
	if err := read(&zones, []string{"keyword", "u", "tz"}, in, "cldr-bcp47", "bcp47", "timezone.json"); err != nil {
		return nil, err
	}
	same := map[string][]string{}
	for _, content := range zones {
		var zone struct {
			Alias string `json:"_alias"`
			IANA  string `json:"_iana"`
		}
		_ = json.Unmarshal(content, &zone) // some are texts and not zones
		// Other aliases are other cities, which had the same time.
		if first, _, _ := strings.Cut(zone.Alias, " "); zone.IANA != "" {
			same[first] = append(same[first], zone.IANA)
		}
	}
	return same, nil
}

// cities adds the names of the cities, by the names of zones, but for those that the names tell.
func cities(in, locale string, same map[string][]string, names map[string]string) error {
	var all map[string]json.RawMessage
	if err := read(&all, []string{"main", locale, "dates", "timeZoneNames", "zone"},
		in, "cldr-dates-full", "main", locale, "timeZoneNames.json"); err != nil {
		return err
	}
	var walk func(path string, content json.RawMessage)
	walk = func(path string, content json.RawMessage) {
		var below map[string]json.RawMessage
		if json.Unmarshal(content, &below) != nil {
			return
		}
		var city string
		if json.Unmarshal(below["exemplarCity"], &city) != nil {
			for name, part := range below {
				walk(path+"/"+name, part)
			}
			return
		}
		for _, zone := range append(same[path], path) {
			if city != places.OfZone(zone) && !strings.HasPrefix(zone, "Etc/") {
				names[zone] = city
			}
		}
	}
	for area, content := range all {
		walk(area, content)
	}
	return nil
}

func write(out, tag string, names map[string]string) error {
	lines := make([]string, 0, len(names))
	for key, name := range names {
		lines = append(lines, key+" "+name+"\n")
	}
	slices.Sort(lines)
	return os.WriteFile(filepath.Join(out, tag+".txt"), []byte(strings.Join(lines, "")), 0o644)
}
