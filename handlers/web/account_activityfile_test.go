package web_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
)

// fileOf is the record of the owner as a spreadsheet reads it, without its first row.
func fileOf(t *testing.T, u *handlertest.Browser, query string) [][]string {
	t.Helper()
	u.Open("/account/activity.csv" + query)
	text, marked := strings.CutPrefix(u.Body, "\ufeff")
	if u.Status != 200 || !marked {
		t.Fatalf("%d, begins with %q", u.Status, text[:min(len(text), 20)])
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"time", "kind", "outcome", "device", "country", "address", "summary", "before",
		"after", "reasons", "answer"}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("first row (-want +got):\n%s", diff)
	}
	return rows[1:]
}

// TestActivityFileRows: every column of every kind of row, also of what strangers wrote.
func TestActivityFileRows(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	at := func(hours int) time.Time { return b.Now().Add(-time.Duration(hours) * time.Hour) }
	b.Commit(
		security.PutLogins{Logins: []security.Login{
			{ID: "bad", Account: "ada", At: at(2), IP: "80.89.1.1", Agent: "=cmd|' /C calc'!A0",
				Outcome: "failed", Digest: "1"},
			{ID: "by", Account: "ada", At: at(3), IP: "80.89.1.1", Agent: strangePC, Outcome: "stopped",
				StoppedBy: "=2+2", Digest: "2"}}},
		security.PutActivities{Activities: []security.Activity{
			{ID: "a1", Account: "ada", At: at(4), Kind: "message_sent", Digest: "3", IP: "81.2.69.142",
				Summary: "+1 \"quoted\", and;@more\r\n-2"},
			{ID: "a2", Account: "ada", At: at(5), Kind: "email_changed", Digest: "4",
				From: "=ada@example.org", To: "x@evil.example"},
			{ID: "a3", Account: "ada", At: at(6), Kind: "two_factor_changed", From: "totp"}}})
	u := b.SignIn("ada").Post("/account/activity/me?login=odd", nil)
	want := [][]string{
		{"2026-11-20T09:30:00Z", "sign_in", "succeeded", "Firefox on Linux", "GB", "127.0.0.1", "", "", "",
			"", ""},
		{"2026-11-20T08:30:00Z", "sign_in", "succeeded", "Chrome on Windows", "LV", "80.89.1.1", "", "", "",
			"new_country new_device", "me"},
		{"2026-11-20T07:30:00Z", "sign_in", "failed", "Unknown device", "LV", "80.89.1.1", "", "", "", "", ""},
		{"2026-11-20T06:30:00Z", "sign_in", "stopped", "Chrome on Windows", "LV", "80.89.1.1", "'=2+2", "",
			"", "stopped new_country new_device", ""},
		{"2026-11-20T05:30:00Z", "message_sent", "", "", "", "81.2.69.142",
			"'+1 \"quoted\", and;'@more\n'-2", "", "", "", ""},
		{"2026-11-20T04:30:00Z", "email_changed", "", "", "", "", "", "'=••••@e••••.org", "x••••@e••••.example",
			"", ""},
		{"2026-11-20T03:30:00Z", "two_factor_changed", "", "", "", "", "", "authenticator app", "", "", ""},
		{"2026-10-11T09:30:00Z", "sign_in", "succeeded", "Firefox on Linux", "GB", "81.2.69.142", "", "", "",
			"", ""},
	}
	if diff := cmp.Diff(want, fileOf(t, u, "")); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	for query, rows := range map[string][][]string{
		"?show=sign_ins": slices.Concat(want[:4], want[7:]), "?show=changes": want[5:7], "?show=work": want[4:5],
		"?open=1": want[3:4], "?open=1&show=work": nil, "?show=nonsense&after=1.x": want,
	} {
		if diff := cmp.Diff(rows, fileOf(t, u, query), cmp.Transformer("none", list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// list makes no rows out of an empty list.
func list(rows [][]string) []string {
	var all []string
	for _, r := range rows {
		all = append(all, strings.Join(r, "|"))
	}
	return all
}

// TestActivityFileIsWhole: the file has every row, however many pages there would be.
func TestActivityFileIsWhole(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const many = 2100
	var logins []security.Login
	for i := range many {
		logins = append(logins, security.Login{ID: fmt.Sprint("l", i), Account: "ada", Outcome: "failed",
			At: b.Now().Add(-time.Duration(i) * time.Minute), IP: "80.89.1.1", Agent: strangePC, Digest: "d"})
	}
	b.Commit(security.PutLogins{Logins: logins})
	u := b.SignIn("ada")
	if n := len(fileOf(t, u, "?show=sign_ins")); n != many+1 {
		t.Errorf("%d rows, want %d", n, many+1)
	}
	u.Open("/account/activity").On(200, "account-activity").Wants(200, "main", "The file has all of it")
	if rows := fileOf(t, b.SignIn("bob"), ""); len(rows) != 1 {
		t.Errorf("somebody else reads %d rows", len(rows))
	}
}
