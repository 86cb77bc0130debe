package desk

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/desk"
	"regain/security/staff"
	page "regain/views/desk"
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
	for _, s := range d.Steps {
		b.Steps = append(b.Steps, page.Tally{Name: s.Name, Open: s.Open})
	}
	return b
}
