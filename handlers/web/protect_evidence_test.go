package web_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/capacity"
	"regain/security/limits"
	"regain/security/report"
	"regain/security/staff"
)

// reportsOf lists the reports there are.
func reportsOf(t testing.TB, b *handlertest.Browser) []report.Report {
	t.Helper()
	all, err := b.Store.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 99})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEvidence: a stranger sends a picture with a report. A form that is refused keeps it, and nobody
// else's form has it. Trust & Safety open it from the page of the report once it is clean, and nobody
// else does.
func TestEvidence(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		b.Open("/protect/report").Wants(200, `form[enctype="multipart/form-data"] input[id=files]`, "")
		once := b.Doc.Find("input[name=once]").AttrOr("value", "")
		postFiles(b, "/protect/report", map[string]string{"once": once}, upload{"../shot\u202e.png", pngFile(t)}).
			Wants(422, `[id="message.error"]`, "").Wants(422, "main", "shot.png")
		id := b.Doc.Find("input[name=file][type=checkbox]").AttrOr("value", "")
		other := b.Other().Post("/protect/report", url.Values{"once": {"another"}}).On(422, "protect-report")
		if n := other.Doc.Find("input[name=file][type=checkbox]").Length(); n != 0 {
			t.Errorf("another form has %d files", n)
		}
		// Whoever knows the file, and not the form, sends it with nothing.
		postFiles(b.Other(), "/protect/report", map[string]string{"once": "another", "file": id,
			"link": "https://bad.example/"}).On(200, "protect-report")
		b.Submit() // nothing is typed yet
		b.On(422, "protect-report").Fill("link", "https://evil.example/").Submit().On(200, "protect-report")
		all := reportsOf(t, b)
		if len(all) != 2 {
			t.Fatalf("%d reports, want 2", len(all))
		}
		if all[0].Link != "https://evil.example/" {
			slices.Reverse(all)
		}
		trust := b.Other().Desk(staff.RoleTrust, "tess")
		trust.Open("/staff/reports/"+all[0].Number).Wants(200, "a[download]", "shot.png")
		path := "/staff/reports/" + all[0].Number + "/files/" + id
		trust.Open(path).Wants(200, "html", "")
		if got := trust.Header.Get("Content-Security-Policy"); got != "sandbox; default-src 'none'; frame-ancestors 'none'" {
			t.Errorf("policy is %q", got)
		}
		trust.Open("/staff/reports/"+all[1].Number).Wants(200, "main", "")
		if n := trust.Doc.Find("main a[download]").Length(); n != 0 {
			t.Errorf("the other report has %d files", n)
		}
		trust.Open("/staff/reports/"+all[1].Number+"/files/"+id).Wants(404, "h1", "")
		trust.Open("/staff/files/"+id).Wants(404, "h1", "")
		b.Other().Desk(staff.RoleSupport, "ben").Open(path).Wants(403, "h1", "")
		ada := b.Other().SignIn("ada").Open("/account/files/"+id).Wants(404, "h1", "")

		postFiles(ada, "/protect/report", map[string]string{"once": "mine", "link": "https://mine.example/"},
			upload{"mine.png", pngFile(t)}).On(200, "protect-report")
		own := reportsOf(t, b)
		i := slices.IndexFunc(own, func(r report.Report) bool { return r.Link == "https://mine.example/" })
		trust.Open("/staff/reports/"+own[i].Number).Wants(200, "a[download]", "mine.png")
		path = trust.Doc.Find("main a[download]").AttrOr("href", "")
		trust.Open(path).Wants(200, "html", "")
		id = path[strings.LastIndex(path, "/")+1:]
		for _, role := range []staff.Role{staff.RoleSupport, staff.RoleAdmin} {
			other := b.Other().Desk(role, "eve-"+string(role))
			other.Open(path).Wants(403, "h1", "")
			other.Open("/staff/files/"+id).Wants(404, "h1", "")
		}
	})
}

// TestEvidenceWithMalware: who sends it with a report is told, what was typed stays, and without it the
// report is taken. What is found later is on the page of the report, and opens for nobody.
func TestEvidenceWithMalware(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		v.say("Win.Test", nil)
		form := map[string]string{"once": "form", "link": "https://evil.example/"}
		postFiles(b, "/protect/report", form, upload{"bad.pdf", pdfFile}).
			Wants(422, `[id="files.error"]`, "bad.pdf holds malware").
			Wants(422, `input[name=link][value="https://evil.example/"]`, "")
		if n := len(reportsOf(t, b)); n != 0 {
			t.Errorf("%d reports of a form that was refused", n)
		}
		v.say("", errors.New("away"))
		postFiles(b, "/protect/report", form, upload{"late.pdf", pdfFile}).On(200, "protect-report")
		r := reportsOf(t, b)[0]
		trust := b.Other().Desk(staff.RoleTrust, "tess")
		trust.Open("/staff/reports/"+r.Number).Wants(200, "main", "late.pdf is being checked for malware")
		v.say("Late.Test", nil)
		b.Advance(10 * time.Minute)
		if err := b.Service.Attach.CheckDue(t.Context()); err != nil {
			t.Error(err)
		}
		trust.Open("/staff/reports/"+r.Number).Wants(200, "main", "late.pdf held malware")
		if n := len(kept(t, b.World)); n != 0 {
			t.Errorf("%d files are kept", n)
		}
	})
}

// TestEvidenceHasBounds: a network, and all strangers together, send so many files a day; their reports
// are taken without. A form without a name of its own brings none, and where no files are taken, nothing
// is said of them.
func TestEvidenceHasBounds(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, takesFiles(t, t.TempDir(), &verdicts{}))
	form := map[string]string{"once": "a", "link": "https://evil.example/"}
	for i := range limits.StrangeFiles.Burst {
		form["once"] = string(rune('a' + i))
		postFiles(b, "/protect/report", form, upload{"a.pdf", pdfFile}).On(200, "protect-report")
	}
	form["once"] = "more"
	postFiles(b, "/protect/report", form, upload{"a.pdf", pdfFile}).Wants(422, `[id="files.error"]`, "")
	postFiles(b, "/protect/report", form).On(200, "protect-report")
	if n := len(kept(t, b.World)); n != limits.StrangeFiles.Burst {
		t.Errorf("%d files are kept", n)
	}
	delete(form, "once")
	postFiles(b, "/protect/report", form, upload{"b.pdf", pdfFile}).On(200, "protect-report")
	if n := len(kept(t, b.World)); n != limits.StrangeFiles.Burst {
		t.Errorf("a form without a name has brought a file")
	}
	none := handlertest.New(t).Open("/protect/report")
	if none.Doc.Find("input[id=files]").Length() != 0 {
		t.Error("files are offered where none are taken")
	}
	postFiles(none, "/protect/report", form, upload{"b.pdf", pdfFile}).On(200, "protect-report")
}

// TestEvidenceHasRoom: over the bytes that strangers' files may take, with what else they report, a report
// is taken without its file, and says so. An owner's are none of these.
func TestEvidenceHasRoom(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		n := int64(len(pdfFile))
		space := b.Service.Attach.Space
		space.Room = capacity.Room{Day: 2*n + n/2, Strangers: 3*n + n/2, All: 100 * n}
		send := func(once string, want int) {
			t.Helper()
			form := map[string]string{"once": once, "link": "https://" + once + ".example/"}
			postFiles(b, "/protect/report", form, upload{"a.pdf", pdfFile}).On(200, "protect-report")
			said := strings.Contains(b.Doc.Find("main").Text(), "We could not keep your files")
			if got := len(kept(t, b.World)); got != want || said == (strings.HasPrefix(once, "kept")) {
				t.Errorf("%s: %d files are kept, want %d, and lost: %v", once, got, want, said)
			}
		}
		send("kept1", 1)
		send("kept2", 2)
		send("over3", 2)
		b.Advance(25 * time.Hour) // the next day
		send("kept4", 3)
		send("over5", 3)
		if n := len(reportsOf(t, b)); n != 5 {
			t.Errorf("%d reports, want 5", n)
		}
		u := b.SignIn("ada")
		postFiles(u, "/protect/report", map[string]string{"once": "mine", "link": "https://a.example/"},
			upload{"a.pdf", pdfFile}).On(200, "protect-report")
		if got := len(kept(t, b.World)); got != 4 {
			t.Errorf("%d files are kept, want an owner's too", got)
		}
	})
}

// TestCopiesOfReports: an owner keeps a copy with a step of the list after a theft, and takes it away.
// It is theirs alone, and a note that is refused keeps it.
func TestCopiesOfReports(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		u := b.SignIn("ada").Open("/protect/fraud?country=US").Wants(200, `input[id="files_police"]`, "")
		fields := map[string]string{"country": "US", "reference_police": strings.Repeat("a", 201)}
		postFilesIn(u, "/protect/fraud", fields, "files_police", upload{"report.pdf", pdfFile}).
			On(422, "protect-fraud").Wants(422, "fieldset", "report.pdf")
		id := u.Doc.Find("input[name=file]").AttrOr("value", "")
		fields["reference_police"], fields["file"], fields["shown"] = "P-7", id, id
		postFilesIn(u, "/protect/fraud", fields, "files_bank", upload{"bank.pdf", pdfFile}).
			Wants(303, "", "/protect/fraud?country=US").Follow().
			Wants(200, `a[href="/account/files/`+id+`"]`, "report.pdf").
			Wants(200, ".onpaper", "Copies kept: report.pdf.")
		u.Open("/account/files/"+id).Wants(200, "html", "")
		b.Other().SignIn("bob").Open("/account/files/"+id).Wants(404, "h1", "")
		b.Other().Desk(staff.RoleSupport, "ben").Open("/staff/files/"+id).Wants(404, "h1", "")
		u.Open("/protect/fraud?country=GB").On(200, "protect-fraud")
		if n := u.Doc.Find("main a[download]").Length(); n != 0 {
			t.Errorf("another list has %d files", n)
		}
		postFiles(u, "/protect/fraud", map[string]string{"country": "US", "drop_police": id, "drop_bank": id}).
			Wants(303, "", "/protect/fraud?country=US")
		u.Open("/account/files/"+id).Wants(404, "h1", "")
		if n := len(kept(t, b.World)); n != 1 {
			t.Errorf("%d files are kept, want that of the bank", n)
		}
		v.say("Win.Test", nil)
		postFilesIn(u, "/protect/fraud", map[string]string{"country": "US"}, "files_bank", upload{"bad.pdf", pdfFile}).
			Wants(422, `[id="files_bank.error"]`, "bad.pdf holds malware")
		v.say("", nil)
		many := slices.Repeat([]upload{{"bank.pdf", pdfFile}}, 11)
		postFilesIn(u, "/protect/fraud", map[string]string{"country": "US"}, "files_bank", many...).
			On(422, "protect-fraud").Wants(422, ".error", "Send at most 5 files with a message")
	})
}
