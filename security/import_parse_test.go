package security_test

import (
	"errors"
	netmail "net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/feed"
)

const wholeAccount = `{"id":"u-1","username":"Ada","email":"ada@example.org","name":"Ada Byron",` +
	`"type":"freelancer","password_hash":"$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",` +
	`"country":"GB","locale":"en-GB","time_zone":"Europe/London","birth_date":"1990-12-10",` +
	`"created_at":"2020-02-03T04:05:06.789999+01:00"}`

func TestParseAccount(t *testing.T) {
	t.Parallel()
	got, left, err := feed.ParseAccount([]byte(wholeAccount))
	want := feed.AccountLine{Email: "ada@example.org", Account: security.Account{
		ID: "u-1", Username: "Ada", Name: "Ada Byron", Type: "freelancer",
		PasswordHash: "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		Country:      "GB", Locale: "en-GB", TimeZone: "Europe/London", BirthDate: "1990-12-10",
		CreatedAt: time.Date(2020, 2, 3, 3, 5, 6, 789e6, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || left != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}

func TestParseLogin(t *testing.T) {
	t.Parallel()
	line := `{"account":"u-1","at":"2026-11-20T08:30:00Z","ip":"::ffff:81.2.69.142",` +
		`"user_agent":"a\u0000b","outcome":"stopped","stopped_by":"two_factor"}`
	got, left, err := feed.ParseLogin([]byte(line))
	want := security.Login{Account: "u-1", At: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		IP: "81.2.69.142", Agent: "a b", Outcome: "stopped", StoppedBy: "two_factor"}
	want.ID, want.Digest = got.ID, got.Digest
	if diff := cmp.Diff(want, got); diff != "" || err != nil || left != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
	same, _, _ := feed.ParseLogin([]byte(`{"stopped_by":"two_factor","outcome":"stopped","ip":` +
		`"81.2.69.142","at":"2026-11-20T09:30:00+01:00","user_agent":"a b","account":"u-1"}`))
	other, _, _ := feed.ParseLogin([]byte(strings.Replace(line, "08:30", "08:31", 1)))
	if same.ID != got.ID || got.ID == "" || other.ID == got.ID || other.Digest == got.Digest {
		t.Errorf("ids %q, %q for the same and %q for another content", got.ID, same.ID, other.ID)
	}
	long, _, err := feed.ParseLogin([]byte(strings.Replace(line, "a\\u0000b",
		strings.Repeat("ä", 600), 1)))
	if long.Agent != strings.Repeat("ä", 512) || err != nil {
		t.Errorf("agent of %d characters, error %v", len([]rune(long.Agent)), err)
	}
	unnamed, _, err := feed.ParseLogin([]byte(strings.Replace(line, `,"stopped_by":"two_factor"`, "",
		1)))
	if unnamed.StoppedBy != "other" || err != nil {
		t.Errorf("stopped by %q, error %v", unnamed.StoppedBy, err)
	}
}

func TestParseActivityAndTicket(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	a, left, err := feed.ParseActivity([]byte(`{"id":"a-1","account":"u-1","at":"2026-11-20T08:30:00Z",` +
		`"kind":"payout_changed","summary":"Payout changed","from":"x","to":"y","ip":"2001:db8::1"}`))
	wantA := security.Activity{ID: "a-1", Account: "u-1", At: at, Kind: "payout_changed",
		Summary: "Payout changed", From: "x", To: "y", IP: "2001:db8::1", Digest: a.Digest}
	if diff := cmp.Diff(wantA, a); diff != "" || err != nil || left != nil || a.Digest == "" {
		t.Errorf("error %v, digest %q, (-want +got):\n%s", err, a.Digest, diff)
	}
	k, left, err := feed.ParseTicket([]byte(`{"id":"z-9","account":"u-1","department":"Trust & Safety",` +
		`"status":"on_hold","subject":"Help","at":"2026-11-20T08:30:00Z"}`))
	wantK := security.Ticket{ID: "z-9", Account: "u-1", Department: "Trust & Safety",
		Status: "on_hold", Subject: "Help", OpenedAt: at, Priority: "normal"}
	if diff := cmp.Diff(wantK, k); diff != "" || err != nil || left != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}

// parsers are all of them, by what they read.
var parsers = map[string]func([]byte) error{
	"account":      func(b []byte) error { _, _, err := feed.ParseAccount(b); return err },
	"login":        func(b []byte) error { _, _, err := feed.ParseLogin(b); return err },
	"activity":     func(b []byte) error { _, _, err := feed.ParseActivity(b); return err },
	"ticket":       func(b []byte) error { _, _, err := feed.ParseTicket(b); return err },
	"organisation": func(b []byte) error { _, _, err := feed.ParseOrganisation(b); return err },
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	account := func(old, new string) string { return strings.Replace(wholeAccount, old, new, 1) }
	login := func(more string) string {
		return `{"account":"u-1","at":"2026-11-20T08:30:00Z","ip":"1.2.3.4",` + more + `}`
	}
	for _, tt := range []struct{ name, kind, line, key, code string }{
		{"not JSON", "account", "hello", "", "not_json"},
		{"empty", "account", "", "", "not_json"},
		{"cut off", "account", `{"id":"u-1"`, "", "not_json"},
		{"comma at the end", "account", `{"id":"u-1",}`, "", "not_json"},
		{"no comma", "account", `{"id":"u-1" "name":"x"}`, "", "not_json"},
		{"array", "account", `["id"]`, "", "not_an_object"},
		{"two objects", "account", wholeAccount + wholeAccount, "", "trailing_data"},
		{"rubbish behind", "account", wholeAccount + "x", "", "trailing_data"},
		{"unknown key", "account", account(`"id"`, `"role":"x","id"`), "role", "unknown_key"},
		{"key in capitals", "account", account(`"id"`, `"ID"`), "ID", "unknown_key"},
		{"key twice", "account", account(`"id"`, `"id":"u-2","id"`), "id", "duplicate_key"},
		{"number", "account", account(`"u-1"`, `1`), "id", "wrong_type"},
		{"object", "account", account(`"u-1"`, `{}`), "id", "wrong_type"},
		{"invalid UTF-8 in id", "account", account(`u-1`, "u\xff1"), "id", "characters"},
		{"invalid UTF-8 in email", "account", account(`ada@`, "ad\xff@"), "email", "email"},
		{"time of what happened", "login", strings.Replace(login(`"outcome":"failed"`), "T08:30:00Z",
			"", 1), "at", "time"},
		{"null where needed", "account", account(`"u-1"`, `null`), "id", "missing"},
		{"empty id", "account", account(`"u-1"`, `""`), "id", "missing"},
		{"space in id", "account", account(`"u-1"`, `"u 1"`), "id", "characters"},
		{"this folder for an id", "account", account(`"u-1"`, `"."`), "id", "characters"},
		{"the folder above for an id", "account", account(`"u-1"`, `".."`), "id", "characters"},
		{"the folder above, escaped", "account", account(`"u-1"`, `"\u002e."`), "id", "characters"},
		{"control character in id", "account", account(`"u-1"`, `"u\u00001"`), "id", "characters"},
		{"delete character in id", "account", account(`"u-1"`, `"u\u007f1"`), "id", "characters"},
		{"turned id", "account", account(`"u-1"`, `"u\u202e1"`), "id", "characters"},
		{"the folder above for an organisation", "organisation", `{"id":"..","name":"A"}`, "id", "characters"},
		{"long id", "account", account(`u-1`, strings.Repeat("u", 129)), "id", "too_long"},
		{"invisible in id", "account", account(`u-1`, `u\u200b1`), "id", "characters"},
		{"invisible in reference", "login", strings.Replace(login(`"outcome":"failed"`), "u-1",
			`u\u00ad1`, 1), "account", "characters"},
		{"invisible in username", "account", account(`"Ada"`, `"A\u200dda"`), "username",
			"characters"},
		{"mark before username", "account", account(`"Ada"`, `"\ufeffAda"`), "username",
			"characters"},
		{"@ in username", "account", account(`"Ada"`, `"a@b"`), "username", "username"},
		{"blank username", "account", account(`"Ada"`, `" \u00a0"`), "username", "username"},
		{"blank email", "account", account("ada@example.org", "  "), "email", "email"},
		{"space before id", "account", account(`"u-1"`, `" u-1"`), "id", "characters"},
		{"space behind email and in it", "account", account("ada@example.org", "a da@example.org "), "email", "email"},
		{"long username", "account", account(`"Ada"`, `"`+strings.Repeat("a", 65)+`"`), "username",
			"too_long"},
		{"email", "account", account("ada@example.org", "ada"), "email", "email"},
		{"mailbox in Unicode", "account", account("ada@", "j\u00f6rg@"), "email", "email_unicode"},
		{"mailbox of two parts", "account", account("ada@", "jo\u0308rg@"), "email", "email_unicode"},
		{"both in Unicode", "account", account("ada@example", "j\u00f6rg@b\u00fccher"), "email", "email_unicode"},
		{"unseen in email", "account", account("ada@", "ad\u200ba@"), "email", "email"},
		{"Unicode in no email", "account", account("ada@", "j\u00f6rg"), "email", "email"},
		{"type", "account", account("freelancer", "admin"), "type", "choice"},
		{"outcome", "login", login(`"outcome":"won"`), "outcome", "choice"},
		{"stopped by nothing known", "login", login(`"outcome":"stopped","stopped_by":"luck"`),
			"stopped_by", "choice"},
		{"stopped though it succeeded", "login",
			login(`"outcome":"succeeded","stopped_by":"other"`), "stopped_by", "choice"},
		{"kind", "activity", `{"account":"u-1","at":"2026-11-20T08:30:00Z","kind":"x"}`, "kind",
			"choice"},
		{"department", "ticket",
			`{"id":"z","account":"u-1","at":"2026-11-20T08:30:00Z","department":"X","status":"open","subject":"s"}`, "department", "choice"},
		{"status", "ticket",
			`{"id":"z","account":"u-1","at":"2026-11-20T08:30:00Z","department":"Trust & Safety","status":"lost","subject":"s"}`, "status", "choice"},
		{"no subject", "ticket",
			`{"id":"z","account":"u-1","at":"2026-11-20T08:30:00Z","department":"Trust & Safety","status":"open"}`, "subject", "missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var fault *feed.LineError
			if err := parsers[tt.kind]([]byte(tt.line)); !errors.As(err, &fault) {
				t.Fatalf("error %v, want a fault", err)
			}
			if fault.Key != tt.key || string(fault.Code) != tt.code {
				t.Errorf("fault %q at %q, want %q at %q", fault.Code, fault.Key, tt.code, tt.key)
			}
			if words := fault.Error(); strings.Contains(words, "$2b$") || len(words) < 10 {
				t.Errorf("words %q", words)
			}
		})
	}
}

// TestParseLeavesOut: what somebody in the account can write, or what recovers nobody, keeps no line
// out. It is made fit to be kept, or left out, and that is told.
func TestParseLeavesOut(t *testing.T) {
	t.Parallel()
	activity := func(part string) string {
		return `{"account":"u-1","at":"2026-11-20T08:30:00Z","kind":"payout_changed",` + part + `}`
	}
	login := func(part string) string {
		return `{"account":"u-1","at":"2026-11-20T08:30:00Z","outcome":"failed",` + part + `}`
	}
	account := func(old, new string) string { return strings.Replace(wholeAccount, old, new, 1) }
	long := strings.Repeat("ä", 501)
	name := func(x kept) string { return x.account.Name }
	created := func(x kept) string { return x.account.CreatedAt.Format(time.RFC3339) }
	hash := func(x kept) string { return x.account.PasswordHash + strconv.FormatBool(x.account.HashLeft) }
	to := func(x kept) string { return x.activity.To }
	ip := func(x kept) string { return x.login.IP }
	at := func(x kept) string { return x.activity.At.Format(time.RFC3339) }
	const none = "0001-01-01T00:00:00Z"
	for _, tt := range []struct {
		name, line string
		of         func(kept) string
		want, left string // what is kept, and the warning
	}{
		{"override", activity(`"to":"IBAN of Mallory\u202c"`), to, "IBAN of Mallory…", "to altered"},
		{"line break", activity(`"to":"a\nb\r\tc\u2028d"`), to, "a b  c d", "to altered"},
		{"NUL", activity(`"to":"a\u0000b"`), to, "a…b", "to altered"},
		{"501 characters", activity(`"to":"` + long + `"`), to, strings.Repeat("ä", 499) + "…", "to altered"},
		{"surrogate", activity(`"to":"a\ud800"`), to, "a…", "to altered"},
		{"not UTF-8", activity("\"to\":\"a\xffb\xfe\""), to, "a…b…", "to altered"},
		{"number", activity(`"to":12345678901234567890`), to, "12345678901234567890", ""},
		{"boolean", activity(`"to":true`), to, "true", ""},
		{"object", activity(`"to":{"iban":["x",{"to":1}]}`), to, "", "to wrong_type"},
		{"list", activity(`"to":["x"]`), to, "", "to wrong_type"},
		{"from", activity(`"from":"\u0085"`), func(x kept) string { return x.activity.From }, " ",
			"from altered"},
		{"summary", activity(`"summary":"` + strings.Repeat("x", 2001) + `"`),
			func(x kept) string { return x.activity.Summary }, strings.Repeat("x", 1999) + "…",
			"summary altered"},
		{"subject", `{"id":"z","account":"u-1","at":"2026-11-20T08:30:00Z","department":"Trust & Safety",` +
			`"status":"open","subject":"Help\u202e"}`, func(x kept) string { return x.ticket.Subject },
			"Help…", "subject altered"},
		{"agent", login(`"user_agent":"a\u0000b\ud800"`), func(x kept) string { return x.login.Agent },
			"a b ", ""},
		{"agent of another kind", login(`"user_agent":[1]`), func(x kept) string { return x.login.Agent },
			"", ""},
		{"no ip", login(`"user_agent":"x"`), ip, "", ""},
		{"ip that is none", login(`"ip":"1.2.3"`), ip, "", "ip ip"},
		{"ip of another kind", login(`"ip":[1]`), ip, "", "ip ip"},
		{"ip of a link", login(`"ip":"fe80::1%eth0"`), ip, "fe80::1", ""},
		{"two ips", login(`"ip":"1.2.3.4, 5.6.7.8"`), ip, "", "ip ip"},
		{"ip and port", login(`"ip":"81.2.69.142:443"`), ip, "81.2.69.142", ""},
		{"ip in brackets", login(`"ip":"[2001:db8::1]"`), ip, "2001:db8::1", ""},
		{"ip in brackets and port", login(`"ip":"[2001:DB8::1]:443"`), ip, "2001:db8::1", ""},
		{"small letters in a time", strings.ToLower(activity(`"to":""`)), at, "2026-11-20T08:30:00Z", ""},
		{"leap second", strings.Replace(activity(`"to":""`), "08:30:00", "23:59:60", 1), at,
			"2026-11-20T23:59:59Z", ""},

		{"not UTF-8 in a name", account("Byron", "B\xff"), name, "Ada B…", "name altered"},
		{"line break in a name", account("Byron", `\nBcc: x`), name, "Ada  Bcc: x", "name altered"},
		{"turned name", account("Byron", `\u202e`), name, "Ada …", "name altered"},
		{"long name", account("Byron", long), name, "Ada " + strings.Repeat("ä", 195) + "…",
			"name altered"},
		{"blank name", account("Ada Byron", "  "), name, "Ada", "name missing"},
		{"points in an id", account(`"u-1"`, `"..."`), func(x kept) string { return x.account.ID }, "...", ""},
		{"path in an id", account(`"u-1"`, `"../a/."`), func(x kept) string { return x.account.ID }, "../a/.", ""},
		{"percent in an id", account(`"u-1"`, `"%2e%2e"`), func(x kept) string { return x.account.ID }, "%2e%2e",
			""},
		{"space around a name", account("Ada Byron", ` Ada Byron\u00a0`), name, "Ada Byron", ""},
		{"space around a username", account(`"Ada"`, `" Ada\u00a0 "`),
			func(x kept) string { return x.account.Username }, "Ada", ""},
		{"space around a long username", account(`"Ada"`, `"`+strings.Repeat("a", 64)+` "`),
			func(x kept) string { return x.account.Username }, strings.Repeat("a", 64), ""},
		{"space around an address", account("ada@example.org", ` ada@example.org\t`),
			func(x kept) string { return x.account.Email }, "ada@example.org", ""},
		{"space behind a domain in Unicode", account("ada@example.org", `ada@b\u00fccher.example `),
			func(x kept) string { return x.account.Email }, "ada@xn--bcher-kva.example", ""},
		{"space around a locale", account("en-GB", " en-GB "), func(x kept) string { return x.account.Locale },
			"en-GB", ""},
		{"space around a time zone", account("Europe/London", " Europe/London"),
			func(x kept) string { return x.account.TimeZone }, "Europe/London", ""},
		{"space around a birth date", account("1990-12-10", "1990-12-10 "),
			func(x kept) string { return x.account.BirthDate }, "1990-12-10", ""},
		{"space around a time", account("2020-02-03", " 2020-02-03"), created, "2020-02-03T03:05:06Z", ""},
		{"unknown hash", account("$2b$10", "$2b$31"), hash, "true", "password_hash password_hash"},
		{"plain password", account("$2b$10", "hunter"), hash, "true", "password_hash password_hash"},
		{"hash of argon2i", account("$2b$10", "$argon2i$v=19"), hash, "true",
			"password_hash password_hash"},
		{"no hash", account(`"password_hash":"$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",`,
			""), hash, "false", ""},
		{"country in small letters", account(`"GB"`, `"gb"`),
			func(x kept) string { return x.account.Country }, "GB", ""},
		{"country by another code of its own", account(`"GB"`, `"uk"`),
			func(x kept) string { return x.account.Country }, "GB", ""},
		{"country that there is not", account(`"GB"`, `"ZZ"`),
			func(x kept) string { return x.account.Country }, "", "country format"},
		{"country of three letters", account(`"GB"`, `"GBR"`),
			func(x kept) string { return x.account.Country }, "", "country format"},
		{"locale with a code page", account("en-GB", "en_US.UTF-8"),
			func(x kept) string { return x.account.Locale }, "en_US", ""},
		{"locale with a currency", account("en-GB", "de_DE@euro"),
			func(x kept) string { return x.account.Locale }, "de_DE", ""},
		{"locale with a space", account("en-GB", "en GB"),
			func(x kept) string { return x.account.Locale }, "", "locale format"},
		{"time zone", account("Europe/London", "../etc/passwd"),
			func(x kept) string { return x.account.TimeZone }, "", "time_zone format"},
		{"time zone of another kind", account(`"Europe/London"`, `60`),
			func(x kept) string { return x.account.TimeZone }, "", "time_zone format"},
		{"birth date of zeroes", account("1990-12-10", "0000-00-00"),
			func(x kept) string { return x.account.BirthDate }, "", "birth_date format"},
		{"time without zone", account("06.789999+01:00", "06"), created, none, "created_at time"},
		{"time before 1970", account("2020-02", "1969-02"), created, none, "created_at time"},
		{"year one", account("2020-02-03", "0001-01-01"), created, none, "created_at time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var x kept
			var left feed.Warnings
			var err error
			switch {
			case strings.Contains(tt.line, `"username"`):
				x.account, left, err = feed.ParseAccount([]byte(tt.line))
			case strings.Contains(tt.line, `"kind"`):
				x.activity, left, err = feed.ParseActivity([]byte(tt.line))
			case strings.Contains(tt.line, `"subject"`):
				x.ticket, left, err = feed.ParseTicket([]byte(tt.line))
			default:
				x.login, left, err = feed.ParseLogin([]byte(tt.line))
			}
			var told []string
			for _, w := range left {
				told = append(told, w.Key+" "+string(w.Code))
			}
			if got := tt.of(x); err != nil || got != tt.want || strings.Join(told, ", ") != tt.left {
				t.Errorf("error %v, %q kept, want %q; warnings %q, want %q", err, got, tt.want, told, tt.left)
			}
		})
	}
}

// kept is what one of the parsers made of a line.
type kept struct {
	account  feed.AccountLine
	login    security.Login
	activity security.Activity
	ticket   security.Ticket
}

// TestAlteredLinesAreNotOne: two lines of which the same is kept are two things that happened.
func TestAlteredLinesAreNotOne(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	long := strings.Repeat("x", 600)
	for _, part := range []string{`"to":"a…"`, `"to":"a\u202c"`, `"to":"a\u202d"`, `"to":"a\u0001"`,
		`"to":"a\u0000"`, `"to":"a\u0001\u0002"`, `"from":"\u0000","to":"a"`, `"from":"","to":"\u0000a"`,
		`"to":"` + long + `"`, `"to":"` + long + `y"`, `"ip":"1.2.3"`, `"ip":"1.2.3.x"`, `"to":""`} {
		a, _, err := feed.ParseActivity([]byte(
			`{"account":"u-1","at":"2026-11-20T08:30:00Z","kind":"payout_changed",` + part + `}`))
		if other, ok := seen[a.ID]; ok || err != nil {
			t.Errorf("%s: error %v, the same as %s", part, err, other)
		}
		seen[a.ID] = part
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(wholeAccount))
	f.Add([]byte(`{"account":"u-1","at":"2026-11-20T08:30:00Z","ip":"1.2.3.4","outcome":"failed"}`))
	f.Add([]byte(
		`{"id":"z","account":"u-1","at":"2026-11-20T08:30:00Z","department":"Trust & Safety","status":"open","subject":"s"}`))
	f.Add([]byte("{\"a\":\"\\ud800\",\xff}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		for name, parse := range parsers {
			err := parse(line)
			if err != nil && !errors.As(err, new(*feed.LineError)) {
				t.Errorf("%s: error %v is no *LineError", name, err)
			}
		}
		x, _, err := feed.ParseLogin(line)
		if err == nil && (x.ID == "" || x.Digest == "" || x.At.Nanosecond()%1e6 != 0) {
			t.Errorf("accepted login %+v", x)
		}
	})
}

func TestValidEmail(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"ada@example.org": true, "ada+work@sub.example.org": true, "o'neill@example.org": true,
		"ada@localhost": true, strings.Repeat("a", 64) + "@example.org": true,
		"": false, "ada": false, "@example.org": false, "ada@": false, "a@b@example.org": false,
		`"ada"@example.org`: false, "ada byron@example.org": false,
		"ada@example.org\r\nBcc: x": false,
		"ada@[127.0.0.1]":           false, "ada@127.0.0.1": false, "Ada <ada@example.org>": false,
		"ada.@example.org": false, ".ada@example.org": false, "a..b@example.org": false,
		"ada@-example.org": false, "ada@example..org": false, "ada@exämple.org": false,
		"ada@example.org.": false, "(x)ada@example.org": false,
		strings.Repeat("a", 65) + "@example.org":             false,
		"ada@" + strings.Repeat("long.", 51) + "example.org": false,
	} {
		if got := security.ValidEmail(address); got != want {
			t.Errorf("ValidEmail(%q) = %v, want %v", address, got, want)
		}
	}
}

// TestTypedEmail: a domain in letters beyond ASCII is kept as mail servers know it.
func TestTypedEmail(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"o'brien@exämple.de": "o'brien@xn--exmple-cua.de", "user@例え.テスト": "user@xn--r8jz45g.xn--zckzah",
		" Ada@BÜCHER.example ": "Ada@xn--bcher-kva.example", "Ada@Example.org": "Ada@Example.org",
		"ada@bu\u0308cher.example": "ada@xn--bcher-kva.example", "ada@例え。テスト": "ada@xn--r8jz45g.xn--zckzah",
	} {
		got, err := security.TypedEmail("email", typed)
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
	a, _, err := feed.ParseAccount([]byte(strings.Replace(wholeAccount, "@example", "@b\u00fccher", 1)))
	if err != nil || a.Email != "ada@xn--bcher-kva.org" {
		t.Errorf("imported as %q: %v", a.Email, err)
	}
}

func FuzzValidEmail(f *testing.F) {
	f.Add("ada@example.org")
	f.Add("a@b\r\nRCPT TO:<x>")
	f.Fuzz(func(t *testing.T, address string) {
		if !security.ValidEmail(address) {
			return
		}
		parsed, err := netmail.ParseAddress(address)
		if err != nil || parsed.Address != address || parsed.Name != "" ||
			strings.Count(address, "@") != 1 || len(address) > 254 ||
			strings.ContainsAny(address, "\r\n\t \"<>(),;:\\[]") {
			t.Errorf("accepted %q, which reads as %v, error %v", address, parsed, err)
		}
	})
}
