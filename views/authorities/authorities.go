// Package authorities is whom to turn to after a theft of money or of an identity, by country: names,
// addresses and numbers, which are data. What to do there is a code, for which the catalogue has words.
package authorities

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"regain/views/places"
	"regain/views/words"
)

// Step is one thing to do. ID is its name within the country; what an owner notes of it is kept under
// that, so that it stays when the rest is mended.
type Step struct {
	ID string `json:"id"`
	// Do is one of Acts.
	Do string `json:"do"`
	// Name is what the place calls itself, or "" where everybody has another one, as with a bank.
	Name string `json:"name,omitempty"`
	// URL begins with https://, Phone is as people dial it in the country; each may be "".
	URL   string `json:"url,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Host is that of the address, to be typed from paper.
func (s Step) Host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Country is the steps of one country, in the order in which they are best done.
type Country struct {
	// Code is ISO 3166-1 alpha-2, or "" for whoever lives in none of the others.
	Code string `json:"code"`
	// Checked is the day, as YYYY-MM-DD, on which all of it was last known to be so.
	Checked string `json:"checked"`
	Steps   []Step `json:"steps"`
}

// List is all countries; the one without a code is the last.
type List []Country

// Acts are the codes of what to do. The words for each are those of "protect.do." and
// "protect.who.".
var Acts = []string{"card", "bank", "police", "report", "alert", "credit", "marker", "consumer",
	"complain", "document", "data", "tax", "advice"}

//go:embed authorities.json
var builtIn []byte

// Ours is the list that comes with the program.
var Ours = sync.OnceValue(func() List {
	list, err := Read(builtIn)
	if err != nil {
		panic("built-in list of authorities: " + err.Error())
	}
	return list
})

// For is the country with the code, or the one for whoever lives in none.
func (l List) For(code string) Country {
	i := slices.IndexFunc(l, func(c Country) bool { return c.Code == code })
	if i < 0 {
		i = len(l) - 1
	}
	return l[i]
}

// The most that a list may hold: what fits on a sheet or two of paper.
const (
	mostCountries = 100
	mostSteps     = 40
	mostName      = 80
	day           = "2006-01-02"
)

var (
	idShape    = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 ()-]{1,24}$`)
)

// Read reads a list in the form of authorities.json. The error has a line for each fault, which begins
// with the code of the country and the id of the step.
func Read(text []byte) (List, error) {
	var file struct {
		Countries List `json:"countries"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("want a list of authorities: %w", err)
	}
	if d.More() {
		return nil, errors.New("has more behind its end")
	}
	return file.Countries, file.Countries.check()
}

func (l List) check() error {
	var faults []error
	if len(l) > mostCountries {
		faults = append(faults, fmt.Errorf("has more than %d countries", mostCountries))
	}
	for i, c := range l {
		if slices.ContainsFunc(l[:i], func(o Country) bool { return o.Code == c.Code }) {
			faults = append(faults, fmt.Errorf("%q: stands there twice", c.Code))
		}
		faults = append(faults, c.check()...)
	}
	if len(l) == 0 || l[len(l)-1].Code != "" {
		faults = append(faults, errors.New(`wants, as the last one, a country with the code ""`))
	}
	return errors.Join(faults...)
}

func (c Country) check() (faults []error) {
	bad := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%q: "+format, append([]any{c.Code}, args...)...))
	}
	if c.Code != "" && places.Country(words.English.Tag, c.Code) == c.Code {
		bad("want a code of ISO 3166-1 with two letters")
	}
	if _, err := time.Parse(day, c.Checked); err != nil {
		bad("checked: want a day such as 2026-01-31")
	}
	if len(c.Steps) == 0 || len(c.Steps) > mostSteps {
		bad("want 1 to %d steps", mostSteps)
	}
	for i, s := range c.Steps {
		if slices.ContainsFunc(c.Steps[:i], func(o Step) bool { return o.ID == s.ID }) {
			bad("%q stands there twice", s.ID)
		}
		for _, what := range s.check() {
			bad("%q: %s", s.ID, what)
		}
	}
	return faults
}

func (s Step) check() (faults []string) {
	if !idShape.MatchString(s.ID) {
		faults = append(faults, "want an id of small letters, digits and hyphens, at most 32")
	}
	if !slices.Contains(Acts, s.Do) {
		faults = append(faults, fmt.Sprintf("do: %q is none of %q", s.Do, Acts))
	}
	if len([]rune(s.Name)) > mostName {
		faults = append(faults, fmt.Sprintf("name: has more than %d letters", mostName))
	}
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "" ||
		u.User != nil) {
		faults = append(faults, "url: want one that begins with https://")
	}
	if s.Phone != "" && !phoneShape.MatchString(s.Phone) {
		faults = append(faults, "phone: want digits, with spaces or hyphens between")
	}
	return faults
}
