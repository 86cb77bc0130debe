package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/store/storetest"
)

// alanLine has the password "password of alan".
const (
	alanLine = `{"id":"u-1003","username":"alan","email":"alan@example.org","name":"Alan",` +
		`"type":"client","password_hash":"$2a$04$/O7tpnq9LmnetLLM6A0sUOIsxN6WMBRRdtkaPJfA2kba2lHRCejxK"}`
	bothSecrets = otherSecret + "," + testSecret
)

// eachCLI is a command line on an empty database of each engine.
func eachCLI(t *testing.T, f func(t *testing.T, c *cli)) {
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		c := newCLI(t)
		c.env["REGAIN_DATABASE"], c.env["REGAIN_LISTEN"] = dsn, "127.0.0.1:0"
		f(t, c)
	})
}

// refusedSecret fails unless every command refuses with the same one line and leaves the audit
// trail as it was.
func (c *cli) refusedSecret(secret, want string) {
	c.t.Helper()
	before := c.env["REGAIN_SECRET"]
	lines := c.ok("audit", "verify")
	c.env["REGAIN_SECRET"] = secret
	for _, command := range []string{"account show ada", "account import /dev/null", "audit verify",
		"lock ada --evidence e", "link ada", "ticket list", "migrate", "staff list", "secret rotate",
		"sessions end --all", "serve", "backup /does/not/exist"} {
		r := c.run(strings.Fields(command)...)
		if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 ||
			!strings.HasPrefix(r.stderr, "regain: REGAIN_SECRET: "+want) {
			c.t.Errorf("%s: status %d: %s%s", command, r.status, r.stdout, r.stderr)
		}
	}
	if r := c.run("doctor"); r.status != 1 || !strings.Contains(r.stdout, "FAIL secret: REGAIN_SECRET: "+want) {
		c.t.Errorf("doctor: status %d: %s", r.status, r.stdout)
	}
	c.env["REGAIN_SECRET"] = before
	if diff := cmp.Diff(lines, c.ok("audit", "verify")); diff != "" {
		c.t.Errorf("audit trail (-before +after):\n%s", diff)
	}
}

func TestForeignSecret(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		c.give("account", adaLine)
		c.refusedSecret(otherSecret, "this is not the secret of the database; nothing was changed")
	})
}

func TestSecretRotate(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		mail := c.env["REGAIN_MAIL"]
		c.env["REGAIN_MAIL"] = ""
		c.give("account", adaLine)
		c.ok("lock", "ada", "--evidence", "e")
		c.env["REGAIN_SECRET"] = bothSecrets
		c.ok("link", "ada")
		c.refusedSecret(testSecret, "the database needs another secret too")
		c.refusedSecret(otherSecret, "the database needs another secret too")
		if r := c.run("doctor"); !strings.Contains(r.stdout, "warn secret: ") {
			t.Errorf("doctor: %s", r.stdout)
		}
		r := c.run("secret", "rotate", "--json")
		if !strings.Contains(r.stderr, "outbox: 1 sealed anew\n") {
			t.Errorf("no progress in %q", r.stderr)
		}
		v, _ := shape(t, r.stdout).(map[string]any)
		retired, _ := v["retired"].([]any)
		if v["sealed"] != float64(1) || v["damaged"] != float64(0) || len(retired) != 1 {
			t.Errorf("rotated: %s", r.stdout)
		}
		wantShape(t, c.ok("secret", "rotate", "--json"), `{"sealed":0,"damaged":0,"retired":[]}`)
		c.env["REGAIN_SECRET"] = otherSecret
		c.refusedSecret(testSecret+","+otherSecret, "the first secret was replaced")
		c.ok("audit", "verify")
		c.env["REGAIN_MAIL"] = mail
		c.ok("link", "ada")
		if n := len(c.mails()); n != 3 {
			t.Errorf("%d mails can be read after the rotation, want 3", n)
		}
	})
}

// TestSecretRotateKeepsWhatPeopleHold: a session lives while the old secret is named, and ends with
// it; the password, the authenticator and the recovery codes stay for good.
func TestSecretRotateKeepsWhatPeopleHold(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		ctx := t.Context()
		c.give("account", alanLine)
		phone := security.Visitor{IP: "81.2.69.142", Agent: "phone"}
		_, x := c.open()
		session, err := x.service.Account.SignIn(ctx, phone, "alan", "password of alan")
		must(t, err)
		u, err := x.service.Account.EnterAccount(ctx, phone, session)
		must(t, err)
		e, err := x.service.Account.AskAuthenticator(ctx, u)
		must(t, err)
		code, err := totp.GenerateCode(e.Secret, clock())
		must(t, err)
		session, err = x.service.Account.SetAuthenticator(ctx, u, code)
		must(t, err)
		u, err = x.service.Account.EnterAccount(ctx, phone, session)
		must(t, err)
		codes, err := x.service.Account.AccountCodes(u)
		must(t, err)
		must(t, x.Close())
		for _, at := range []struct {
			secret string
			lives  bool
		}{{bothSecrets, true}, {otherSecret, false}} {
			c.env["REGAIN_SECRET"] = at.secret
			if at.lives {
				c.ok("secret", "rotate")
			}
			_, x := c.open()
			if _, err := x.service.Account.EnterAccount(ctx, phone, session); (err == nil) != at.lives {
				t.Errorf("session of before, after the rotation: %v", err)
			}
			must(t, x.Close())
		}
		_, x = c.open()
		half, err := x.service.Account.SignIn(ctx, phone, "alan", "password of alan")
		must(t, err)
		u, err = x.service.Account.EnterAccount(ctx, phone, half)
		must(t, err)
		_, err = x.service.Account.ProveSignIn(ctx, u, codes[0])
		must(t, err)
		for _, f := range u.Factors {
			_, err := x.service.Unseal(f.Purpose(), f.ID, f.Sealed)
			must(t, err)
		}
		must(t, x.Close())
	})
}

// TestEnd: whoever was signed in is not any more, and the link in the mail is dead.
func TestEnd(t *testing.T) {
	t.Parallel()
	eachCLI(t, func(t *testing.T, c *cli) {
		ctx := t.Context()
		_, x := c.open()
		defer func() { must(t, x.Close()) }()
		for i, tt := range []struct {
			args      []string
			alan, ada bool // who is out
			line      string
		}{
			{[]string{"sessions", "end", "--all"}, true, true, "ways_in.ended"},
			{[]string{"sessions", "end", "--account", "alan1"}, true, false, "ways_in.ended"},
			{[]string{"secret", "rotate", "--now"}, true, true, "ways_in.ended"},
			{[]string{"restore", "--put-back"}, true, true, "database.restored"},
		} {
			// Each has its own two people, whom those before have not put out.
			n := strconv.Itoa(i)
			own := strings.NewReplacer(`"alan`, `"alan`+n, `"ada`, `"ada`+n, `"u-`, `"u-`+n+"-")
			c.give("account", own.Replace(alanLine), own.Replace(adaLine))
			c.ok("lock", "ada"+n, "--evidence", "e")
			session, err := x.service.Account.SignIn(ctx, security.Visitor{}, "alan"+n, "password of alan")
			must(t, err)
			link, err := x.db.LiveLink(ctx, "u-"+n+"-1001")
			must(t, err)
			_, err = x.service.Account.EnterAccount(ctx, security.Visitor{}, session)
			must(t, err)
			c.ok(tt.args...)
			if got := c.text("SELECT kind FROM events ORDER BY seq DESC LIMIT 1"); got != tt.line {
				t.Errorf("%s: the last line of the trail is %s, want %s", tt.args, got, tt.line)
			}
			c.ok("audit", "verify")
			if _, err := x.service.Account.EnterAccount(ctx, security.Visitor{}, session); (err != nil) != tt.alan {
				t.Errorf("%s: session: %v", tt.args, err)
			}
			tok := x.service.Lockout.LinkToken(link.ID)
			if _, err := x.service.Lockout.UseLink(ctx, security.Visitor{}, tok); (err != nil) != tt.ada {
				t.Errorf("%s: link: %v", tt.args, err)
			}
		}
	})
	c := newCLI(t)
	for args, want := range map[string]int{"sessions end": 2, "sessions end --all --account ada": 2,
		"restore": 2, "restore copy --put-back": 2,
		"sessions end --account nobody": 1} {
		if r := c.run(strings.Fields(args)...); r.status != want {
			t.Errorf("%s: status %d: %s", args, r.status, r.stderr)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
