// Package datacopy is the shape of the copy of everything that is held about one account, as its
// owner gets it (GDPR Art. 15 and 20, CCPA § 1798.100): sections with columns and rows. It knows
// neither where the rows come from nor the words for codes.
package datacopy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// format and Version tell a reader of the file what it is. Programs may read it: within one
// Version sections and columns are added and none is renamed, removed or given another meaning.
const (
	format  = "regain.account-data"
	Version = 2
)

// Kind says what the cells of a column hold.
type Kind string

// The kinds of column. An empty cell of any kind means that there is nothing to tell.
const (
	Text     Kind = "text"
	Time     Kind = "time"     // RFC 3339 in UTC
	Number   Kind = "number"   // in digits
	YesNo    Kind = "yes_no"   // "true" or "false"
	Code     Kind = "code"     // one of the codes that Column.Of names
	Codes    Kind = "codes"    // several of them, with commas between
	Country  Kind = "country"  // ISO 3166-1 alpha-2
	Browser  Kind = "browser"  // what a browser calls itself
	Document Kind = "document" // JSON
	// ByStaff is text that may name members of staff, who are not named in a copy.
	ByStaff Kind = "by_staff"
	// Member is a member of staff: the id in the database, the code of the role in a copy.
	Member Kind = "member"
	// Either is OurCode with a code of ours behind, or ForeignText with what somebody else told.
	Either Kind = "either"
	// Said is an Either that may name members of staff.
	Said Kind = "said"
	// Sealed is, in the database, the id of a row, a space, and what is sealed of it as JSON. Of is its
	// purpose, a dot, and the key. In a copy it is Text.
	Sealed Kind = "sealed"
)

// What an Either begins with.
const (
	OurCode     = "code:"
	ForeignText = "text:"
)

// Unnamed stands where a member of staff was named.
const Unnamed = "\ue000"

// Told is what an Either, a Said or a ByStaff says, with the words of say for codes.
func (c Column) Told(cell string, say func(Column, string) string) string {
	if strings.Contains(cell, Unnamed) {
		cell = strings.ReplaceAll(cell, Unnamed, say(Column{Kind: Code, Of: "staff"}, "unnamed"))
	}
	if c.Kind == ByStaff {
		return cell
	}
	if code, ours := strings.CutPrefix(cell, OurCode); ours {
		return say(c, code)
	}
	return strings.TrimPrefix(cell, ForeignText)
}

// Column is one column of a section.
type Column struct {
	Name string `json:"name"` // the key in the file
	Kind Kind   `json:"kind"`
	Of   string `json:"of,omitempty"` // whose codes they are, for the words
	// FileOnly says that a page has no room for it.
	FileOnly bool `json:"file_only,omitempty"`
}

// Section is a list of things of one kind, the newest first.
type Section struct {
	Name    string     `json:"name"`
	Single  bool       `json:"single,omitempty"` // one row at most
	Columns []Column   `json:"columns"`
	Rows    [][]string `json:"rows,omitempty"`
	// Cut says that the list was too long; what is oldest is missing.
	Cut bool `json:"cut,omitempty"`
}

// Copy is the whole of it. It says itself what its columns are, so that it can be read after the
// sections of the program have changed.
type Copy struct {
	Version  int       `json:"version"`
	MadeAt   time.Time `json:"made_at"`
	Sections []Section `json:"sections"`
}

// LeftOut is what no copy holds. The words for each and for its reason are those of "export_left".
var LeftOut = []string{"secrets", "internal_comments", "staff_names", "texts_of_mails",
	"words_of_requests", "counters", "lists_of_lockouts", "details_of_the_audit_trail"}

// Cut are the names of the sections that were too long.
func (c Copy) Cut() []string {
	list := []string{}
	for _, s := range c.Sections {
		if s.Cut {
			list = append(list, s.Name)
		}
	}
	return list
}

// File is the copy as JSON. Say has the words for a code or a country in a column. A cell that
// holds nothing has no key.
func (c Copy) File(say func(of Column, code string) string) ([]byte, error) {
	all := object{{"format", format}, {"version", c.Version}, {"made_at", c.MadeAt}}
	for _, s := range c.Sections {
		all = append(all, field{s.Name, s.value(say)})
	}
	reason, left := Column{Name: "left_out", Kind: Code, Of: "export_left"}, []object{}
	for _, what := range LeftOut {
		left = append(left, object{{"what", say(reason, what)}, {"why", say(reason, what+".why")}})
	}
	all = append(all, field{"cut_short", c.Cut()}, field{"left_out", left})
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(all); err != nil {
		return nil, fmt.Errorf("write copy: %w", err)
	}
	return text.Bytes(), nil
}

func (s Section) value(say func(Column, string) string) any {
	rows := make([]object, len(s.Rows))
	for i, row := range s.Rows {
		for j, c := range s.Columns {
			if row[j] != "" {
				rows[i] = append(rows[i], field{c.Name, c.value(row[j], say)})
			}
		}
	}
	if !s.Single {
		return rows
	}
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func (c Column) value(cell string, say func(Column, string) string) any {
	switch c.Kind {
	case YesNo:
		return cell == "true"
	case Number, Document:
		return json.RawMessage(cell)
	case Codes:
		list := strings.Split(cell, ",")
		for i, code := range list {
			list[i] = say(c, code)
		}
		return list
	case Either, Said, ByStaff:
		return c.Told(cell, say)
	case Code, Country, Member:
		return say(c, cell)
	}
	return cell
}

// object is a JSON object whose keys keep their order.
type object []field

type field struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	text.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			text.WriteByte(',')
		}
		if err := e.Encode(f.name); err != nil {
			return nil, err
		}
		text.WriteByte(':')
		if err := e.Encode(f.value); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}
