package web_test

import (
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security/lockout"
	"regain/security/staff"
	"regain/views/words"
)

// lists reads a page of a job: for each outcome the lines as they were typed.
func lists(b *handlertest.Browser) map[string][]string {
	all := map[string][]string{}
	for _, card := range b.Doc.Find("[data-outcome]").EachIter() {
		outcome := card.AttrOr("data-outcome", "")
		for _, typed := range card.Find("tbody th").EachIter() {
			all[outcome] = append(all[outcome], strings.TrimSpace(typed.Text()))
		}
	}
	return all
}

func TestLockMany(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("cleo")
	d := b.Desk(staff.RoleSecurity, "ines")
	d.Open("/staff/lock").On(200, "staff-lock").Wants(200, "main", "Nobody has locked accounts")
	d.Fill("list", "ada,\nnobody").Attach("file", "\ufeffBOB\r\ncleo\r\nada\r\n")
	d.Fill("evidence", "a list <b>for sale</b>").Fill("cause", "hijacked").Submit()
	job := d.Header.Get("Location")
	d.Follow().On(200, "staff-lock-job").Wants(200, "h1", "Lock 2 accounts?")
	want := map[string][]string{"waiting": {"ada", "BOB"}, "unknown": {"nobody"},
		"already_locked": {"cleo"}, "twice": {"ada"}}
	if diff := cmp.Diff(want, lists(d)); diff != "" {
		t.Errorf("preview (-want +got):\n%s", diff)
	}
	d.Wants(200, ".facts", "a list <b>for sale</b>")
	d.Wants(200, "form button.danger", "Lock 2 accounts")
	d.SubmitTo(job+"/start").Wants(303, "", job).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.lock_started").String())
	d.Wants(200, "[data-progress]", "0 are locked, 2 are still to come, 3 cannot be locked")
	if n, err := b.Service.Lockout.RunLockJobs(t.Context()); n != 2 || err != nil {
		t.Fatalf("locked %d, %v", n, err)
	}
	d.Open(job).On(200, "staff-lock-job").Wants(200, "h1", "Locked 2 accounts")
	want["locked"] = want["waiting"]
	delete(want, "waiting")
	if diff := cmp.Diff(want, lists(d)); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	a, err := b.Store.Account(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Store.Case(t.Context(), a.Case)
	if err != nil || c.OpenedBy != "staff-ines" || c.Cause != "hijacked" {
		t.Errorf("case of bob: %+v, %v", c, err)
	}
	for _, to := range []string{"/staff/accounts/bob", "/staff/cases/" + c.Number} {
		if d.Doc.Find(`a[href="`+to+`"]`).Length() != 1 {
			t.Errorf("no link to %s", to)
		}
	}
	if d.Doc.Find("form[action$='/start']").Length() != 0 {
		t.Error("it can be started again")
	}
	d.Open("/staff/lock").Wants(200, ".rows", "Finished").Wants(200, `.rows a[href="`+job+`"]`, "")
}

func TestLockFormRefused(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	for _, row := range []struct{ list, file, evidence, cause, field, said string }{
		{"", "", "e", "", "list", "Write down who is to be locked"},
		{"ada", "", "", "hijacked", "evidence", "Write down what you have seen"},
		{"ada", "bob", "", "", "evidence", "Write down what you have seen"},
		{strings.Repeat("a\n", 20_001), "", "e", "", "list", "at most 20,000 lines"},
	} {
		d.Open("/staff/lock").Fill("list", row.list).Fill("evidence", row.evidence)
		d.Fill("cause", row.cause)
		if row.file != "" {
			d.Attach("file", row.file)
		}
		d.Submit().On(422, "staff-lock").Wants(422, "#"+row.field+`\.error`, row.said)
		kept := strings.TrimSpace(row.list)
		if row.file != "" {
			kept += "\n" + row.file
			d.Wants(422, ".note", "The lines of your file")
		}
		if got := strings.TrimSpace(d.Doc.Find("#list").Text()); got != kept {
			t.Errorf("the list became %.40q", got)
		}
		if got := d.Doc.Find("[name=cause][checked]").AttrOr("value", "none"); got != row.cause {
			t.Errorf("the cause became %q", got)
		}
	}
	d.Post("/staff/lock", url.Values{"list": {"ada"}, "evidence": {"e"}, "cause": {"bored"}})
	d.On(422, "staff-lock").Wants(422, `#cause\.error`, "Choose compromised or hijacked")
	d.Post("/staff/lock", url.Values{"list": {"ada"}, "evidence": {"e"}})
	d.Follow().On(200, "staff-lock-job")
}

func TestLockPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	var names []string
	for i := range 130 {
		names = append(names, fmt.Sprint("nobody", i))
	}
	d.Open("/staff/lock").Fill("list", strings.Join(names, "\n")).Fill("evidence", "e").Submit()
	job := d.Header.Get("Location")
	d.Follow().On(200, "staff-lock-job").Wants(200, "h1", "Nobody to lock")
	if got := lists(d); len(got["unknown"]) != 100 {
		t.Errorf("%d lines on the first page", len(got["unknown"]))
	}
	more := d.Doc.Find("[data-outcome=unknown] a.btn").AttrOr("href", "")
	d.Open(more).On(200, "staff-lock-job")
	if diff := cmp.Diff(map[string][]string{"unknown": names[100:]}, lists(d)); diff != "" {
		t.Errorf("second page (-want +got):\n%s", diff)
	}
	d.Wants(200, `main a[href="`+job+`"]`, "Back to the whole list")
	d.Open(job+"?outcome=unknown&after=x").On(200, "staff-lock-job")
	d.Open(job+"?outcome=nothing&after=-9").On(200, "staff-lock-job")
	d.Post(job+"/start", nil).On(403, "problem").Wants(403, ".lede", words.Say("job_empty").String())
	d.Open("/staff/lock/none").On(404, "problem")
	d.Post("/staff/lock/none/start", nil).On(404, "problem")
}

// TestStartTwice presses the button in two windows: both see the job that runs.
func TestStartTwice(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, other := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "ines")
	omar := b.Desk(staff.RoleSecurity, "omar")
	d.Open("/staff/lock").Fill("list", "ada").Fill("evidence", "e").Submit()
	job := d.Header.Get("Location")
	d.Follow()
	other.Open(job).On(200, "staff-lock-job")
	omar.Open(job).Wants(200, ".note", words.Say("job_not_yours").String())
	if omar.Doc.Find("form[action$='/start']").Length() != 0 {
		t.Error("a colleague is offered the button")
	}
	omar.Post(job+"/start", nil).On(403, "problem").Wants(403, ".lede", words.Say("job_not_yours").String())
	d.SubmitTo(job+"/start").Wants(303, "", job)
	other.SubmitTo(job+"/start").Wants(303, "", job).Follow().On(200, "staff-lock-job")
}

// TestRecentListsSayThatTheyAreCut: the page names its newest lists, and says so once there may be more.
func TestRecentListsSayThatTheyAreCut(t *testing.T) {
	t.Parallel()
	d := handlertest.New(t).Desk(staff.RoleSecurity, "ines")
	for i := range lockout.RecentJobs {
		if strings.Contains(d.Open("/staff/lock").Body, "These are the newest") {
			t.Errorf("%d lists are said to be cut", i)
		}
		d.Fill("list", "ada").Fill("evidence", "e").Submit()
		if d.Status != 303 {
			t.Fatalf("list %d: %d", i, d.Status)
		}
	}
	d.Open("/staff/lock").Wants(200, ".hint", "These are the newest 10.")
}

func TestSizeOfALockList(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	send := func(path string, fill int) {
		var body strings.Builder
		parts := multipart.NewWriter(&body)
		part, err := parts.CreateFormFile("file", "list.csv")
		if err != nil {
			t.Fatal(err)
		}
		end := len("\r\n--" + parts.Boundary() + "--\r\n")
		if _, err := part.Write([]byte(strings.Repeat("a", fill-body.Len()-end))); err != nil {
			t.Fatal(err)
		}
		if err := parts.Close(); err != nil || body.Len() != fill {
			t.Fatalf("body of %d, %v", body.Len(), err)
		}
		q := d.Request("POST", path, body.String())
		q.Header.Set("Content-Type", parts.FormDataContentType())
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		d.Do(q)
	}
	send("/staff/lock", 1<<20)
	d.On(422, "staff-lock").Wants(422, `#evidence\.error`, "")
	send("/staff/lock", 1<<20+1)
	d.On(413, "problem").Wants(413, "h1", words.Say("problem.too_large.title").String())
	send("/staff/tickets/T-1", 2000)
	d.On(415, "problem").Wants(415, "h1", words.Say("problem.media_type.title").String())
	d.Post("/staff/accounts/ada/open", url.Values{"reason": {strings.Repeat("a", 64<<10)}})
	d.On(413, "problem")
	q := d.Request("POST", "/staff/lock", "--x--")
	q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	d.Do(q).On(422, "staff-lock")
	q = d.Request("POST", "/staff/lock", "--x\r\nnonsense")
	q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	d.Do(q).On(400, "problem")
	d.Post("/staff/lock", url.Values{"list": {strings.Repeat("a\n", 300_000)}}).On(413, "problem")
}
