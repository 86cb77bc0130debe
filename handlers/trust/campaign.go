package trust

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/staff"
	"regain/views"
	"regain/views/mail"
	page "regain/views/trust"
	"regain/views/words"
)

func (p Pages) showCampaign(c echo.Context, m *staff.Member) error {
	return p.campaignPage(c, m, page.Campaign{})
}

// campaignPage draws the campaign in the address around what was typed.
func (p Pages) campaignPage(c echo.Context, m *staff.Member, v page.Campaign, refused ...views.Wrong) error {
	after := c.QueryParam("after")
	x, err := p.Security.Board.Campaign(c.Request().Context(), m, c.Param("number"), handlers.ReadCursor(after))
	if err != nil {
		return err
	}
	v.Page, v.Path, v.Number, v.Name = p.Frame(c, refused...), CampaignPath(x.Campaign.Number),
		x.Campaign.Number, x.Campaign.Name
	v.Version = strconv.FormatInt(x.Campaign.Version, 10)
	v.Verdict, v.Offered = string(x.Campaign.Verdict), texts(report.Verdicts)
	v.Mixed, v.Advised = x.Campaign.Mixed, report.Advised
	if len(refused) == 0 {
		v.Advice = x.Campaign.Advice
	}
	v.Empty = x.Campaign.Reports == 0
	v.Due = p.due(x.Ticket.DueAt, x.Ticket.Status.Settled())
	v.Facts = campaignFacts(x)
	v.Plot = ofCampaign(x.Hours, x.Campaign.FirstAt, x.Campaign.LastAt)
	v.Keys, v.Hosts = keys(x)
	v.Fraud = settled(x.Campaign.Verdict) && !x.Campaign.Verdict.Clear()
	if after != "" {
		v.First = v.Path
	}
	if next := handlers.CursorText(x.Next); next != "" {
		v.More = v.Path + "?after=" + next
	}
	for _, r := range x.Reports {
		line := page.ReportLine{Path: reportPath(r.Number), Number: r.Number, Kind: string(r.Kind),
			Via: string(r.Via), Known: r.Verdict, What: views.OrElse(r.Subject, views.OrElse(r.Link, r.Job)),
			Came: handlers.WorldTime(r.At), Said: r.Said, Reporter: words.Say("trust.reporter.stranger")}
		if who := x.Reporters[r.Account]; who != "" {
			line.Reporter = words.As(who)
		}
		if r.Told != report.Undecided {
			line.Told = string(r.Told)
		}
		v.Rows = append(v.Rows, line)
	}
	return handlers.Form(c, v.Page, v.View())
}

// campaignFacts is what is known of a campaign as a whole.
func campaignFacts(x board.Sight) []views.Fact {
	list := []views.Fact{
		{Label: words.Say("trust.label.kind"), Value: words.Say("trust_kind." + string(x.Campaign.Kind))},
		{Label: words.Say("trust.label.reports"), Value: words.Say("trust.reports_of", x.Campaign.Reports,
			words.Number(x.Campaign.Reporters))},
		{Label: words.Say("trust.label.first"), At: handlers.WorldClock.Tell(x.Campaign.FirstAt)},
		{Label: words.Say("trust.label.last"), At: handlers.WorldClock.Tell(x.Campaign.LastAt)},
		{Label: words.Say("trust.label.ticket"), Value: words.As(x.Ticket.Number), Code: true,
			Href: "/staff/tickets/" + x.Ticket.Number},
		{Label: words.Say("desk_label.who_has_it"), Value: views.TextOr(words.As(x.Names[x.Ticket.Assignee]),
			words.Say("nobody"))},
	}
	if x.Campaign.DecidedBy != "" {
		list = append(list, views.Fact{Label: words.Say("trust.label.decided"),
			Value: words.As(views.OrElse(x.Names[x.Campaign.DecidedBy], x.Campaign.DecidedBy) + ","),
			At:    handlers.WorldClock.Tell(x.Campaign.DecidedAt)})
	}
	return list
}

// keys are what ties the reports of a campaign together, and the hosts among them with whether they
// are warned of.
func keys(x board.Sight) (list []page.Key, hosts []page.KeyHost) {
	for _, k := range x.Keys {
		kind, value, _ := strings.Cut(k.Key, ":")
		list = append(list, page.Key{Kind: kind, Value: value})
		if kind == "host" && !strings.Contains(value, "/") {
			hosts = append(hosts, page.KeyHost{Host: value, Blocked: blocked(value, x.Blocks)})
		}
	}
	return list, hosts
}

// preview leads to the page that asks once more, with the verdict that was chosen. It changes nothing.
func (p Pages) preview(c echo.Context, m *staff.Member) error {
	v := c.Request().PostFormValue("verdict")
	if !slices.Contains(report.Verdicts, report.Verdict(v)) {
		return p.campaignPage(c, m, page.Campaign{}, views.Wrong{Field: "verdict", Code: string(refusal.VerdictUnknown)})
	}
	return c.Redirect(http.StatusSeeOther, CampaignPath(c.Param("number"))+"/verdict?"+
		url.Values{"verdict": {v}, "advice": report.Advice(c.Request().PostForm["advice"])}.Encode())
}

// showVerdict is the page that asks once more: what the verdict does, and the mail that goes out.
func (p Pages) showVerdict(c echo.Context, m *staff.Member) error {
	v := report.Verdict(c.QueryParam("verdict"))
	if !slices.Contains(report.Verdicts, v) {
		return p.campaignPage(c, m, page.Campaign{}, views.Wrong{Field: "verdict", Code: string(refusal.VerdictUnknown)})
	}
	plan, err := p.Security.Board.Plan(c.Request().Context(), m, c.Param("number"), v)
	if err != nil {
		return err
	}
	d := page.Decision{Page: p.Frame(c), Path: CampaignPath(plan.Number), Number: plan.Number,
		Name: plan.Name, Verdict: string(v), Version: strconv.FormatInt(plan.Version, 10),
		Reports: plan.Told.Reports, Mails: plan.Mails, Advice: report.Advice(c.QueryParams()["advice"])}
	if r := plan.Example; r != nil {
		letter, err := mail.RenderIn(p.Languages.English(), notice.ReportVerdict{Report: r.Number,
			Verdict: string(v), Advice: d.Advice, ReportedAt: r.At},
			notice.Envelope{Name: words.Say("trust.decision.name").String(),
				Code: words.Say("case_mail.code").String()}, mail.Site{BaseURL: p.Origin(),
				Brand: p.Site.Brand, SupportEmail: p.Site.SupportEmail, Languages: p.Languages})
		if err != nil {
			return err
		}
		d.Subject, d.Text = letter.Subject, letter.Text
	}
	return handlers.Render(c, http.StatusOK, d.View())
}

// decide gives the verdict that was shown. Who was slower than somebody else sees what they decided.
func (p Pages) decide(c echo.Context, m *staff.Member) error {
	r, number := c.Request(), c.Param("number")
	err := p.Security.Report.Decide(r.Context(), m, number, version(c), report.Verdict(r.PostFormValue("verdict")),
		r.PostForm["advice"]...)
	return p.answer(c, m, err, number, "trust_decided")
}

// answer leads to the campaign with the news, or shows it with what was refused.
func (p Pages) answer(c echo.Context, m *staff.Member, err error, number, flash string) error {
	if w := handlers.Wrong(err); w != nil {
		r := c.Request()
		return p.campaignPage(c, m, page.Campaign{Into: r.PostFormValue("into")}, w...)
	}
	if errors.Is(err, security.ErrConflict) {
		return p.campaignPage(c, m, page.Campaign{}, views.Wrong{Code: "campaign_changed"})
	}
	return p.After(c, err, CampaignPath(number), flash)
}

func (p Pages) split(c echo.Context, m *staff.Member) error {
	r := c.Request()
	made, err := p.Security.Board.Split(r.Context(), m, c.Param("number"), version(c), r.PostFormValue("report"))
	return p.answer(c, m, err, made, "trust_split")
}

func (p Pages) merge(c echo.Context, m *staff.Member) error {
	r := c.Request()
	into, err := p.Security.Board.Merge(r.Context(), m, c.Param("number"), version(c), r.PostFormValue("into"))
	return p.answer(c, m, err, into, "trust_merged")
}

// blockHosts warns of every host that was chosen. One that is already counts as done.
func (p Pages) blockHosts(c echo.Context, m *staff.Member) error {
	number := c.Param("number")
	for _, host := range c.Request().PostForm["host"] {
		err := p.Security.Report.Block(c.Request().Context(), m, host, number)
		if err != nil && !handlers.Is(err, refusal.HostBlocked) {
			return p.answer(c, m, err, number, "")
		}
	}
	return p.answer(c, m, nil, number, "trust_blocked")
}

func (p Pages) showBlocklist(c echo.Context, m *staff.Member) error {
	return p.blocklist(c, m, page.Blocklist{})
}

// blocklist draws the list around what was typed.
func (p Pages) blocklist(c echo.Context, m *staff.Member, v page.Blocklist, refused ...views.Wrong) error {
	b, err := p.Security.Board.Blocklist(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v.Page = p.Frame(c, refused...)
	for _, list := range [][]report.Blocked{b.Live, b.Lifted} {
		for _, x := range list {
			line := page.Host{Host: x.Host, Campaign: x.Campaign, By: views.OrElse(b.Names[x.By], x.By),
				At: handlers.WorldTime(x.At), LiftedBy: views.OrElse(b.Names[x.LiftedBy], x.LiftedBy),
				LiftedAt: handlers.WorldTime(x.LiftedAt)}
			if x.Campaign != "" {
				line.CampaignPath = CampaignPath(x.Campaign)
			}
			if x.LiftedAt.IsZero() {
				line.Lift = BlocklistPath + "/" + x.ID + "/lift"
				v.Live = append(v.Live, line)
			} else {
				v.Lifted = append(v.Lifted, line)
			}
		}
	}
	return handlers.Form(c, v.Page, v.View())
}

func (p Pages) addHost(c echo.Context, m *staff.Member) error {
	host := c.Request().PostFormValue("host")
	err := p.Security.Report.Block(c.Request().Context(), m, host, "")
	if w := handlers.Wrong(err); w != nil {
		return p.blocklist(c, m, page.Blocklist{Typed: host}, w...)
	}
	return p.After(c, err, BlocklistPath, "trust_blocked")
}

func (p Pages) liftHost(c echo.Context, m *staff.Member) error {
	err := p.Security.Report.Unblock(c.Request().Context(), m, c.Param("id"))
	if errors.Is(err, security.ErrConflict) {
		err = nil // somebody lifted it before: it is what was wanted
	}
	return p.After(c, err, BlocklistPath, "trust_lifted")
}
