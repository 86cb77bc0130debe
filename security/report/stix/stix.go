// Package stix writes what is known of frauds in the form that others read: a bundle of STIX 2.1
// (https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html). It knows nothing of who
// reported what. Ids follow from what they name, so that whoever reads a bundle again, or that of
// another day, knows again what they have.
package stix

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Kind is what an indicator looks for.
type Kind string

// The kinds.
const (
	Host   Kind = "host"   // a domain name
	Page   Kind = "page"   // a URL
	Author Kind = "author" // the address in From of a mail
	File   Kind = "file"   // the SHA-256 of a file, in hex
)

// Sign is by what a fraud is known again.
type Sign struct {
	Kind  Kind
	Value string
	Count int // how often it was reported
}

// Campaign is one fraud, of which several people have reported.
type Campaign struct {
	Number        string // such as P-12
	Verdict       string // phishing, malware, scam or spam
	First, Last   time.Time
	DecidedAt     time.Time
	Reports       int
	Signs         []Sign
	PortalAddress string // of its page with us, https
}

// Source is who tells.
type Source struct {
	Name   string // of the marketplace
	Portal string // its origin, such as https://protect.market.example
}

// space is the name space of our ids (RFC 9562 §5.5): the specification wants another one than
// that of its observables (§2.9).
func (s Source) space() uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(s.Portal)) }

func (s Source) id(kind string, name ...string) string {
	of := uuid.NewSHA1(s.space(), []byte(kind+"\x00"+strings.Join(name, "\x00")))
	return kind + "--" + of.String()
}

// common are the properties that every object of ours has (§3.2).
type common struct {
	Type        string `json:"type"`
	SpecVersion string `json:"spec_version"`
	ID          string `json:"id"`
	CreatedBy   string `json:"created_by_ref,omitempty"`
	Created     string `json:"created"`
	Modified    string `json:"modified"`
}

type identity struct { // §4.5
	common
	Name  string `json:"name"`
	Class string `json:"identity_class"`
}

type indicator struct { // §4.7
	common
	Name        string   `json:"name"`
	Types       []string `json:"indicator_types"`
	Pattern     string   `json:"pattern"`
	PatternType string   `json:"pattern_type"`
	ValidFrom   string   `json:"valid_from"`
}

type sighting struct { // §5.2
	common
	FirstSeen string   `json:"first_seen"`
	LastSeen  string   `json:"last_seen"`
	Count     int      `json:"count"`
	Of        string   `json:"sighting_of_ref"`
	Where     []string `json:"where_sighted_refs"`
}

type external struct { // §2.5
	Source string `json:"source_name"`
	ID     string `json:"external_id"`
	URL    string `json:"url,omitempty"`
}

type report struct { // §4.16
	common
	Name      string     `json:"name"`
	Types     []string   `json:"report_types"`
	Labels    []string   `json:"labels"`
	Published string     `json:"published"`
	Objects   []string   `json:"object_refs"`
	External  []external `json:"external_references"`
}

// Bundle is what the source tells of campaigns, as JSON. One without a sign, or that is no fraud,
// is left out.
func Bundle(s Source, all []Campaign) ([]byte, error) {
	all = slices.DeleteFunc(slices.Clone(all), func(c Campaign) bool {
		return len(c.Signs) == 0 || meaning[c.Verdict] == ""
	})
	objects := []any{s.identity()}
	told := map[string]bool{}
	for _, c := range all {
		for _, o := range s.campaign(c) {
			if id := idOf(o); !told[id] { // two campaigns may share a sign
				told[id] = true
				objects = append(objects, o)
			}
		}
	}
	ids := make([]string, len(objects))
	for i, o := range objects {
		ids[i] = idOf(o)
	}
	b, err := json.MarshalIndent(struct {
		Type    string `json:"type"`
		ID      string `json:"id"`
		Objects []any  `json:"objects"`
	}{"bundle", s.id("bundle", append(ids, stamps(all)...)...), objects}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	return append(b, '\n'), nil
}

// stamps are when the campaigns were last added to: another bundle has another id.
func stamps(all []Campaign) (list []string) {
	for _, c := range all {
		list = append(list, stamp(c.modified()))
	}
	return list
}

func idOf(o any) string {
	switch o := o.(type) {
	case identity:
		return o.ID
	case indicator:
		return o.ID
	case sighting:
		return o.ID
	case report:
		return o.ID
	}
	return ""
}

// stamp is a moment as §2.15 wants it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// modified is when the last thing was learned of a campaign.
func (c Campaign) modified() time.Time {
	if c.DecidedAt.After(c.Last) {
		return c.DecidedAt
	}
	return c.Last
}

// identity is the source, which is the same in every bundle.
func (s Source) identity() identity {
	at := time.Unix(0, 0)
	return identity{s.common("identity", at, at, s.Name), s.Name, "organization"}
}

func (s Source) common(kind string, made, changed time.Time, name ...string) common {
	c := common{Type: kind, SpecVersion: "2.1", ID: s.id(kind, name...), Created: stamp(made),
		Modified: stamp(changed)}
	if kind != "identity" {
		c.CreatedBy = s.id("identity", s.Name)
	}
	return c
}

// meaning is the type of an indicator (§10.10) by verdict. What is no fraud is in no bundle.
var meaning = map[string]string{"phishing": "malicious-activity", "malware": "malicious-activity",
	"scam": "malicious-activity", "spam": "anomalous-activity"}

// campaign is its indicators, how often each was seen, and the report that holds them together.
func (s Source) campaign(c Campaign) (objects []any) {
	var refs []string
	for _, sign := range c.Signs {
		of := indicator{common: s.common("indicator", c.First, c.modified(), string(sign.Kind),
			sign.Value), Name: sign.Value, Types: []string{meaning[c.Verdict]}, Pattern: sign.pattern(),
			PatternType: "stix", ValidFrom: stamp(c.First)}
		seen := sighting{common: s.common("sighting", c.First, c.modified(), c.Number, of.ID),
			FirstSeen: stamp(c.First), LastSeen: stamp(c.Last), Count: sign.Count, Of: of.ID,
			Where: []string{s.id("identity", s.Name)}}
		objects = append(objects, of, seen)
		refs = append(refs, of.ID, seen.ID)
	}
	return append(objects, report{common: s.common("report", c.First, c.modified(), c.Number),
		Name: s.Name + " " + c.Number, Types: []string{"campaign"}, Labels: []string{c.Verdict},
		Published: stamp(c.DecidedAt), Objects: refs,
		External: []external{{Source: s.Name, ID: c.Number, URL: c.PortalAddress}}})
}

// quoted is a text within a pattern (§9.2).
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// pattern finds the sign again (§9).
func (s Sign) pattern() string {
	path := map[Kind]string{Host: "domain-name:value", Page: "url:value",
		Author: "email-message:from_ref.value", File: "file:hashes.'SHA-256'"}[s.Kind]
	return "[" + path + " = " + quoted(s.Value) + "]"
}
