package datacopy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/datacopy"
)

// say marks what has gone through the words.
func say(c datacopy.Column, code string) string { return c.Of + "<" + code + ">" }

// TestFile: sections and columns keep their order, codes are told in words, what says nothing has
// no key, and what a page leaves out is there.
func TestFile(t *testing.T) {
	t.Parallel()
	kinds := []datacopy.Kind{datacopy.Text, datacopy.Time, datacopy.Number, datacopy.YesNo,
		datacopy.Code, datacopy.Codes, datacopy.Country, datacopy.Browser, datacopy.Document,
		datacopy.ByStaff, datacopy.Member, datacopy.Either, datacopy.Said}
	list := datacopy.Section{Name: "things", Cut: true, Rows: [][]string{
		{"<b>&", "2026-11-20T09:30:00Z", "7", "true", "code", "a,b", "GB", "Firefox",
			`{"b":1,"a":2}`,
			"seen by " + datacopy.Unnamed, "support", "text:code:totp",
			"text:" + datacopy.Unnamed},
		{"", "", "0", "false", "", "", "", "", "", "", "", "code:totp", "code:x[]"}}}
	for _, kind := range kinds {
		list.Columns = append(list.Columns, datacopy.Column{Name: string(kind), Kind: kind,
			Of:       "of",
			FileOnly: kind == datacopy.Time})
	}
	one := datacopy.Section{Name: "one", Single: true, Rows: [][]string{{"x"}},
		Columns: []datacopy.Column{{Name: "key", Kind: datacopy.Text}}}
	none := datacopy.Section{Name: "none", Single: true}
	empty := datacopy.Section{Name: "empty"}
	c := datacopy.Copy{Version: 2, MadeAt: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC),
		Sections: []datacopy.Section{one, none, empty, list}}
	file, err := c.File(say)
	if err != nil {
		t.Fatal(err)
	}
	got, left, ok := strings.Cut(string(file), ` "left_out": [`)
	const want = `{
 "format": "regain.account-data",
 "version": 2,
 "made_at": "2026-11-20T09:30:00Z",
 "one": {
  "key": "x"
 },
 "none": null,
 "empty": [],
 "things": [
  {
   "text": "<b>&",
   "time": "2026-11-20T09:30:00Z",
   "number": 7,
   "yes_no": true,
   "code": "of<code>",
   "codes": [
    "of<a>",
    "of<b>"
   ],
   "country": "of<GB>",
   "browser": "Firefox",
   "document": {
    "b": 1,
    "a": 2
   },
   "by_staff": "seen by staff<unnamed>",
   "member": "of<support>",
   "either": "code:totp",
   "said": "staff<unnamed>"
  },
  {
   "number": 0,
   "yes_no": false,
   "either": "of<totp>",
   "said": "of<x[]>"
  }
 ],
 "cut_short": [
  "things"
 ],
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, what := range datacopy.LeftOut {
		if !ok || !strings.Contains(left, `"what": "export_left<`+what+`>"`) ||
			!strings.Contains(left, `"why": "export_left<`+what+`.why>"`) {
			t.Errorf("%s is not named in %s", what, left)
		}
	}
}

// TestFileOfABrokenDocument: what is no JSON is an error, not a broken file.
func TestFileOfABrokenDocument(t *testing.T) {
	t.Parallel()
	c := datacopy.Copy{Sections: []datacopy.Section{{Name: "s", Rows: [][]string{{"{"}},
		Columns: []datacopy.Column{{Name: "d", Kind: datacopy.Document}}}}}
	if file, err := c.File(say); err == nil || file != nil {
		t.Errorf("file %q, %v", file, err)
	}
}
