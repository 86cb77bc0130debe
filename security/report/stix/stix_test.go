package stix_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/report/stix"
)

var (
	at     = time.Date(2026, 11, 30, 8, 15, 0, 123e6, time.FixedZone("", 3600))
	source = stix.Source{Name: "Example Market", Portal: "https://protect.market.example"}
)

func campaign() stix.Campaign {
	return stix.Campaign{Number: "P-12", Verdict: "phishing", First: at, Last: at.Add(time.Hour),
		DecidedAt: at.Add(2 * time.Hour), Reports: 7,
		PortalAddress: "https://protect.market.example/staff/campaigns/P-12",
		Signs: []stix.Sign{{stix.Host, "market-login.example", 7},
			{stix.Page, `https://market-login.example/it's\here`, 3},
			{stix.Author, "help@market-login.example", 5},
			{stix.File, strings.Repeat("ab", 32), 1}}}
}

// object is one of a bundle, as somebody else reads it.
type object map[string]any

func read(t *testing.T, raw []byte) (id string, all []object) {
	t.Helper()
	var b struct {
		Type, ID string
		Objects  []object
	}
	if err := json.Unmarshal(raw, &b); err != nil || b.Type != "bundle" {
		t.Fatalf("no bundle: %v\n%s", err, raw)
	}
	return b.ID, b.Objects
}

// required are the properties that the specification asks for beyond the common ones (§3.2, and the
// chapter of each kind).
var required = map[string][]string{"identity": {"name"},
	"indicator": {"pattern", "pattern_type", "valid_from"},
	"report":    {"name", "published", "object_refs"}, "sighting": {"sighting_of_ref"}}

var (
	isID = regexp.MustCompile(
		`^[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	isStamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
	// isPattern is one comparison of §9 with a text in quotes.
	isPattern = regexp.MustCompile(
		`^\[[a-z-]+:[a-z_]+(\.('[^']+'|[a-z_]+))* = '([^'\\]|\\['\\])*'\]$`)
)

// fits says what the specification has against an object; ids are those of the bundle.
func fits(o object, ids map[string]bool) (bad []string) {
	kind, _ := o["type"].(string)
	for _, name := range append([]string{"type", "spec_version", "id", "created", "modified"},
		required[kind]...) {
		if v, ok := o[name]; !ok || v == "" {
			bad = append(bad, "lacks "+name)
		}
	}
	if required[kind] == nil || o["spec_version"] != "2.1" {
		bad = append(bad, "is of kind "+kind)
	}
	for _, name := range []string{"created", "modified", "valid_from", "published", "first_seen",
		"last_seen"} {
		if v, ok := o[name].(string); ok && !isStamp.MatchString(v) {
			bad = append(bad, name+" is "+v)
		}
	}
	if id, _ := o["id"].(string); !isID.MatchString(id) || !strings.HasPrefix(id, kind+"--") {
		bad = append(bad, "has the id "+id)
	}
	if p, ok := o["pattern"].(string); ok && !isPattern.MatchString(p) {
		bad = append(bad, "has the pattern "+p)
	}
	for name, v := range o {
		if !strings.HasSuffix(name, "_ref") && !strings.HasSuffix(name, "_refs") {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, ref := range list {
			if id, _ := ref.(string); !ids[id] {
				bad = append(bad, name+" leads out of the bundle")
			}
		}
	}
	if created, _ := o["created"].(string); created > o["modified"].(string) {
		bad = append(bad, "was changed before it was made")
	}
	return bad
}

// TestBundleFits: what is written is what the specification asks for. With STIX_OUT it is left in
// that file, for whoever holds it against the schemas of OASIS.
func TestBundleFits(t *testing.T) {
	t.Parallel()
	spam := campaign()
	spam.Number, spam.Verdict = "P-13", "spam"
	raw, err := stix.Bundle(source, []stix.Campaign{campaign(), spam})
	if err != nil {
		t.Fatal(err)
	}
	if out := os.Getenv("STIX_OUT"); out != "" {
		if err := os.WriteFile(out, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, all := read(t, raw)
	ids, kinds := map[string]bool{}, map[string]int{}
	for _, o := range all {
		id, _ := o["id"].(string)
		if ids[id] {
			t.Errorf("%s stands twice", id)
		}
		ids[id] = true
		kinds[o["type"].(string)]++
	}
	for _, o := range all {
		for _, bad := range fits(o, ids) {
			t.Errorf("%v %s", o["id"], bad)
		}
	}
	want := map[string]int{"identity": 1, "indicator": 4, "sighting": 8, "report": 2}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBundleIsKnownAgain: ids follow from what they name, the same today and tomorrow, and another
// marketplace has others.
func TestBundleIsKnownAgain(t *testing.T) {
	t.Parallel()
	make := func(s stix.Source, c stix.Campaign) (string, []object) {
		raw, err := stix.Bundle(s, []stix.Campaign{c})
		if err != nil {
			t.Fatal(err)
		}
		return read(t, raw)
	}
	first, was := make(source, campaign())
	more := campaign()
	more.Last, more.Reports = more.Last.Add(9*time.Hour), 8
	second, now := make(source, more)
	if again, _ := make(source, campaign()); again != first || second == first {
		t.Errorf("bundles %s, %s, %s", first, again, second)
	}
	for i, o := range was {
		if now[i]["id"] != o["id"] || now[i]["created"] != o["created"] {
			t.Errorf("%v of %v became %v of %v", o["id"], o["created"], now[i]["id"],
				now[i]["created"])
		}
	}
	_, theirs := make(stix.Source{Name: source.Name, Portal: "https://other.example"}, campaign())
	if theirs[1]["id"] == was[1]["id"] {
		t.Error("two marketplaces share an id")
	}
}

// TestBundleHoldsNoHarmless: what is ours or harmless, and what nobody has decided about, accuses
// nobody.
func TestBundleHoldsNoHarmless(t *testing.T) {
	t.Parallel()
	var all []stix.Campaign
	for _, verdict := range []string{"", "genuine", "harmless", "phishing"} {
		c := campaign()
		if c.Verdict = verdict; verdict == "phishing" {
			c.Signs = nil
		}
		all = append(all, c)
	}
	raw, err := stix.Bundle(source, all)
	if err != nil {
		t.Fatal(err)
	}
	if _, left := read(t, raw); len(left) != 1 || left[0]["type"] != "identity" {
		t.Errorf("%v", left)
	}
}
