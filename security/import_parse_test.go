package security_test

import (
	"errors"
	netmail "net/mail"
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
	got, err := feed.ParseAccount([]byte(wholeAccount))
	want := feed.AccountLine{Email: "ada@example.org", Account: security.Account{
		ID: "u-1", Username: "Ada", Name: "Ada Byron", Type: "freelancer",
		PasswordHash: "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		Country:      "GB", Locale: "en-GB", TimeZone: "Europe/London", BirthDate: "1990-12-10",
		CreatedAt: time.Date(2020, 2, 3, 3, 5, 6, 789e6, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}

func TestParseLogin(t *testing.T) {
	t.Parallel()
	line := `{"account":"u-1","at":"2026-11-20T08:30:00Z","ip":"::ffff:81.2.69.142",` +
		`"user_agent":"a\u0000b","outcome":"stopped","stopped_by":"two_factor"}`
	got, err := feed.ParseLogin([]byte(line))
	want := security.Login{Account: "u-1", At: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		IP: "81.2.69.142", Agent: "a b", Outcome: "stopped", StoppedBy: "two_factor"}
	want.ID, want.Digest = got.ID, got.Digest
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
	same, _ := feed.ParseLogin([]byte(`{"stopped_by":"two_factor","outcome":"stopped","ip":` +
		`"81.2.69.142","at":"2026-11-20T09:30:00+01:00","user_agent":"a b","account":"u-1"}`))
	other, _ := feed.ParseLogin([]byte(strings.Replace(line, "08:30", "08:31", 1)))
	if same.ID != got.ID || got.ID == "" || other.ID == got.ID || other.Digest == got.Digest {
		t.Errorf("ids %q, %q for the same and %q for another content", got.ID, same.ID, other.ID)
	}
	long, err := feed.ParseLogin([]byte(strings.Replace(line, "a\\u0000b",
		strings.Repeat("ä", 600), 1)))
	if len([]rune(long.Agent)) != 512 || err != nil {
		t.Errorf("agent of %d characters, error %v", len([]rune(long.Agent)), err)
	}
	unnamed, err := feed.ParseLogin([]byte(strings.Replace(line, `,"stopped_by":"two_factor"`, "",
		1)))
	if unnamed.StoppedBy != "other" || err != nil {
		t.Errorf("stopped by %q, error %v", unnamed.StoppedBy, err)
	}
}

func TestParseActivityAndTicket(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	a, err := feed.ParseActivity([]byte(`{"id":"a-1","account":"u-1","at":"2026-11-20T08:30:00Z",` +
		`"kind":"payout_changed","summary":"Payout changed","from":"x","to":"y","ip":"2001:db8::1"}`))
	wantA := security.Activity{ID: "a-1", Account: "u-1", At: at, Kind: "payout_changed",
		Summary: "Payout changed", From: "x", To: "y", IP: "2001:db8::1", Digest: a.Digest}
	if diff := cmp.Diff(wantA, a); diff != "" || err != nil || a.Digest == "" {
		t.Errorf("error %v, digest %q, (-want +got):\n%s", err, a.Digest, diff)
	}
	k, err := feed.ParseTicket([]byte(`{"id":"z-9","account":"u-1","department":"Trust & Safety",` +
		`"status":"on_hold","subject":"Help","at":"2026-11-20T08:30:00Z"}`))
	wantK := security.Ticket{ID: "z-9", Account: "u-1", Department: "Trust & Safety",
		Status: "on_hold", Subject: "Help", OpenedAt: at, Priority: "normal"}
	if diff := cmp.Diff(wantK, k); diff != "" || err != nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}

// parsers are all of them, by what they read.
var parsers = map[string]func([]byte) error{
	"account":  func(b []byte) error { _, err := feed.ParseAccount(b); return err },
	"login":    func(b []byte) error { _, err := feed.ParseLogin(b); return err },
	"activity": func(b []byte) error { _, err := feed.ParseActivity(b); return err },
	"ticket":   func(b []byte) error { _, err := feed.ParseTicket(b); return err },
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
		{"invalid UTF-8", "account", account("Byron", "\xff"), "", "not_utf8"},
		{"broken surrogate", "account", account("Byron", `\ud800`), "name", "characters"},
		{"unknown key", "account", account(`"id"`, `"role":"x","id"`), "role", "unknown_key"},
		{"key in capitals", "account", account(`"id"`, `"ID"`), "ID", "unknown_key"},
		{"key twice", "account", account(`"id"`, `"id":"u-2","id"`), "id", "duplicate_key"},
		{"number", "account", account(`"u-1"`, `1`), "id", "wrong_type"},
		{"object", "account", account(`"u-1"`, `{}`), "id", "wrong_type"},
		{"null where needed", "account", account(`"u-1"`, `null`), "id", "missing"},
		{"empty id", "account", account(`"u-1"`, `""`), "id", "missing"},
		{"space in id", "account", account(`"u-1"`, `"u 1"`), "id", "characters"},
		{"long id", "account", account(`u-1`, strings.Repeat("u", 129)), "id", "too_long"},
		{"invisible in id", "account", account(`u-1`, `u\u200b1`), "id", "characters"},
		{"invisible in reference", "login", strings.Replace(login(`"outcome":"failed"`), "u-1",
			`u\u00ad1`, 1), "account", "characters"},
		{"invisible in username", "account", account(`"Ada"`, `"A\u200dda"`), "username",
			"characters"},
		{"mark before username", "account", account(`"Ada"`, `"\ufeffAda"`), "username",
			"characters"},
		{"@ in username", "account", account(`"Ada"`, `"a@b"`), "username", "username"},
		{"space around username", "account", account(`"Ada"`, `" ada"`), "username", "username"},
		{"long username", "account", account(`"Ada"`, `"`+strings.Repeat("a", 65)+`"`), "username",
			"too_long"},
		{"newline in name", "account", account("Byron", `\nBcc: x`), "name", "characters"},
		{"blank name", "account", account("Ada Byron", "  "), "name", "missing"},
		{"turned text in name", "account", account("Byron", `\u202e`), "name", "characters"},
		{"email", "account", account("ada@example.org", "ada"), "email", "email"},
		{"type", "account", account("freelancer", "admin"), "type", "choice"},
		{"hash", "account", account("$2b$10", "$2b$31"), "password_hash", "password_hash"},
		{"plain password", "account", account("$2b$10", "hunter"), "password_hash",
			"password_hash"},
		{"country", "account", account(`"GB"`, `"gb"`), "country", "format"},
		{"locale", "account", account("en-GB", "en GB"), "locale", "format"},
		{"time zone", "account", account("Europe/London", "../etc/passwd"), "time_zone", "format"},
		{"birth date", "account", account("1990-12-10", "10.12.1990"), "birth_date", "format"},
		{"time without zone", "account", account("06.789999+01:00", "06"), "created_at", "time"},
		{"time before 1970", "account", account("2020-02", "1969-02"), "created_at", "time"},
		{"no ip", "login", `{"account":"u-1","at":"2026-11-20T08:30:00Z","outcome":"failed"}`, "ip",
			"missing"},
		{"ip", "login", strings.Replace(login(`"outcome":"failed"`), "1.2.3.4", "1.2.3", 1), "ip",
			"ip"},
		{"ip with zone", "login", strings.Replace(login(`"outcome":"failed"`), "1.2.3.4",
			"fe80::1%eth0", 1), "ip", "ip"},
		{"outcome", "login", login(`"outcome":"won"`), "outcome", "choice"},
		{"stopped by nothing known", "login", login(`"outcome":"stopped","stopped_by":"luck"`),
			"stopped_by", "choice"},
		{"stopped though it succeeded", "login",
			login(`"outcome":"succeeded","stopped_by":"other"`), "stopped_by", "choice"},
		{"kind", "activity", `{"account":"u-1","at":"2026-11-20T08:30:00Z","kind":"x"}`, "kind",
			"choice"},
		{"summary", "activity",
			`{"account":"u-1","at":"2026-11-20T08:30:00Z","kind":"payment","summary":"a\u001bb"}`,
			"summary", "characters"},
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
		x, err := feed.ParseLogin(line)
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
