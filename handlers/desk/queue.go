package desk

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// sieve is how the address of a list narrows it; base are the fields that say which list it is.
type sieve struct {
	path                    string
	base                    []page.Kept
	words, cause, who, sort string
	overdue                 bool
	after                   string
}

// The values that the address of a list may have.
var (
	causes = []string{"", string(recovery.Compromised), string(recovery.Hijacked)}
	sorts  = []string{string(review.SortUsual), string(review.SortOldest), string(review.SortNewest)}
)

func readSieve(c echo.Context, path string, base ...page.Kept) sieve {
	return sieve{path: path, base: base, words: handlers.SearchedFor(c),
		cause: handlers.OneOf(c, "cause", causes), who: c.QueryParam("who"),
		sort: handlers.OneOf(c, "sort", sorts), overdue: c.QueryParam("overdue") == "1",
		after: c.QueryParam("after")}
}

// ask is the sieve as the use cases take it.
func (f sieve) ask(now time.Time) review.Sieve {
	s := review.Sieve{Words: f.words, Cause: recovery.Cause(f.cause), Holder: f.who,
		Sort: review.Sort(f.sort)}
	if f.overdue {
		s.DueBy = now
	}
	return s
}

// at is the address of the list under another path, such as that of its file.
func (f sieve) at(path string) string {
	asked := map[string]string{"q": f.words, "cause": f.cause, "who": f.who, "sort": f.sort,
		"after": f.after, "overdue": handlers.Ticked(f.overdue)}
	for _, k := range f.base {
		asked[k.Name] = k.Value
	}
	return handlers.Address(path, asked)
}

// from is the address of the page of the list that begins there.
func (f sieve) from(after string) string {
	f.after = after
	return f.at(f.path)
}

// narrowed reports whether not all of the list is asked for.
func (f sieve) narrowed() bool {
	return f.words+f.cause+f.who != "" || f.overdue
}

// knowing forgets a holder who is not among staff, as the list has done.
func (f sieve) knowing(names map[string]string) sieve {
	if _, ok := names[f.who]; !ok && f.who != review.Me && f.who != review.Nobody {
		f.who = ""
	}
	return f
}

// whole is the address of all of the list.
func (f sieve) whole() string { return sieve{path: f.path, base: f.base}.from("") }

// queues are the lists that staff work from.
type queues struct{ desk *pages }

// queue is what the page of a list shows besides its rows: name is what is listed, total how many,
// names are those of staff.
func (p queues) queue(c echo.Context, f sieve, name words.Text, total int, next security.Cursor,
	names map[string]string) page.Queue {
	file := f
	file.after = ""
	q := page.Queue{Page: p.desk.deskPage(c), Path: f.path, Kept: f.base, Words: f.words,
		Overdue: f.overdue, Caption: words.Say("queue.total", name, handlers.UpTo(total, review.MostInFile)),
		File: file.at(f.path + ".csv"), Refresh: f.from(f.after),
		CheckedAt: handlers.WorldClock.Hour(p.desk.Security.Now()), Picks: []page.Pick{
			{Name: "who", Label: words.Say("desk_label.who_has_it"), Value: f.who, From: holders(names)},
			{Name: "sort", Label: words.Say("desk_label.order"), Value: f.sort, From: views.ChoicesOf("queue_sort.", sorts...)}}}
	if f.narrowed() {
		q.Whole = f.whole()
	}
	if f.after != "" {
		q.First = f.from("")
	}
	if next := handlers.CursorText(next); next != "" {
		q.More = f.from(next)
	}
	return q
}

// pick is a question with a word for each answer, of which "" is any.
func pick(name, label, value, prefix string, values []string) page.Pick {
	p := page.Pick{Name: name, Label: words.Say(label), Value: value}
	for _, v := range values {
		word := words.Say("queue_any")
		if v != "" {
			word = words.Say(prefix + v)
		}
		p.From = append(p.From, views.Choice{Value: v, Label: word})
	}
	return p
}

// holders are the people that a list can be about.
func holders(names map[string]string) []views.Choice {
	all := views.ChoicesOf("queue_who.", "", review.Me, review.Nobody)
	for _, id := range slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(names[a], names[b]), cmp.Compare(a, b))
	}) {
		all = append(all, views.Choice{Value: id, Label: words.As(names[id])})
	}
	return all
}

// saidLast is the last message.
func saidLast(m security.Message, owner string, names map[string]string) page.Said {
	if m.ID == "" {
		return page.Said{}
	}
	return page.Said{From: whoSaid(m, owner, names), Text: handlers.Said(m.Body, m.Remark)}
}

// whoSaid names the author of a message.
func whoSaid(m security.Message, owner string, names map[string]string) words.Text {
	switch m.Author {
	case security.AuthorOwner:
		return words.As(owner)
	case security.AuthorStaff:
		return words.As(names[m.By])
	}
	return words.Say("ticket_author.regain")
}

// held is who has a piece of work, with the button that takes it where nobody does.
func held(m *staff.Member, assignee string, names map[string]string, take page.Held) page.Held {
	take.Holder = whoHasIt(m, assignee, names)
	if assignee != "" {
		take.Take = ""
	}
	return take
}
