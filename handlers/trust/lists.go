package trust

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/report/stix"
	"regain/security/staff"
	"regain/views"
	"regain/views/plot"
	page "regain/views/trust"
	"regain/views/words"
	"regain/views/zone"
)

func (p Pages) showReports(c echo.Context, m *staff.Member) error {
	ctx, a := c.Request().Context(), read(c, ReportsPath)
	list, err := p.Security.Board.ReportList(ctx, m, a.sieve(p.Security.Now(), late))
	if err != nil {
		return err
	}
	hours, err := p.Security.Board.AllReports(ctx, m)
	if err != nil {
		return err
	}
	v := page.Reports{Queue: p.queue(c, a, "trust.caption.reports", list.Total, list.Next),
		Order: a.sort, Hours: byHour(hours, p.Security.Now(), board.PlotHours)}
	for _, r := range list.Rows {
		v.Rows = append(v.Rows, page.ReportLine{Path: reportPath(r.Report.Number), Number: r.Report.Number,
			What: views.OrElse(r.Subject, views.OrElse(r.Link, r.Job)), Kind: string(r.Kind),
			Via: string(r.Via), Known: r.Report.Verdict, Campaign: r.Number, CampaignPath: CampaignPath(r.Number),
			Name: r.Name, Settled: string(r.Settled), Came: handlers.WorldTime(r.At),
			Due: p.due(r.DueAt(), settled(r.Settled))})
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

// byHour is a plot of so many hours up to now, the empty ones too.
func byHour(counts []report.Count, now time.Time, hours int) plot.Plot {
	n, most := 0, 0
	at := map[int64]int{}
	for _, k := range counts {
		at[k.At.Unix()] = k.N
		n, most = n+k.N, max(most, k.N)
	}
	p := plot.Plot{Title: words.Say("trust.plot.by_hour"), Head: words.Say("trust.plot.hour"), Unit: words.Say("trust.plot.reports"),
		Sum: words.Say("trust.plot.sum_hours", n, most)}
	first := now.Truncate(time.Hour).Add(-time.Duration(hours) * time.Hour)
	for i := range hours + 1 {
		t := first.Add(time.Duration(i) * time.Hour)
		p.Bars = append(p.Bars, plot.Bar{At: handlers.WorldTime(t), N: at[t.Unix()]})
	}
	return p
}

// plotDays is from how many hours on a plot goes by days.
const plotDays = 72

// ofCampaign is the plot of a campaign: by the hour as long as it is young, then by the day.
func ofCampaign(counts []report.Count, first, last time.Time) plot.Plot {
	if hours := int(last.Sub(first).Hours()); hours < plotDays {
		return byHour(counts, last, max(hours, 1)+1)
	}
	day := 24 * time.Hour
	n, most, at := 0, 0, map[int64]int{}
	for _, k := range counts {
		of := k.At.Truncate(day).Unix()
		at[of] += k.N
		n, most = n+k.N, max(most, at[of])
	}
	p := plot.Plot{Title: words.Say("trust.plot.by_day"), Head: words.Say("plot.day"), Unit: words.Say("trust.plot.reports"),
		Sum: words.Say("trust.plot.sum_days", n, most)}
	from := first.Truncate(day)
	if earliest := last.Add(-security.Review).Truncate(day); from.Before(earliest) {
		from = earliest
	}
	for t := from; !t.After(last); t = t.Add(day) {
		p.Bars = append(p.Bars, plot.Bar{At: zone.Day{Time: t}, N: at[t.Unix()]})
	}
	return p
}

// sendReports is the list as a file.
func (p Pages) sendReports(c echo.Context, m *staff.Member) error {
	f := read(c, ReportsPath).sieve(p.Security.Now(), late)
	f.After = security.Cursor{}
	list, err := p.Security.Board.ReportFile(c.Request().Context(), m, f)
	if err != nil {
		return err
	}
	rows := [][]string{{"report", "kind", "via", "came", "campaign", "name", "verdict", "subject",
		"sender", "link", "job", "sha256"}}
	for _, r := range list {
		rows = append(rows, []string{r.Report.Number, string(r.Kind), string(r.Via), handlers.FileTime(r.At),
			r.Number, r.Name, string(r.Settled), r.Subject, r.Sender, page.Inert(r.Link), page.Inert(r.Job),
			r.Digest})
	}
	return handlers.SendTable(c, "reports.csv", rows)
}

func (p Pages) showCampaigns(c echo.Context, m *staff.Member) error {
	a := read(c, CampaignsPath)
	list, err := p.Security.Board.CampaignList(c.Request().Context(), m, a.sieve(p.Security.Now(), 0))
	if err != nil {
		return err
	}
	v := page.Campaigns{Queue: p.queue(c, a, "trust.caption.campaigns", list.Total, list.Next),
		Order: a.sort, Share: CampaignsPath + ".json"}
	for _, r := range list.Rows {
		v.Rows = append(v.Rows, page.CampaignLine{Path: CampaignPath(r.Number), Number: r.Number, Name: r.Name,
			Kind: string(r.Kind), Verdict: string(r.Verdict), Reports: r.Reports, Reporters: r.Reporters,
			First: handlers.WorldTime(r.FirstAt), Last: handlers.WorldTime(r.LastAt),
			Due: p.due(r.DueAt, r.Status.Settled()), Holder: list.Names[r.Holder]})
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

// sendCampaigns is the list as a file.
func (p Pages) sendCampaigns(c echo.Context, m *staff.Member) error {
	f := read(c, CampaignsPath).sieve(p.Security.Now(), 0)
	f.After = security.Cursor{}
	list, err := p.Security.Board.CampaignFile(c.Request().Context(), m, f)
	if err != nil {
		return err
	}
	rows := [][]string{{"campaign", "name", "kind", "verdict", "reports", "reporters", "first", "last",
		"decided", "ticket", "due"}}
	for _, r := range list {
		rows = append(rows, []string{r.Number, r.Name, string(r.Kind), string(r.Verdict),
			strconv.Itoa(r.Reports), strconv.Itoa(r.Reporters), handlers.FileTime(r.FirstAt),
			handlers.FileTime(r.LastAt), handlers.FileTime(r.DecidedAt), r.TicketNumber,
			handlers.FileTime(r.DueAt)})
	}
	return handlers.SendTable(c, "campaigns.csv", rows)
}

func (p Pages) shareAll(c echo.Context, m *staff.Member) error { return p.share(c, m, "") }

func (p Pages) shareOne(c echo.Context, m *staff.Member) error {
	return p.share(c, m, c.Param("number"))
}

// share answers with a bundle for other programs.
func (p Pages) share(c echo.Context, m *staff.Member, number string) error {
	raw, err := p.Security.Board.Share(c.Request().Context(), m, number,
		stix.Source{Name: p.Site.Brand, Portal: p.Origin()})
	if err != nil {
		return err
	}
	name := views.OrElse(number, "campaigns")
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+plain(name)+`.stix.json"`)
	return c.Blob(http.StatusOK, "application/stix+json;version=2.1", raw)
}
