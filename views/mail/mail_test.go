package mail_test

import (
	"errors"
	"flag"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
	"regain/views/mail"
	"regain/views/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	base    = "https://protect.market.example"
	linkURL = base + "/r/01JD3X8Q2M7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	code    = "ABCD-2345"
	joinURL = base + "/staff/join/01JD3X8Q2N7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	spoken  = "7KM-3QX"

	alertURL   = base + "/alert/01JD3X8Q2P7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	contestURL = base + "/password/01JD3X8Q2Q7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	vetoURL    = base + "/stop/01JD3X8Q2T7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	confirmURL = base + "/address/01JD3X8Q2R7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ"
	undoURL    = base + "/address/01JD3X8Q2S7ZK4PQ.3q2aXvJ0mY8zT5rW7uK1nQ/undo"
)

func site() mail.Site {
	return mail.Site{BaseURL: base, Brand: "Example Market",
		SupportEmail: "help@market.example",
		Link:         func(string) string { return linkURL },
		Invitation:   func(string) string { return joinURL },
		Alert:        func(string) string { return alertURL },
		Contest:      func(string) string { return contestURL },
		Veto:         func(string) string { return vetoURL },
		Confirm:      func(string) string { return confirmURL },
		Undo:         func(string) string { return undoURL }}
}

func envelope() notice.Envelope {
	return notice.Envelope{ID: "m-1", To: "ada@example.org", Name: "Ada Byron", Username: "ada",
		Masked: "a••", TimeZone: "Europe/London", Code: "7F3K-9Q2D-MXPB",
		QueuedAt: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)}
}

// enveloped is the envelope of n, with its link that locks the account where it has one.
func enveloped(n notice.Notice) notice.Envelope {
	e := envelope()
	if c, ok := notice.ContestOf(n, "u-1001", "ADDRESS234"); ok {
		e.Contest = c.ID()
	}
	return e
}

func render(t *testing.T, n notice.Notice, e notice.Envelope, s mail.Site) mail.Mail {
	t.Helper()
	m, err := mail.Render(n, e, s)
	if err != nil {
		t.Fatalf("Render(%s) = %v", n.Kind(), err)
	}
	return m
}

// renderIn is the mail of n in the language, with its link that locks the account.
func renderIn(t *testing.T, lang *words.Language, n notice.Notice) mail.Mail {
	t.Helper()
	m, err := mail.RenderIn(lang, n, enveloped(n), site())
	if err != nil {
		t.Fatalf("RenderIn(%s, %s) = %v", lang.Tag, n.Kind(), err)
	}
	return m
}

func each(t *testing.T, check func(t *testing.T, n notice.Notice)) {
	t.Helper()
	for _, n := range notice.All() {
		t.Run(string(n.Kind()), func(t *testing.T) {
			t.Parallel()
			check(t, n)
		})
	}
}

// sampleName is the kind of a sample, with a number behind it for the further ones of a kind.
func sampleName(t *testing.T) string {
	return strings.ReplaceAll(path.Base(t.Name()), "#", "_")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update accepts it):\n%s", file, diff)
	}
}

// TestGolden has the HTML of every sample in English, and in a file a language the text of all mails that
// are sent in it.
func TestGolden(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n notice.Notice) {
		golden(t, sampleName(t)+".html", render(t, n, enveloped(n), site()).HTML)
	})
	for _, lang := range words.All {
		var all strings.Builder
		for _, v := range lettersIn(lang) {
			m := renderIn(t, lang, v.n)
			all.WriteString("=== " + v.name + "\nSubject: " + m.Subject + "\n\n" + m.Text + "\n")
		}
		golden(t, lang.Tag+".txt", all.String())
	}
}

func seen(t *testing.T, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// loads is what makes a style sheet fetch something.
var loads = regexp.MustCompile(`(?i)url\(|@import|src=`)

// plain is a text part, without its lines and the marks of its quotes.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll("\n"+s, "\n>", "\n")), " ")
}

func TestTextAndHTMLSayTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n notice.Notice) {
		m := render(t, n, envelope(), site())
		doc := seen(t, m.HTML)
		frame := map[string]string{}
		doc.Find("[data-frame]").Each(func(_ int, e *goquery.Selection) {
			frame[e.AttrOr("data-frame", "")] = plain(e.Text())
		}).Remove()
		told := plain(doc.Find("h2 + p").First().Text())
		if diff := cmp.Diff(map[string]string{"brand": "Example Market · Account protection",
			"heading": m.Subject, "preheader": told}, frame); diff != "" || told == "" {
			t.Errorf("what stands beside the letter (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(plain(m.Text), plain(doc.Find("body").Text())); diff != "" {
			t.Errorf("text and HTML differ (-text +html):\n%s", diff)
		}
		if got := doc.Find("title").Text(); got != m.Subject {
			t.Errorf("title %q, want the subject %q", got, m.Subject)
		}
		doc.Find("a").Each(func(_ int, a *goquery.Selection) {
			if href := a.AttrOr("href", ""); href != a.Text() || !strings.HasPrefix(href, base) {
				t.Errorf("link shows %q and leads to %q", a.Text(), href)
			}
		})
		if doc.Find("img, script, link, form, input, iframe").Length() > 0 || loads.MatchString(m.HTML) {
			t.Error("the HTML loads or asks for something")
		}
	})
}

// Every fact of a notice stands in its mail: a field that the words forget is found here.
func TestEveryFactIsTold(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{ // what is not told as it stands in the sample
		"Link": linkURL, "Cause": "by another check", "locked_out.Outcome": "stopped it.",
		"locked_out.StoppedBy": "2-step verification stopped it", "locked_out.Place": "Latvia",
		"AskedBy": "Customer Support asks", "Left": "9 unused codes",
		"Locked": "Your account is locked", "Place": "United Kingdom",
		"Device":  "Firefox on Linux",
		"ByStaff": "by Account Security", "Invitation": joinURL,
		"Role": "an analyst (Account Security)", "Solved": "as solved", "New": "Welcome",
		"Notice": "for security notices", "Removed": "was removed", "Undo": undoURL,
		"Change": confirmURL, "Veto": vetoURL,
		"Action": "takes the place of every other email address", "Alert": alertURL + "/me", "Outcome": "did not get in",
		"StoppedBy": "but 2-step verification stopped them", "Reasons": "not seen on your account",
		"Count": "999 more sign-ins", "GotIn": "that got in: 2.", "Last": "your last second step",
		"Places": "Latvia, Brazil and United States", "unfamiliar_sign_in.Place": "Latvia",
		"Others": "We still ask for a second step", "change_noticed.Place": "Latvia",
		"change_noticed.What":        "Where your earnings are paid",
		"password_contested.ByStaff": "Account Security asked for another password",
		"Known":                      "only in browsers in which you signed in",
		"SignedIn":                   "signed in and came back to the steps",
		"Off":                        "about: “A sign-in that does not look like you” and “A change of where",
		"alerts_changed.To":          "to the second address alone",
		"staff_own_change.What":      "staff account",
		"member_notice.What":         "the password of the account",
		"Why":                        "What happens from now on ",
		"Advice":                     "Call your bank or card company now",
		"Stream":                     "It hears of shared signals",
		"Rules":                      "the rules for accounts of Acme were changed",
		"Moved":                      "go to another address",
		"report_received.Known":      "We know already that it is not from us.",
		"report_received.Settled":    "It is phishing: somebody wants your password",
		"report_verdict.Verdict":     "It is phishing: somebody wants your password",
		"reply_not_taken.Why":        "it is not from an address of the account",
	}
	each(t, func(t *testing.T, n notice.Notice) {
		text := plain(render(t, n, envelope(), site()).Text)
		v := reflect.ValueOf(n)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				continue
			}
			want, ok := told[string(n.Kind())+"."+name]
			if !ok {
				want = told[name]
			}
			switch f := v.Field(i).Interface().(type) {
			case time.Time:
				want = f.In(london).Format("2 January 2006, 15:04") + " (London time)"
			case string:
				if want == "" {
					want = f
				}
			}
			if want == "" {
				t.Errorf("nothing to look for: how is %s told?", name)
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s is not told: no %q in\n%s", name, want, text)
			}
		}
	})
}

func TestHouseRules(t *testing.T) {
	t.Parallel()
	banned := regexp.MustCompile(`(?i)dear |valued|immediately|at once|right away|verify your ` +
		`account|act now|suspend|click here|sorry|invalid|\b(MFA|OTP|TOTP|token|session)\b|` +
		`(send|give|tell|reply with) (us )?your (password|code)`)
	each(t, func(t *testing.T, n notice.Notice) {
		m := render(t, n, envelope(), site())
		if found := banned.FindString(m.Subject + "\n" + m.Text); found != "" {
			t.Errorf("says %q", found)
		}
		review := n.Kind() == notice.UrgentReview{}.Kind() || n.Kind() == notice.UrgentReceipt{}.Kind()
		if got := strings.Contains(strings.ToLower(m.Subject+m.Text), "urgent"); got != review {
			t.Errorf("speaks of urgent: %v, want %v", got, review)
		}
		greeting := "Hello Ada Byron,\n\nThis is about your account a••.\n"
		switch n.Kind() {
		case notice.UrgentReview{}.Kind():
			greeting = "Hello Account Security,\n\nWhat happened\n"
		case notice.StaffInvitation{}.Kind(), notice.StaffRoleGiven{}.Kind(),
			notice.StaffSignedIn{}.Kind(), notice.StaffOwnChange{}.Kind(), notice.WebhookOff{}.Kind(),
			notice.MemberNotice{}.Kind(), notice.OrganisationChanged{}.Kind():
			greeting = "Hello Ada Byron,\n\nWhat happened\n"
		case notice.ConfirmAddress{}.Kind(), notice.ReplyNotTaken{}.Kind():
			greeting = "Hello Ada Byron,\n\nThis is about the account a••.\n"
		}
		if !strings.HasPrefix(m.Text, greeting) {
			t.Errorf("does not begin with %q:\n%s", greeting, m.Text)
		}
		for _, end := range []string{"Type protect.market.example/genuine in the address bar",
			"Message code: 7F3K-9Q2D-MXPB"} {
			if !strings.Contains(plain(m.Text), end) {
				t.Errorf("does not tell %q", end)
			}
		}
		if !strings.HasSuffix(m.Text, "\nMessage code: 7F3K-9Q2D-MXPB\n") {
			t.Error("does not end with the message code")
		}
		for _, l := range strings.Split(m.Text+m.HTML, "\n") {
			if len(l) > 998 {
				t.Errorf("line of %d octets: %.60s…", len(l), l)
			}
		}
		for _, secret := range []string{"Ada", "ada", "C-1042 ", "ABCD"} {
			if strings.Contains(m.Subject, secret) {
				t.Errorf("subject %q holds %q", m.Subject, secret)
			}
		}
	})
}

func TestLinkAndCodeStandAlone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		n     notice.Notice
		links int
		codes int
		join  int
		said  int
	}{
		{"lockout", notice.LockedOut{Link: "l", Case: "C-1"}, 1, 0, 0, 0},
		{"request with a code", notice.RecoveryLink{Link: "l", Code: code}, 1, 1, 0, 0},
		{"request without", notice.RecoveryLink{Link: "l"}, 1, 0, 0, 0},
		{"invitation", notice.StaffInvitation{Invitation: "i"}, 0, 0, 1, 0},
		{"caller", notice.CallerCode{Code: spoken}, 0, 0, 0, 1},
		{"other", notice.TwoFactorOn{}, 0, 0, 0, 0},
	}
	for _, tt := range tests {
		m := render(t, tt.n, envelope(), site())
		lines := map[string]int{}
		for _, l := range strings.Split(m.Text, "\n") {
			lines[l]++
		}
		if got := lines[linkURL]; got != tt.links {
			t.Errorf("%s: link stands alone %d times, want %d", tt.name, got, tt.links)
		}
		if got := lines["Code: "+code]; got != tt.codes {
			t.Errorf("%s: code stands alone %d times, want %d", tt.name, got, tt.codes)
		}
		if got := lines[joinURL]; got != tt.join || strings.Count(m.Text, joinURL) != tt.join {
			t.Errorf("%s: invitation stands alone %d times, want %d", tt.name, got, tt.join)
		}
		got := lines["Staff code: "+spoken]
		if got != tt.said || strings.Count(m.Text, spoken) != tt.said {
			t.Errorf("%s: caller code stands alone %d times, want %d", tt.name, got, tt.said)
		}
		if lines[linkURL+"/revoke"] > 0 {
			t.Errorf("%s: the link to revoke stands alone, like one to act on", tt.name)
		}
		if got := strings.Count(m.Text, linkURL+"/revoke"); got != tt.links {
			t.Errorf("%s: %d ways to say it was not me, want %d", tt.name, got, tt.links)
		}
		revoke, link := strings.Index(m.Text, linkURL+"/revoke"), strings.Index(m.Text, linkURL+"\n")
		if after := revoke > link; after != (tt.links > 0) {
			t.Errorf("%s: the link to revoke comes first", tt.name)
		}
	}
}

func wantWords(t *testing.T, name string, m mail.Mail, has, not string) {
	t.Helper()
	text := plain(m.Text)
	if !strings.Contains(text, has) {
		t.Errorf("%s: no %q in\n%s", name, has, text)
	}
	if strings.Contains(text, not) {
		t.Errorf("%s: %q in\n%s", name, not, text)
	}
}

type weather struct{}

func (weather) Kind() notice.Kind { return "weather" }

func TestRenderRefusals(t *testing.T) {
	t.Parallel()
	mute := site()
	mute.Link = func(string) string { return "" }
	mute.Invitation = mute.Link
	mute.Alert, mute.Confirm, mute.Undo, mute.Contest = mute.Link, mute.Link, mute.Link, mute.Link
	var bare mail.Site
	tests := []struct {
		name string
		n    notice.Notice
		site mail.Site
		want error
	}{
		{"no words", weather{}, site(), notice.ErrKind},
		{"lockout without a link", notice.LockedOut{Link: "l"}, mute, mail.ErrNoLink},
		{"request without a link", notice.RecoveryLink{Link: "l"}, mute, mail.ErrNoLink},
		{"no way to make a link", notice.RecoveryLink{Link: "l"}, bare, mail.ErrNoLink},
		{"invitation without a link", notice.StaffInvitation{Invitation: "i"}, mute, mail.ErrNoLink},
		{"no way to invite", notice.StaffInvitation{Invitation: "i"}, bare, mail.ErrNoLink},
		{"sign-in without links", notice.UnfamiliarSignIn{Alert: "a"}, mute, mail.ErrNoLink},
		{"no way to alerts", notice.UnfamiliarSignIn{Alert: "a"}, bare, mail.ErrNoLink},
		{"change that cannot be denied", notice.TwoFactorOn{At: envelope().QueuedAt}, mute, mail.ErrNoLink},
		{"no way to deny", notice.TwoFactorOn{At: envelope().QueuedAt}, bare, mail.ErrNoLink},
		{"change without links", notice.ChangeNoticed{Alert: "a"}, mute, mail.ErrNoLink},
		{"address without a link", notice.ConfirmAddress{Change: "c"}, mute, mail.ErrNoLink},
		{"no way to confirm", notice.ConfirmAddress{Change: "c"}, bare, mail.ErrNoLink},
		{"undo without a link", notice.EmailChanged{Undo: "c"}, mute, mail.ErrNoLink},
		{"no way to undo", notice.EmailChanged{Undo: "c"}, bare, mail.ErrNoLink},
	}
	for _, tt := range tests {
		m, err := mail.Render(tt.n, enveloped(tt.n), tt.site)
		if m != (mail.Mail{}) || !errors.Is(err, tt.want) {
			t.Errorf("%s: Render = %v, %v, want %v", tt.name, m, err, tt.want)
		}
	}
}
