package account

import (
	"context"
	"strings"
	"time"

	"regain/handlers"
	"regain/security/datacopy"
	"regain/security/risk"
	"regain/views"
	page "regain/views/account"
	"regain/views/mail"
	"regain/views/words"
)

// exportShown is how many entries of each list of a copy stand on the page; the file has all.
const exportShown = 100

// describeExport is a copy as its owner reads it on a page.
func describeExport(k handlers.Clock, c datacopy.Copy) page.Export {
	m := page.Export{MadeAt: k.Plain(c.MadeAt), Zone: k.Name(), CutShort: c.Cut(),
		LeftOut: datacopy.LeftOut}
	for _, s := range c.Sections {
		p := page.ExportPart{Name: s.Name, Single: s.Single, Count: len(s.Rows),
			Rows: make([][]page.ExportCell, min(len(s.Rows), exportShown))}
		for i, c := range s.Columns {
			if c.FileOnly {
				continue
			}
			p.Heads = append(p.Heads, c.Name)
			for j := range p.Rows {
				p.Rows[j] = append(p.Rows[j], tellCell(k, c, s.Rows[j][i]))
			}
		}
		m.Parts = append(m.Parts, p)
	}
	return m
}

// tellCell is a cell of a copy for people.
func tellCell(k handlers.Clock, c datacopy.Column, cell string) page.ExportCell {
	if t, err := time.Parse(time.RFC3339Nano, cell); err == nil && c.Kind == datacopy.Time {
		return page.ExportCell{At: k.Plain(t)}
	}
	return page.ExportCell{Text: cellWords(c, cell)}
}

func cellWords(c datacopy.Column, cell string) words.Text {
	switch c.Kind {
	case datacopy.Browser:
		if device := risk.Device(cell); device != "" {
			return views.DeviceWords(device)
		}
	case datacopy.Either, datacopy.Said, datacopy.ByStaff:
		return words.Spell(told{c, cell})
	case datacopy.Codes:
		var list []words.Text
		for code := range strings.SplitSeq(cell, ",") {
			list = append(list, wordOf(c, code))
		}
		return words.List(list...)
	}
	return wordOf(c, cell)
}

// told is what a cell says that somebody wrote, or that we said ourselves.
type told struct {
	column datacopy.Column
	cell   string
}

// In is what the cell says (words.Spoken).
func (t told) In(ctx context.Context) string {
	return t.column.Told(t.cell, func(c datacopy.Column, code string) string { return wordOf(c, code).In(ctx) })
}

// wordOf is what a code means, or the code itself where there are no words for it: a copy leaves
// nothing out.
func wordOf(c datacopy.Column, code string) words.Text {
	switch word := c.Of + "." + code; {
	case c.Of == "message":
		return mail.Title(code)
	case c.Of == "device":
		return views.DeviceWords(code)
	case c.Of == "remark":
		return views.CodedRemark(code)
	case c.Of == "step":
		return views.Step(code)
	case c.Kind == datacopy.Country:
		return views.CountryWords(code)
	case words.Known(word):
		return words.Say(word)
	}
	return words.As(code)
}

// plainWord is wordOf as text, in the language of whoever reads the page or fetches the file.
func plainWord(ctx context.Context) func(datacopy.Column, string) string {
	return func(c datacopy.Column, code string) string { return wordOf(c, code).In(ctx) }
}
