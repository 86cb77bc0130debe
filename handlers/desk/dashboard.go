package desk

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/desk"
	"regain/security/staff"
	page "regain/views/desk"
	"regain/views/plot"
	"regain/views/zone"
)

// showDesk is how the work stands, as far as the role may know.
func (p *pages) showDesk(c echo.Context, m *staff.Member) error {
	d, err := p.Security.Desk.Dashboard(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v := page.Dashboard{Page: p.deskPage(c), CheckedAt: handlers.WorldClock.Hour(d.At),
		Cases: caseBoard(d.Cases)}
	for _, t := range d.Tickets {
		v.Tickets = append(v.Tickets, page.Tally{Name: t.Name, Open: t.Open, Overdue: t.Overdue,
			Path: "/staff/tickets?" + url.Values{"department": {t.Name}}.Encode()})
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

func caseBoard(d *desk.CaseDashboard) *page.CaseBoard {
	if d == nil {
		return nil
	}
	b := &page.CaseBoard{Open: d.Open, Overdue: d.Overdue, Second: d.Second, Appealed: d.Appealed}
	if d.Wait > 0 {
		b.Wait = handlers.Roughly(d.Wait).String()
	}
	for _, x := range d.Days {
		b.Days = append(b.Days, page.DayCount{Day: zone.Day{Time: x.At}, Locked: x.Locked, Resumed: x.Resumed})
	}
	b.Steps, b.Ages = tallies(d.Steps), tallies(d.Ages)
	b.Plots = []plot.Plot{
		spans(d.Days, "board.to_secured", func(x desk.Day) time.Duration { return x.ToSecured }),
		spans(d.Days, "board.to_resumed", func(x desk.Day) time.Duration { return x.ToResumed }),
		counts(d.Days, "board.missed", "board.cases", func(x desk.Day) int { return x.Missed }),
		counts(d.Days, "board.denied", "board.alerts", func(x desk.Day) int { return x.Denied }),
	}
	return b
}

func tallies(all []desk.Tally) (out []page.Tally) {
	for _, t := range all {
		out = append(out, page.Tally{Name: t.Name, Open: t.Open})
	}
	return out
}

// counts draws how many of something there were on each day.
func counts(days []desk.Day, code, unit string, of func(desk.Day) int) plot.Plot {
	sum, most, bars := 0, 0, []plot.Bar{}
	for _, d := range days {
		n := of(d)
		sum, most, bars = sum+n, max(most, n), append(bars, plot.Bar{At: zone.Day{Time: d.At}, N: n})
	}
	return plot.Days(code, unit, bars, sum, most)
}

// spans draws how long something took on each day, in minutes.
func spans(days []desk.Day, code string, of func(desk.Day) time.Duration) plot.Plot {
	on, longest, bars := 0, time.Duration(0), []plot.Bar{}
	for _, d := range days {
		b := plot.Bar{At: zone.Day{Time: d.At}}
		if took := of(d); took > 0 {
			on, longest = on+1, max(longest, took)
			b.N, b.Said = max(1, int(took/time.Minute)), handlers.Roughly(took)
		}
		bars = append(bars, b)
	}
	return plot.Days(code, "board.half_within", bars, on, handlers.Roughly(longest))
}
