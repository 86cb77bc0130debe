package web_test

import (
	"fmt"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security/lockout"
	"regain/security/staff"
	"regain/views/words"
)

// TestLockProgress watches a job through its page, stops it, and takes the result along.
func TestLockProgress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	ines.Open("/staff/lock").Fill("list", "ada\nbob\ncleo\n=1+1").Fill("evidence", "e").Submit()
	job := ines.Header.Get("Location")
	id := strings.TrimPrefix(job, "/staff/lock/")
	ines.Follow().On(200, "staff-lock-job")
	if ines.Header.Get("Refresh") != "" || ines.Doc.Find("progress, [href$='.csv']").Length() != 0 {
		t.Error("the page of a draft moves")
	}
	omar.Open(job)
	ines.SubmitTo(job+"/start").Wants(303, "", job).Follow()
	c := b.Lock("ada")
	b.Commit(lockout.SettleLockItem{Job: id, Position: 1, Outcome: lockout.LockLocked, Case: c.ID})
	ines.Open(job).Wants(200, "[data-progress]", "1 are locked, 2 are still to come, 1 cannot be locked").
		Wants(200, `progress[max="3"][value="1"]`, "").Wants(200, "label[for=progress]", "Done: 33 %")
	for path, want := range map[string]string{job: "5; url=" + job + "?turn=1",
		job + "?turn=119": "5; url=" + job + "?turn=120", job + "?turn=120": "", job + "?turn=x": "5; url=" +
			job + "?turn=1", job + "?outcome=waiting": ""} {
		if got := ines.Open(path).Header.Get("Refresh"); got != want {
			t.Errorf("%s asks again %q, want %q", path, got, want)
		}
	}
	if omar.Open(job).Header.Get("Refresh") != "" {
		t.Error("a colleague's page moves, and each look is on record")
	}
	omar.SubmitTo(job+"/stop").Wants(303, "", job).Follow().
		Wants(200, `[role="status"]`, words.Say("flash.lock_stopped").String()).Wants(200, "h1", "Locked 1 account").
		Wants(200, ".tag.bad", "Stopped").Wants(200, `[data-outcome=stopped]`, "Left alone: 2")
	ines.Post(job+"/stop", nil).Wants(303, "", job) // the second press
	if n, err := b.Service.Lockout.RunLockJobs(t.Context()); n != 0 || err != nil {
		t.Errorf("locked %d more, %v", n, err)
	}
	a, err := b.Store.Account(t.Context(), "bob")
	if a.Locked() || err != nil {
		t.Errorf("bob is locked, %v", err)
	}
	for _, kind := range []string{"lock_job.stopped", "list.taken"} {
		ines.Open(job + "/result.csv")
		if !strings.Contains(rows(t, b)["events"], kind) {
			t.Errorf("%s is not on record", kind)
		}
	}
	want := fmt.Sprintf("\ufeffline,typed,outcome,account,username,case\r\n1,ada,locked,ada,ada,%s\r\n"+
		"2,bob,stopped,bob,bob,\r\n3,cleo,stopped,cleo,cleo,\r\n4,'=1+1,unknown,,,\r\n", c.Number)
	if ines.Body != want || ines.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%s %q, want %q", ines.Header.Get("Content-Type"), ines.Body, want)
	}
	ines.Open("/staff/lock/none/result.csv").On(404, "problem")
	ines.Post("/staff/lock/none/stop", nil).On(404, "problem")
	ines.Open("/staff/lock").Wants(200, "tbody", "Stopped")
}

// TestListFiles: nobody takes one list after the other along.
func TestListFiles(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	for range 20 {
		ines.Open("/staff/cases.csv").Wants(200, "", "")
	}
	ines.Open("/staff/cases.csv")
	if ines.Status != 429 || ines.Header.Get("Retry-After") == "" {
		t.Errorf("the 21st: %d", ines.Status)
	}
}
