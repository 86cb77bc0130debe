package market_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/market"
	"regain/handlers"
	"regain/handlers/api"
	"regain/handlers/api/client"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/apikey"
	"regain/security/feed"
	"regain/security/recovery"
)

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
	opera   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 OPR/124.0.0.0"
)

var home = market.Device{IP: "81.2.69.142", Agent: firefox}

// open opens the sign-in of a marketplace whose member ada has signed in from home for a month.
func open(t *testing.T, secret string) *handlertest.Browser {
	t.Helper()
	b := handlertest.New(t, func(s *handlers.Server) {
		programs := httptest.NewServer(api.Handler(s))
		t.Cleanup(programs.Close)
		_, key, err := s.Security.APIKeys.Create(t.Context(), security.Operator("test"),
			apikey.Wanted{Name: "market", Scopes: []apikey.Scope{apikey.SignIns, apikey.PasswordsVerify}})
		if err != nil {
			t.Fatal(err)
		}
		routes, err := market.Routes(market.Config{Brand: "Example Market", Secret: secret,
			API: programs.URL + api.Base, Key: key,
			Members:  []market.Member{{Username: "ada", Email: "ada@example.org", Home: home}},
			Stranger: market.Device{IP: "80.89.73.20", Agent: opera}})
		if err != nil {
			t.Fatal(err)
		}
		s.Dev = &handlers.Dev{Market: routes}
	})
	for day := 30; day > 1; day -= 3 {
		_, err := b.Service.Feed.TellSignIn(t.Context(), security.Operator("test"), feed.SignIn{Login: security.Login{
			ID: "s-" + strings.Repeat("x", day), Account: "ada", IP: home.IP, Agent: home.Agent,
			Outcome: string(client.SignInOutcomeSucceeded), At: handlertest.Start.AddDate(0, 0, -day)}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.Open(market.Base).On(200, "market")
}

// signIn fills in the form as it was rendered.
func signIn(b *handlertest.Browser, who, password, from string) *handlertest.Browser {
	return b.Open(market.Base).Fill("identifier", who).Fill("password", password).
		Fill("from", from).Submit()
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	const right = handlertest.OldPassword
	signIn(b, " Ada@example.org ", right, "home").On(200, "market-allow").
		Wants(200, "pre", `"decision": "allow"`)
	for _, who := range []string{"ada", "nobody", strings.Repeat("x", 5000)} {
		signIn(b, who, "wrong", "home").On(422, "market").Wants(422, ".error", "is not right")
	}
	signIn(b, "ada", right, "device").On(200, "market-challenge").Wants(200, "pre", "unfamiliar_device")
	signIn(b, "ada", right, "abroad").On(200, "market-challenge").Wants(200, "pre", "unfamiliar_country")
	question := b.Doc.Find("[name=question]").AttrOr("value", "")
	b.Submit().On(200, "market-refuse").Wants(200, "pre", `"stopped"`)
	b.Post(market.Base+"/code", map[string][]string{"question": {question}, "code": {"123456"}}).
		Wants(303, "", market.Base)
	signIn(b, "ada", right, "abroad").On(200, "market-challenge").Fill("code", "123456").Submit().
		On(200, "market-allow")

	_, err := b.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "ada", recovery.Compromised, "seen")
	if err != nil {
		t.Fatal(err)
	}
	signIn(b, "ada", right, "home").On(200, "market-refuse").Wants(200, "main", "is locked")
	to := b.Doc.Find("main a.btn").AttrOr("href", "")
	b.Open(strings.TrimPrefix(to, b.URL)).On(200, "recover")

	logins, err := b.Store.Logins(t.Context(), "ada", handlertest.Start.Add(-time.Hour), 100)
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []string
	for _, l := range logins {
		outcomes = append(outcomes, l.Outcome+" "+l.IP)
	}
	slices.Sort(outcomes)
	want := []string{"failed 81.2.69.142", "stopped 80.89.73.20", "stopped 81.2.69.142",
		"succeeded 80.89.73.20", "succeeded 80.89.73.20", "succeeded 81.2.69.142", "succeeded 81.2.69.142"}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("what was told of (-want +got):\n%s", diff)
	}
}

// TestSecondFactor: who sends no code or a wrong one is told so, beside the field; whoever has a passkey
// alone is told what to do.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	code := b.Authenticator("ada")
	b.Advance(time.Minute)
	signIn(b, "ada", handlertest.OldPassword, "home").On(200, "market-challenge").
		Wants(200, "main", "authenticator app")
	b.Submit().On(422, "market-challenge").Wants(422, "#errors", "Enter the code")
	b.Fill("code", "000000").Submit().On(422, "market-challenge").Wants(422, "#errors", "does not match")
	b.Advance(time.Minute)
	b.Fill("code", code()).Submit().On(200, "market-allow")

	b.SignIn("bob").Open("/account/passkeys").Use("phone")
	signIn(b, "bob", handlertest.OldPassword, "home").On(200, "market-challenge").
		Wants(200, `main a[href="`+b.URL+`/account/two-factor"]`, "set up").
		Wants(200, "main", "Your passkey works at the account protection")
	b.Submit().On(422, "market-challenge").Wants(422, "main", "Your passkey works")
}

// TestQuestionOnce: a sign-in that waits is answered once.
func TestQuestionOnce(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	signIn(b, "ada", handlertest.OldPassword, "abroad").On(200, "market-challenge")
	question := b.Doc.Find("[name=question]").AttrOr("value", "")
	var all sync.WaitGroup
	var in atomic.Int32
	for range 8 {
		o := b.Other()
		all.Go(func() {
			o.Post(market.Base+"/code", map[string][]string{"question": {question}, "code": {"123456"}})
			if o.Status == 200 {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d were let in", in.Load())
	}
}

func TestSecretUnreadable(t *testing.T) {
	t.Parallel()
	if _, err := market.Routes(market.Config{API: "http://localhost", Secret: "whsec_?"}); err == nil {
		t.Error("a secret that is none is taken")
	}
}

// TestKeyRefused: without a good key nobody is let in, and the visitor sees no more than a fault.
func TestKeyRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	all, err := b.Service.APIKeys.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.APIKeys.Revoke(t.Context(), security.Operator("test"), all[0].ID); err != nil {
		t.Fatal(err)
	}
	signIn(b, "ada", handlertest.OldPassword, "home").Wants(500, "h1", "our side")
}
