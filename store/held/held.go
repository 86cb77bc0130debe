// Package held knows everything that is held about an account: how the copy is read that its owner
// asks for, and what erasing it takes away.
package held

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/datacopy"
)

// section is one section of the copy of somebody's data, and where its rows come from.
type section struct {
	name    string
	from    string // what follows FROM; $1 is the account, the newest come first
	columns []column
	single  bool
	// document is where the JSON stands that some columns are read from, and each the list in it
	// that makes a row of every element; "." is the document itself.
	document, each string
}

// column is a column of a section: an expression of SQL, or a place in the document.
type column struct {
	datacopy.Column
	sql, place string
}

func col(name string, kind datacopy.Kind, of string) column {
	return column{Column: datacopy.Column{Name: name, Kind: kind, Of: of}, sql: name}
}

func text(name string) column        { return col(name, datacopy.Text, "") }
func moment(name string) column      { return col(name, datacopy.Time, "") }
func yesNo(name string) column       { return col(name, datacopy.YesNo, "yes_no") }
func code(name, of string) column    { return col(name, datacopy.Code, of) }
func several(name, of string) column { return col(name, datacopy.Codes, of) }

// either is a value of an activity. The digest tells lines of the platform from ours.
func either(name, of string) column {
	c := col(name, datacopy.Either, "step")
	return c.as("CASE WHEN " + of + " = '' THEN '' WHEN digest = '' THEN '" + datacopy.OurCode +
		"' ELSE '" + datacopy.ForeignText + "' END || " + of)
}

// said is what a person wrote, or the kind and the arguments of what the portal says itself, which
// has no text.
func said(name string, kind datacopy.Kind, text, remark, args string) column {
	return col(name, kind, "remark").as("CASE WHEN " + remark + " <> '' THEN '" +
		datacopy.OurCode + "' || " + remark + " || " + args + " || " + text + " WHEN " + text +
		" = '' THEN '' ELSE '" + datacopy.ForeignText + "' || " + text + " END")
}

// evidence is that of a lockout.
var evidence = said("evidence", datacopy.Said, "evidence", "evidence_kind", "evidence_args")

// as reads the column from an expression other than its name.
func (c column) as(sql string) column { c.sql = sql; return c }

// in reads the column from the document: keys from the outside in, with dots between.
func (c column) in(place string) column { c.place = place; return c }

// file keeps the column off the page.
func (c column) file() column { c.FileOnly = true; return c }

// List reads all records of a query.
type List func(ctx context.Context, fields func(*Record) []any, q string, args ...any) (
	[]Record, error)

// Copy reads every section for an account, each with at most limit rows.
func Copy(ctx context.Context, list List, account string, limit int) ([]datacopy.Section, error) {
	all := make([]datacopy.Section, len(sections))
	for i, s := range sections {
		var err error
		if all[i], err = s.read(ctx, list, account, limit); err != nil {
			return nil, fmt.Errorf("read %s: %w", s.name, err)
		}
	}
	return all, nil
}

func (s section) query() string {
	var from []string
	for _, c := range s.columns {
		if c.place == "" {
			from = append(from, c.sql)
		}
	}
	if s.document != "" {
		from = append(from, s.document)
	}
	return "SELECT " + strings.Join(from, ", ") + " FROM " + s.from + " LIMIT $2"
}

func (s section) read(ctx context.Context, list List, account string, limit int) (
	datacopy.Section, error) {
	made := datacopy.Section{Name: s.name, Single: s.single}
	for _, x := range s.columns {
		made.Columns = append(made.Columns, x.Column)
	}
	found, err := list(ctx, s.fields, s.query(), account, limit+1)
	if err != nil {
		return made, err
	}
	for _, r := range found {
		rows, err := s.rows(r)
		if err != nil {
			return made, err
		}
		made.Rows = append(made.Rows, rows...)
	}
	made.Cut = max(len(found), len(made.Rows)) > limit
	made.Rows = made.Rows[:min(limit, len(made.Rows))]
	return made, nil
}

// Record is a row of the database: its cells, and the document that other cells stand in.
type Record struct {
	cells    []string
	document string
}

func (s section) fields(r *Record) []any {
	r.cells = make([]string, len(s.columns))
	var to []any
	for i, c := range s.columns {
		if c.place == "" {
			to = append(to, &cell{c.Kind, &r.cells[i]})
		}
	}
	if s.document != "" {
		to = append(to, &cell{datacopy.Document, &r.document})
	}
	return to
}

// rows are those that a record makes: one, or as many as the list in its document has.
func (s section) rows(r Record) (rows [][]string, err error) {
	if s.document == "" {
		return [][]string{r.cells}, nil
	}
	var document any
	if r.document != "" { // not there yet, or erased
		if err := json.Unmarshal([]byte(r.document), &document); err != nil {
			return nil, err
		}
	}
	elements := []any{document}
	if s.each != "" {
		elements, _ = inside(document, s.each).([]any)
	}
	for _, x := range elements {
		cells := slices.Clone(r.cells)
		for i, c := range s.columns {
			if v := inside(x, c.place); c.place != "" && v != nil {
				cells[i] = fmt.Sprint(v)
				if c.Kind == datacopy.Either && v != "" {
					cells[i] = eitherOf(x) + cells[i]
				}
			}
			if c.Kind == datacopy.Time && strings.HasPrefix(cells[i], "0001-") {
				cells[i] = ""
			}
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

// eitherOf is what either does for a line of a document.
func eitherOf(activity any) string {
	if inside(activity, "Digest") == "" {
		return datacopy.OurCode
	}
	return datacopy.ForeignText
}

// inside is what stands at a place in a document; nil when there is nothing.
func inside(document any, place string) any {
	for key := range strings.SplitSeq(strings.Trim(place, "."), ".") {
		if object, ok := document.(map[string]any); ok {
			document = object[key]
		} else if key != "" {
			return nil
		}
	}
	return document
}

// cell scans one column of a row into the text of a copy.
type cell struct {
	kind datacopy.Kind
	to   *string
}

// Scan implements sql.Scanner.
func (c *cell) Scan(src any) (err error) {
	switch c.kind {
	case datacopy.Time:
		var ms sql.Null[int64] // 0 is no time
		if err = ms.Scan(src); err == nil && ms.V != 0 {
			*c.to = time.UnixMilli(ms.V).UTC().Format(time.RFC3339Nano)
		}
	case datacopy.YesNo:
		var yes sql.Null[bool]
		if err = yes.Scan(src); err == nil {
			*c.to = strconv.FormatBool(yes.V)
		}
	default:
		var v sql.Null[string]
		err = v.Scan(src)
		*c.to = v.V
	}
	if list := []string(nil); c.kind == datacopy.Codes && strings.HasPrefix(*c.to, "[") {
		err = json.Unmarshal([]byte(*c.to), &list)
		*c.to = strings.Join(list, ",")
	}
	return err
}
