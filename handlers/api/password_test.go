package api_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/apikey"
	"regain/security/recovery"
)

// typed is a sign-in with a password that is to be checked.
func typed(who, password, more string) string {
	return fmt.Sprintf(`{"identifier":%q,"password":%q,%s%s}`, who, password, here, more)
}

func TestSignInWithPassword(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	code := m.Authenticator("bob")
	m.Advance(time.Minute)
	m.known()
	_, err := m.Service.Lockout.Lock(t.Context(), security.Operator("lock"), "cleo",
		recovery.Compromised, "seen")
	if err != nil {
		t.Fatal(err)
	}
	const right = handlertest.OldPassword
	for _, tt := range []struct{ name, body, account, want string }{
		{"right", typed("ada", right, ""), "ada", "allow"},
		{"by address", typed("Ada@example.org", right, ""), "ada", "allow"},
		{"by id", `{"account":"ada","password":"` + right + `",` + here + `}`, "ada", "allow"},
		{"from away", strings.Replace(typed("ada", right, ""), here, away, 1), "ada",
			"challenge unfamiliar_country impossible_travel"},
		{"wrong", typed("ada", "x", ""), "", "refuse wrong_credentials -> /recover"},
		{"wrong, by id", `{"account":"ada","password":"x",` + here + `}`, "ada",
			"refuse wrong_credentials -> /recover"},
		{"nobody", typed("zoe", right, ""), "", "refuse wrong_credentials -> /recover"},
		{"locked, wrong", typed("cleo", "x", ""), "", "refuse wrong_credentials -> /recover"},
		{"locked", typed("cleo", right, ""), "cleo", "refuse security_lockout -> /recover"},
		{"second factor", typed("bob", right, `,"id":"s-1"`), "bob",
			"challenge second_factor_due +totp"},
		{"wrong code", typed("bob", right, `,"id":"s-1","second_factor":{"code":"000000"}`), "bob",
			"refuse second_factor_wrong +totp -> /recover"},
		{"code", typed("bob", right, `,"id":"s-1","second_factor":{"code":"`+code()+`"}`), "bob",
			"allow +totp"},
	} {
		d, problem := m.tell(tt.body)
		if got := brief(d, problem); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if account := d.Account; (account == nil) != (tt.account == "") || account != nil && *account != tt.account {
			t.Errorf("%s: account %v, want %q", tt.name, account, tt.account)
		}
	}
	for range 6 {
		m.tell(typed("zoe", "x", ""))
	}
	d, problem := m.tell(typed("zoe", "x", ""))
	if got := brief(d, problem); got != "refuse too_many_tries -> /recover" || d.RetryAfter == nil ||
		*d.RetryAfter != 30 {
		t.Errorf("too often: %s %v", got, d.RetryAfter)
	}
}

// TestPasswordRefused: what is no question about a password is told without a look at it.
func TestPasswordRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	before := m.Service.Hasher.Hashes()
	for body, want := range map[string]string{
		`{"account":"ada"}`:                                   "422 invalid /outcome missing",
		`{"account":"ada","password":""}`:                     "422 invalid /outcome missing",
		`{"account":"ada","password":7,` + here + `}`:         "422 invalid /password wrong_type",
		"{\"account\":\"ada\",\"password\":\"\xff\"}":         "422 invalid /password characters",
		`{"account":"ada","password":"x"}`:                    "422 invalid /ip missing",
		`{"account":"ada","password":"x","ip":""}`:            "422 invalid /ip missing",
		`{"account":"ada","password":"x","ip":"unknown"}`:     "422 invalid /ip ip",
		`{"account":"ada","password":"x","ip":"999.1.1.1"}`:   "422 invalid /ip ip",
		`{"account":"ada","password":"x","outcome":"failed"}`: "422 invalid /password excluded",
		`{"account":"ada","identifier":"ada","password":"x"}`: "422 invalid /identifier excluded",
		typed("ada", "x", `,"stopped_by":"other"`):            "422 invalid /stopped_by choice",
		typed("ada", "x", `,"second_factor":"123456"`):        "422 invalid /second_factor wrong_type",
		typed("ada", "x", `,"second_factor":[]`):              "422 invalid /second_factor wrong_type",
		typed("ada", "x", `,"second_factor":{}`):              "422 invalid /second_factor missing",
		typed("ada", "x", `,"second_factor":{"code":7}`):      "422 invalid /second_factor wrong_type",
		typed("ada", "x", `,"second_factor":{"kode":"7"}`):    "422 invalid /second_factor unknown_key",
		typed("ada", "x", `,"second_factor":{"code":"1","code":"2"}`): "422 invalid /second_factor " +
			"duplicate_key",
		typed("ada", "x", `,"second_factor":{"code":"`+strings.Repeat("1", 65)+`"}`): "422 invalid " +
			"/second_factor too_long",
		`{"account":"ada","outcome":"failed","second_factor":{"code":"1"}}`: "422 invalid " +
			"/second_factor excluded",
		typed(strings.Repeat("a", 501), "x", ""):  "422 invalid /identifier too_long",
		typed(strings.Repeat("a", 400), "x", ""):  "422 invalid /identifier identifier_long",
		typed(" ", "x", ""):                       "422 invalid /identifier identifier_missing",
		`{"identifier":"zoe","outcome":"failed"}`: "422 invalid /identifier unknown_account",
	} {
		if got := brief(m.tell(body)); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	if got := brief(m.tell(`{"identifier":"ADA@example.org","outcome":"failed"}`)); got !=
		"refuse wrong_credentials -> /recover" {
		t.Errorf("an outcome by address: %s", got)
	}
	if n := m.Service.Hasher.Hashes() - before; n != 0 {
		t.Errorf("%d hashes", n)
	}
}

// TestPasskeyAlone: whoever has no factor that is a code is sent where they get one; a recovery code
// lets them in.
func TestPasskeyAlone(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	o := m.SignIn("bob").Open("/account/passkeys").Use("phone").Follow()
	codes := o.Doc.Find("[data-recovery-code]")
	for _, tt := range []struct{ code, want string }{
		{"", "challenge second_factor_due +passkey -> /account/two-factor"},
		{"123456", "refuse second_factor_wrong +passkey -> /recover -> /account/two-factor"},
		{strings.TrimSpace(codes.First().Text()), "allow +passkey"},
	} {
		more := ""
		if tt.code != "" {
			more = `,"second_factor":{"code":"` + tt.code + `"}`
		}
		if got := brief(m.tell(typed("bob", handlertest.OldPassword, more))); got != tt.want {
			t.Errorf("code %q: %s, want %s", tt.code, got, tt.want)
		}
	}
	m.Authenticator("cleo")
	if got := brief(m.tell(typed("cleo", handlertest.OldPassword, ""))); got != "challenge second_factor_due +totp" {
		t.Error(got)
	}
}

// TestPasswordNeedsItsScope: a key that may tell of sign-ins has no password checked.
func TestPasswordNeedsItsScope(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.key = m.named("tells", apikey.SignIns)
	before := m.Service.Hasher.Hashes()
	if got := brief(m.tell(typed("ada", handlertest.OldPassword, ""))); got != "403 no_scope" {
		t.Error(got)
	}
	if n := m.Service.Hasher.Hashes() - before; n != 0 {
		t.Errorf("%d hashes", n)
	}
	if got := brief(m.tell(`{"account":"ada","outcome":"succeeded"}`)); got != "allow" {
		t.Error(got)
	}
}

// TestPasswordRefusedLater: wrong credentials take as long as at the portal's own sign-in, whoever is
// meant.
func TestPasswordRefusedLater(t *testing.T) {
	t.Parallel()
	const floor = 150 * time.Millisecond
	m := newMarket(t, func(s *handlers.Server) { s.RefuseAfter = floor })
	m.Lock("bob")
	for _, who := range []string{"ada", "bob", "zoe", "zoe@example.org"} {
		start := time.Now()
		if got := brief(m.tell(typed(who, "wrong", ""))); got != "refuse wrong_credentials -> /recover" {
			t.Errorf("%s: %s", who, got)
		}
		if took := time.Since(start); took < floor {
			t.Errorf("%s was refused after %s", who, took)
		}
	}
}

// TestPasswordStaysNowhere: neither a password nor a code is in an answer, the log or the database.
func TestPasswordStaysNowhere(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	code := m.Authenticator("bob")
	m.Advance(time.Minute)
	shown := code()
	secrets := []string{"canary-of-a-password", handlertest.OldPassword, "CANARYCANARYCANA"}
	for _, body := range []string{
		typed("ada", secrets[0], ""), typed("zoe", secrets[0], ""), typed("ada", handlertest.OldPassword, ""),
		typed("bob", handlertest.OldPassword, `,"second_factor":{"code":"`+secrets[2]+`"}`),
		typed("bob", handlertest.OldPassword, `,"second_factor":{"code":"`+shown+`"}`),
		typed("ada", secrets[0], `,"second_factor":{"code":"`+secrets[2]+`","colour":1}`),
		typed("ada", secrets[0], `,"outcome":"`+secrets[0]+`"`), typed("ada", secrets[0], `,"x":1`),
		`{"account":"ada","password":["` + secrets[0] + `"]}`, `{"password":"` + secrets[0],
		`{"account":"ada","password":"` + secrets[0] + `"}`,
	} {
		w := m.do(http.MethodPost, "/signins", m.key, body)
		nowhere(t, "the answer "+w.Body.String(), w.Body.String(), secrets)
	}
	m.do(http.MethodPost, "/signins", m.named("none", apikey.AccountsRead), typed("ada", secrets[0], ""))
	nowhere(t, "the log", m.Log.String(), secrets)
	for _, file := range []string{m.File, m.File + "-wal"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nowhere(t, file, string(data), secrets)
	}
}

func nowhere(t *testing.T, where, text string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%s has %q", where, s)
		}
	}
}
