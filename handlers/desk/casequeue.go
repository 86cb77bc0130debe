package desk

import (
	"net/http"
	"strconv"

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

// caseStates are the states that a list is narrowed to; the first is any.
var caseStates = func() []string {
	all := []string{""}
	for _, s := range recovery.States {
		all = append(all, string(s))
	}
	return all
}()

// readCases is what the address of the queue asks for.
func (p queues) readCases(c echo.Context) (sieve, review.CaseAsk) {
	tab, state := c.QueryParam("tab"), handlers.OneOf(c, "state", caseStates)
	f := readSieve(c, casesPath, page.Kept{Name: "tab", Value: tab})
	return f, review.CaseAsk{Tab: review.CaseTab(tab), State: recovery.State(state),
		After: handlers.ReadCursor(f.after), Sieve: f.ask(p.desk.Security.Now())}
}

func (p queues) showCases(c echo.Context, m *staff.Member) error {
	f, ask := p.readCases(c)
	list, err := p.desk.Security.Review.CaseList(c.Request().Context(), m, ask)
	if err != nil {
		return err
	}
	tab := string(list.Tab)
	f = f.knowing(list.Names)
	f.base = []page.Kept{{Name: "tab", Value: tab}}
	whole := f.whole()
	if ask.State != "" {
		f.base = append(f.base, page.Kept{Name: "state", Value: string(ask.State)})
	}
	v := page.Cases{Queue: p.queue(c, f, words.Say("case_tab."+tab), list.Total, list.Next,
		list.Names), Tab: tab, Order: f.sort}
	v.Kept = f.base[:1]
	if f.narrowed() || ask.State != "" {
		v.Whole = whole
	}
	v.Picks = append([]page.Pick{
		pick("cause", "desk_label.cause", f.cause, "case_cause.", causes),
		pick("state", "desk_label.state", string(ask.State), "case_state.", caseStates)}, v.Picks...)
	for _, tab := range review.CaseTabs {
		word := words.Say("case_tab." + string(tab))
		if n, counted := list.Counts[tab]; counted {
			word = words.Say("case_tab", word, handlers.UpTo(n, review.MostCounted))
		}
		at := sieve{path: casesPath, base: []page.Kept{{Name: "tab", Value: string(tab)}}}
		v.Tabs = append(v.Tabs, views.NavLink{Path: at.from(""), Word: word, Here: tab == list.Tab})
	}
	for _, l := range list.Lines {
		v.Rows = append(v.Rows, p.caseRow(m, l, list.Names))
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

func (p queues) caseRow(m *staff.Member, l review.CaseLine, names map[string]string) page.CaseRow {
	row := page.CaseRow{Path: casePath(l.Number), Number: l.Number, Person: l.Username,
		Due: caseDue(l.Case, p.desk.Security.Now()), Cause: string(l.Cause), State: string(l.State),
		Standing: string(l.Standing), Urgent: urgent(l.Case),
		Said: saidLast(l.Last, l.Username, names)}
	if l.Case.Appealed() {
		row.Standing = "appealed"
	}
	take := page.Held{Number: l.Number, Version: strconv.FormatInt(l.Version, 10)}
	if !l.State.Over() {
		take.Take = row.Path + "/take"
	}
	row.Held = held(m, l.Assignee, names, take)
	if len(l.Facts) > 0 {
		row.Signal = words.Say("signal." + l.Facts[0].Code)
	}
	return row
}

func urgent(c security.Case) bool { return !c.EscalatedAt.IsZero() && !c.State.Over() }

// sendCases is the list as a file; codes stand for what others may want to count by.
func (p queues) sendCases(c echo.Context, m *staff.Member) error {
	_, ask := p.readCases(c)
	ask.After = security.Cursor{}
	list, err := p.desk.Security.Review.CaseFile(c.Request().Context(), m, ask)
	if err != nil {
		return err
	}
	rows := [][]string{{"case", "person", "state", "cause", "signal", "holder", "opened", "due", "closed",
		"urgent"}}
	for _, l := range list.Lines {
		signal := ""
		if len(l.Facts) > 0 {
			signal = l.Facts[0].Code
		}
		rows = append(rows, []string{l.Number, l.Username, string(l.State), string(l.Cause), signal,
			l.Holder, handlers.FileTime(l.OpenedAt), handlers.FileTime(l.DueAt),
			handlers.FileTime(l.ClosedAt), strconv.FormatBool(urgent(l.Case))})
	}
	return handlers.SendTable(c, "cases.csv", rows)
}

// nextCase leads to the case that follows, or to the list when none does.
func (p queues) nextCase(c echo.Context, m *staff.Member) error {
	number, err := p.desk.Security.Review.NextCase(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	if number == "" {
		return handlers.See(c, casesPath)
	}
	return handlers.See(c, casePath(number))
}
