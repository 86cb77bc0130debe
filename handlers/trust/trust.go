// Package trust is the pages on which Trust & Safety work: reports, campaigns, and the hosts that
// the checks warn of.
package trust

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/views"
	"regain/views/desk"
	"regain/views/words"
)

// Where these pages stand.
const (
	ReportsPath   = "/staff/reports"
	CampaignsPath = "/staff/campaigns"
	BlocklistPath = "/staff/blocklist"
)

// Has reports whether a path is one of these pages.
func Has(path string) bool {
	for _, section := range []string{ReportsPath, CampaignsPath, BlocklistPath} {
		if handlers.UnderPath(path, section) {
			return true
		}
	}
	return false
}

// Pages answers requests for these pages. Frame is what stands around every page of staff.
type Pages struct {
	*handlers.Portal
	Frame func(echo.Context, ...views.Wrong) views.Page
}

// Route is one address, for members of staff who work on reports.
type Route struct {
	Method, Path string
	Serve        func(echo.Context, *staff.Member) error
}

// Routes are all of them.
func (p Pages) Routes() []Route {
	const get, post = http.MethodGet, http.MethodPost
	const one = CampaignsPath + "/:number"
	return []Route{
		{get, ReportsPath, p.showReports},
		{get, ReportsPath + ".csv", p.sendReports},
		{get, ReportsPath + "/:number", p.showReport},
		{get, ReportsPath + "/:number/original", p.sendOriginal},
		{get, ReportsPath + "/:number/files/:id", p.sendFile},
		{get, CampaignsPath, p.showCampaigns},
		{get, CampaignsPath + ".csv", p.sendCampaigns},
		{get, CampaignsPath + ".json", p.shareAll},
		{get, one, p.showCampaign},
		{get, one + "/share", p.shareOne},
		{post, one + "/preview", p.preview},
		{get, one + "/verdict", p.showVerdict},
		{post, one + "/verdict", p.decide},
		{post, one + "/split", p.split},
		{post, one + "/merge", p.merge},
		{post, one + "/block", p.blockHosts},
		{get, BlocklistPath, p.showBlocklist},
		{post, BlocklistPath, p.addHost},
		{post, BlocklistPath + "/:id/lift", p.liftHost},
	}
}

// asked is what the address of a list asks for.
type asked struct {
	path, words, kind, verdict, sort, after string
	overdue                                 bool
}

// The values that the address of a list may have; the first is what counts without one.
var (
	sorts    = []string{"newest", "oldest"}
	kinds    = append([]string{""}, texts(report.Kinds)...)
	verdicts = append([]string{board.Waiting, "all"}, texts(report.Verdicts)...)
)

func texts[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, x := range list {
		all[i] = string(x)
	}
	return all
}

func read(c echo.Context, path string) asked {
	return asked{path: path, words: handlers.SearchedFor(c), kind: handlers.OneOf(c, "kind", kinds),
		verdict: handlers.OneOf(c, "verdict", verdicts), sort: handlers.OneOf(c, "sort", sorts),
		overdue: c.QueryParam("overdue") == "1", after: c.QueryParam("after")}
}

// sieve is what is asked for, as the use cases take it. late is how long before now what is overdue
// came.
func (a asked) sieve(now time.Time, late time.Duration) board.Sieve {
	f := board.Sieve{Kind: report.Kind(a.kind), Verdict: a.verdict, Words: a.words,
		Oldest: a.sort == "oldest", After: handlers.ReadCursor(a.after)}
	if a.verdict == "all" {
		f.Verdict = board.Any
	}
	if a.overdue {
		f.Before = now.Add(-late)
	}
	return f
}

// at is the address of the list under another path, such as that of its file.
func (a asked) at(path string) string {
	return handlers.Address(path, map[string]string{"q": a.words, "kind": a.kind, "after": a.after,
		"verdict": strings.TrimPrefix(a.verdict, board.Waiting),
		"sort":    strings.TrimPrefix(a.sort, sorts[0]), "overdue": handlers.Ticked(a.overdue)})
}

// from is the address of the page of the list that begins behind the cursor.
func (a asked) from(after string) string {
	a.after = after
	return a.at(a.path)
}

// narrowed reports whether not all of the list is asked for.
func (a asked) narrowed() bool {
	return a.words+a.kind != "" || a.overdue || a.verdict != board.Waiting
}

// queue is what the page of a list shows besides its rows: name is what is listed, total how many.
func (p Pages) queue(c echo.Context, a asked, name string, total int, next security.Cursor) desk.Queue {
	file := a
	file.after = ""
	q := desk.Queue{Page: p.Frame(c), Path: a.path, Words: a.words, Overdue: a.overdue,
		Caption: words.Say("queue.total", words.Say(name), handlers.UpTo(total, board.MostInFile)), File: file.at(a.path + ".csv"),
		Refresh: a.from(a.after), CheckedAt: handlers.WorldClock.Hour(p.Security.Now()),
		Picks: []desk.Pick{
			{Name: "verdict", Label: words.Say("trust.label.verdict"), Value: a.verdict,
				From: views.ChoicesOf("trust_verdict.", verdicts...)},
			{Name: "kind", Label: words.Say("trust.label.kind"), Value: a.kind,
				From: views.ChoicesOf("trust_kind.", kinds...)},
			{Name: "sort", Label: words.Say("desk_label.order"), Value: a.sort,
				From: views.ChoicesOf("queue_sort.", sorts...)}}}
	if a.narrowed() {
		q.Whole = asked{path: a.path, verdict: board.Waiting, sort: a.sort}.from("")
	}
	if a.after != "" {
		q.First = a.from("")
	}
	if next := handlers.CursorText(next); next != "" {
		q.More = a.from(next)
	}
	return q
}

// CampaignPath is where the page of a campaign stands.
func CampaignPath(number string) string { return CampaignsPath + "/" + url.PathEscape(number) }
func reportPath(number string) string   { return ReportsPath + "/" + url.PathEscape(number) }

// version is that of the campaign that a form was filled in for; 0, which none has, for none.
func version(c echo.Context) int64 {
	n, err := strconv.ParseInt(c.Request().PostFormValue("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// due is by when somebody is to look at what came then; nothing is owed once it is decided.
func (p Pages) due(at time.Time, decided bool) views.Due {
	if decided {
		return views.Due{At: handlers.WorldTime(at)}
	}
	return handlers.Due(at, p.Security.Now())
}

// settled reports whether nobody has to look any more.
func settled(v report.Verdict) bool { return v != report.Undecided }

// late is after which time a report is overdue.
const late = ticket.UrgentLevel
