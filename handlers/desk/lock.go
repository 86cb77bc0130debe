package desk

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/staff"
	page "regain/views/desk"
)

const (
	lockPath    = "/staff/lock"
	maxLockList = 1 << 20
)

// lockRoutes are the pages on which Account Security locks many accounts at once.
func (p *pages) lockRoutes() []route {
	return []route{
		{method: get, path: lockPath, staffed: p.showLock, right: staff.RightReview},
		{method: post, path: lockPath, staffed: p.draftLock, right: staff.RightReview,
			body: maxLockList},
		{method: get, path: lockPath + "/:id", staffed: p.showLockJob, right: staff.RightReview},
		{method: get, path: lockPath + "/:id/result.csv", staffed: p.sendLockResult,
			right: staff.RightReview},
		{method: post, path: lockPath + "/:id/start", staffed: p.startLock,
			right: staff.RightReview},
		{method: post, path: lockPath + "/:id/stop", staffed: p.stopLock,
			right: staff.RightReview},
	}
}

func (p *pages) showLock(c echo.Context, m *staff.Member) error {
	return p.lockForm(c, m, page.Lock{Page: p.deskPage(c)})
}

// lockForm adds the recent jobs to the form.
func (p *pages) lockForm(c echo.Context, m *staff.Member, v page.Lock) error {
	jobs, err := p.Security.Lockout.LockJobs(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v.Most = lockout.RecentJobs
	for _, j := range jobs {
		v.Jobs = append(v.Jobs, page.LockJobLine{Path: lockPath + "/" + j.ID,
			State: j.State(), DraftedAt: handlers.WorldTime(j.DraftedAt), By: j.Name,
			Waiting: j.Tally[lockout.LockWaits],
			Locked:  j.Tally[lockout.LockLocked]})
	}
	return handlers.Form(c, v.Page, v.View())
}

// draftLock takes the list that was typed and the one in the file together. Should something
// else be refused, the file's lines stand in the form, for no browser sends a file twice by
// itself.
func (p *pages) draftLock(c echo.Context, m *staff.Member) error {
	r := c.Request()
	d := lockout.LockDraft{List: r.PostFormValue("list"), Cause: r.PostFormValue("cause"),
		Evidence: r.PostFormValue("evidence")}
	file, err := listFile(r)
	if err != nil {
		return err
	}
	if file != "" {
		d.List += "\n" + file
	}
	j, err := p.Security.Lockout.DraftLock(r.Context(), m, d)
	if w := handlers.Wrong(err); w != nil {
		return p.lockForm(c, m, page.Lock{Page: p.deskPage(c, w...), List: d.List,
			FromFile: file != "", Cause: d.Cause, Evidence: d.Evidence})
	}
	if err != nil {
		return err
	}
	return handlers.See(c, lockPath+"/"+j.ID)
}

// listFile is what the file of the form says; "" without one.
func listFile(r *http.Request) (string, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return "", nil
	}
	f, err := r.MultipartForm.File["file"][0].Open()
	if err != nil {
		return "", fmt.Errorf("open list: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(f) // receive has bounded it
	if err != nil {
		return "", fmt.Errorf("read list: %w", err)
	}
	return string(text), nil
}

func (p *pages) showLockJob(c echo.Context, m *staff.Member) error {
	after, err := strconv.Atoi(c.QueryParam("after"))
	if err != nil {
		after = 0
	}
	v, err := p.Security.Lockout.LockPreview(c.Request().Context(), m, c.Param("id"),
		lockout.LockPage{Outcome: lockout.LockOutcome(c.QueryParam("outcome")), After: after})
	if err != nil {
		return err
	}
	page := describeLock(v)
	page.Page, page.CheckedAt = p.deskPage(c), handlers.WorldClock.Hour(p.Security.Now())
	page.Part, page.Others = c.QueryParam("outcome") != "", v.LockJob.By != m.ID
	turn, err := strconv.Atoi(c.QueryParam("turn"))
	if err != nil {
		turn = 0
	}
	if page.State == "running" && !page.Part && !page.Others && turn < lastTurn {
		page.Moves = true
		c.Response().Header().Set("Refresh", fmt.Sprintf("%d; url=%s?turn=%d", turnSeconds, page.Path, turn+1))
	}
	return handlers.Render(c, http.StatusOK, page.View())
}

// The page of a job that runs asks again by itself, also without a script, and not for ever: it must
// not keep a forgotten session alive. A colleague's page stays as it is, for each look is on record.
const (
	turnSeconds = 5
	lastTurn    = 120
)

func describeLock(v lockout.LockView) page.LockJob {
	m := page.LockJob{Path: lockPath + "/" + v.ID, State: v.State(),
		By: v.Name, DraftedAt: handlers.WorldTime(v.DraftedAt), StartedAt: handlers.WorldTime(v.StartedAt),
		DoneAt: handlers.WorldTime(v.DoneAt), Cause: v.Cause, Evidence: v.Evidence,
		Waiting: v.Tally[lockout.LockWaits], Locked: v.Tally[lockout.LockLocked],
		Stopped: v.Tally[lockout.LockStopped]}
	for _, n := range v.Tally {
		m.Lines += n
	}
	for _, l := range v.Lists {
		m.Lists = append(m.Lists, describeLockList(m.Path, l, v.Tally[l.Outcome]))
	}
	return m
}

func describeLockList(path string, l lockout.LockList, n int) page.LockList {
	list := page.LockList{Outcome: string(l.Outcome), Count: n}
	if l.Next > 0 {
		list.More = path + "?" + url.Values{"outcome": {string(l.Outcome)},
			"after": {strconv.Itoa(l.Next)}}.Encode()
	}
	for _, item := range l.Items {
		line := page.LockLine{Line: strconv.Itoa(item.Position), Typed: item.Typed,
			Username: item.Username, Case: item.CaseNumber}
		if item.Account != "" {
			line.Account = accountPath(item.Account)
		}
		if item.CaseNumber != "" {
			line.CasePath = "/staff/cases/" + item.CaseNumber
		}
		list.Lines = append(list.Lines, line)
	}
	return list
}

// startLock starts the job once, however often the button is pressed.
func (p *pages) startLock(c echo.Context, m *staff.Member) error {
	id := c.Param("id")
	err := p.Security.Lockout.StartLock(c.Request().Context(), m, id)
	if err != nil && !handlers.Is(err, refusal.JobStarted) {
		return err
	}
	return p.Done(c, lockPath+"/"+id, "lock_started")
}

// stopLock stops the job once, however often the button is pressed.
func (p *pages) stopLock(c echo.Context, m *staff.Member) error {
	id := c.Param("id")
	err := p.Security.Lockout.StopLock(c.Request().Context(), m, id)
	if handlers.Is(err, refusal.JobNotRunning) {
		return handlers.See(c, lockPath+"/"+id)
	}
	return p.After(c, err, lockPath+"/"+id, "lock_stopped")
}

// sendLockResult is the whole list as a file, with what became of each line.
func (p *pages) sendLockResult(c echo.Context, m *staff.Member) error {
	items, err := p.Security.Lockout.LockFile(c.Request().Context(), m, c.Param("id"))
	if err != nil {
		return err
	}
	rows := [][]string{{"line", "typed", "outcome", "account", "username", "case"}}
	for _, i := range items {
		rows = append(rows, []string{strconv.Itoa(i.Position), i.Typed, string(i.Outcome), i.Account,
			i.Username, i.CaseNumber})
	}
	return handlers.SendTable(c, "locked.csv", rows)
}
