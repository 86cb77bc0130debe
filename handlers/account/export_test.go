package account

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/security/attach"
	"regain/security/datacopy"
	"regain/security/recovery"
	"regain/security/report"
	"regain/store/storetest"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
	"regain/views/zone"
)

// TestTellCell: a copy has words for what the database has codes for.
func TestTellCell(t *testing.T) {
	t.Parallel()
	london := zone.Of("Europe/London")
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
	for _, c := range []struct {
		kind     datacopy.Kind
		of, cell string
		want     string
	}{
		{datacopy.Text, "", "activity.withdrawal", "activity.withdrawal"},
		{datacopy.Text, "", "", ""},
		{datacopy.Time, "", "2026-06-20T09:30:00.5Z", "20 June 2026, 10:30"},
		{datacopy.Number, "", "2", "2"},
		{datacopy.YesNo, "yes_no", "true", "Yes"},
		{datacopy.YesNo, "yes_no", "false", "No"},
		{datacopy.Code, "activity", "withdrawal", words.Say("activity.withdrawal").String()},
		{datacopy.Code, "activity", "of_tomorrow", "of_tomorrow"},
		{datacopy.Codes, "alert_kind", "money,profile",
			words.Say("alert_kind.money").String() + " and " + words.Say("alert_kind.profile").String()},
		{datacopy.Country, "", "GB", "United Kingdom"},
		{datacopy.Country, "", "", ""},
		{datacopy.Browser, "", firefox, "Firefox on Linux"},
		{datacopy.Browser, "", "something", "something"},
		{datacopy.Member, "role", "support", "Customer Support"},
		{datacopy.ByStaff, "", "As seen", "As seen"},
		{datacopy.ByStaff, "", "code:" + datacopy.Unnamed + " saw it",
			"code:one of our staff saw it"},
		{datacopy.Said, "remark", "text:code:[] " + datacopy.Unnamed, "code:[] one of our staff"},
		{datacopy.Said, "remark",
			`code:change_denied["2026-11-20T08:30:00Z","payout_changed","LV"]`,
			"The owner says that somebody else made this change on 20 November 2026, 08:30 " +
				"(UTC), Latvia: " + words.Say("activity.payout_changed").String() + "."},
		{datacopy.Either, "remark", "code:deletion[]", words.Say("remark.deletion").String()},
		{datacopy.Either, "remark", "code:deletion[", "deletion["},
	} {
		column := datacopy.Column{Name: "x", Kind: c.kind, Of: c.of}
		if got := tellCell(london, column, c.cell); got.Text.String()+got.At.String() != c.want {
			t.Errorf("%s %q of %q is told as %q, want %q", c.kind, c.cell, c.of, got.Text, c.want)
		}
	}
}

// TestDescribeExport: the page shows the first entries of a long list and counts the others, and
// no column that only the file has.
func TestDescribeExport(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	long := datacopy.Section{Name: "logins", Cut: true, Columns: []datacopy.Column{
		{Name: "ip", Kind: datacopy.Text}, {Name: "id", Kind: datacopy.Text, FileOnly: true},
		{Name: "outcome", Kind: datacopy.Code, Of: "outcome"}}}
	want := page.ExportPart{Name: "logins", Count: exportShown + 1,
		Heads: []string{"ip", "outcome"}}
	for i := range exportShown + 1 {
		ip := fmt.Sprint("10.0.0.", i)
		long.Rows = append(long.Rows, []string{ip, "SECRET", "stopped"})
		if i < exportShown {
			want.Rows = append(want.Rows, []page.ExportCell{{Text: words.As(ip)},
				{Text: words.Say("outcome.stopped")}})
		}
	}
	one := datacopy.Section{Name: "account", Single: true, Rows: [][]string{{"ada"}},
		Columns: []datacopy.Column{{Name: "username", Kind: datacopy.Text}}}
	got := describeExport(handlers.WorldClock, datacopy.Copy{MadeAt: at,
		Sections: []datacopy.Section{one, long}})
	if diff := cmp.Diff(page.Export{MadeAt: handlers.WorldClock.Plain(at), Zone: words.Say("zone.utc"),
		Parts: []page.ExportPart{{Name: "account", Single: true, Count: 1,
			Heads: []string{"username"}, Rows: [][]page.ExportCell{{{Text: words.As("ada")}}}}, want},
		CutShort: []string{"logins"}, LeftOut: datacopy.LeftOut}, got,
		cmp.Comparer(func(a, b words.Text) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b views.Moment) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// copied are the codes that a copy may hold. Those of events and of mails have tests of their own.
var copied = map[string]string{
	"trail": "", "message": "",
	"yes_no": "true false",
	"activity": "password_changed email_changed phone_changed payout_changed two_factor_changed " +
		"security_question_changed profile_changed message_sent job_posted proposal_sent withdrawal " +
		"payment contract_changed",
	"alert_kind":  "stopped credentials unfamiliar money profile",
	"alert_to":    "all first notice",
	"answer":      "me not_me unsure",
	"case_origin": "first import activity owner staff",
	"case_state":  "locked secured in_review needs_owner resumed declined",
	"case_step":   "on kept skipped",
	"cause":       "compromised hijacked",
	"export_by":   "owner stranger staff operator system regain",
	"export_kind": "freelancer client lockout requested recover no_mailbox renew resume " +
		"remove_factor set_address recovery signed_in",
	"export_state": "pending confirmed cancelled undone live used replaced revoked approved " +
		"sent_back withdrawn",
	"how":            "phishing reuse shared_device unknown",
	"method":         "password totp passkey recovery_code",
	"remark":         "login_denied change_denied deletion",
	"outcome":        "succeeded stopped failed",
	"own_ticket":     "new open pending on_hold solved closed",
	"priority":       "normal high",
	"reason":         "new_country outside_countries new_device impossible_travel stopped",
	"reason.stopped": "security_question two_factor device_check other",
	"role":           "support account_security admin",
	"signal": strings.Join(recovery.FourEyesCodes, " ") + " " + recovery.SignalPasswordRecent +
		" " +
		recovery.SignalPasswordSince + " " + recovery.SignalEmailRecent + " " +
		recovery.SignalEmailSince + " " + recovery.SignalQuestionRecent + " " +
		recovery.SignalQuestionSince + " " + recovery.SignalLoginDenied + " change_denied",
	"ticket_kind": "secured handed_over message deletion password_blocked no_factor no_mailbox " +
		"login_denied gave_details malware",
	"message_via":    "mail mail_signed",
	"report_kind":    joined(report.Kinds),
	"report_asked":   strings.Join(report.AskedFor, " "),
	"report_known":   "genuine altered not_ours unclear ours",
	"report_verdict": joined(report.Verdicts),
	"file_state":     joined([]attach.State{attach.Waiting, attach.Clean, attach.Infected, attach.Refused}),
	"device":         "unknown",
	"step":           "totp passkey recovery_code new_codes",
	"ticket_topic":   "phishing malware",
	"topic":          "mailbox lost_phone link not_me_changes money other",
	"trail_page":     "case resume",
}

// joined are codes with spaces between them.
func joined[T ~string](codes []T) string {
	var all []string
	for _, c := range codes {
		all = append(all, string(c))
	}
	return strings.Join(all, " ")
}

// TestCopyHasWords: sections, columns on the page and codes of the copy all have words, and so
// has what it leaves out.
func TestCopyHasWords(t *testing.T) {
	t.Parallel()
	sections, err := storetest.Open(t).Copy(t.Context(), "nobody", 1)
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, what := range datacopy.LeftOut {
		wanted = append(wanted, "export_left."+what, "export_left."+what+".why")
	}
	for _, s := range sections {
		wanted = append(wanted, "export."+s.Name)
		for _, c := range s.Columns {
			if !c.FileOnly {
				wanted = append(wanted, "export_head."+c.Name)
			}
			codes, ok := copied[c.Of]
			if c.Of != "" && !ok && c.Kind != datacopy.Sealed { // there it is no code
				t.Errorf("the codes %s of %s.%s are not listed", c.Of, s.Name, c.Name)
			}
			for code := range strings.FieldsSeq(codes) {
				wanted = append(wanted, c.Of+"."+code)
			}
		}
	}
	slices.Sort(wanted)
	for _, word := range slices.Compact(wanted) {
		if !words.Known(word) {
			t.Errorf("no words for %s", word)
		}
	}
}
