package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSignalCommands(t *testing.T) {
	t.Parallel()
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`))
	}))
	defer keys.Close()
	c := newCLI(t)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	row := `{"issuer":"https://id.example","jwks":"` + keys.URL + `","audience":"http://localhost:8080",` +
		`"subjects":"https://id.example","trusted_at":"TIME","heard_at":null,"verified_at":null,"state":""}`
	trust := []string{"signal", "trust", "https://id.example", "--jwks", keys.URL, "--subjects",
		"https://id.example", "--json"}
	wantShape(t, c.ok(trust...), row)
	wantShape(t, c.ok("signal", "list", "--json"), "["+row+"]")
	if text := c.ok("signal", "list"); !strings.Contains(text, "never heard  never verified") {
		t.Errorf("list %q", text)
	}
	if text := c.run("doctor").stdout; !strings.Contains(text, "ok signals: 1 issuers are believed") {
		t.Errorf("doctor: %s", text)
	}
	keys.Close()
	if text := c.run("doctor").stdout; !strings.Contains(text, "warn signals: https://id.example: no keys") {
		t.Errorf("doctor: %s", text)
	}
	for _, tt := range []struct {
		args, code string
		status     int
	}{
		{"signal trust x --jwks ftp://h", "keys_address", 2}, {"signal trust x --jwks http://h", "keys_plain", 2},
		{"signal distrust x", "not_found", 1},
	} {
		if r := c.run(append(strings.Fields(tt.args), "--json")...); r.status != tt.status ||
			!strings.Contains(r.stderr, `"code":"`+tt.code+`"`) {
			t.Errorf("%s: %d %s", tt.args, r.status, r.stderr)
		}
	}
	if text := c.ok("signal", "distrust", "https://id.example"); !strings.Contains(text, "not believed") {
		t.Error(text)
	}
	if text := c.ok("signal", "list", "--json"); text != "[]\n" {
		t.Error(text)
	}
}
