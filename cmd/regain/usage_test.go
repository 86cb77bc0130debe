package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestWrongUsage: what is wrong in itself ends with 2, whatever the portal knows, and under --json it is told in JSON.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	for _, tt := range []struct{ args, code string }{
		{"key create x --scope all", "scope_unknown"},
		{"key create x --scope signins --expires 11000d", "key_life"},
		{"key create  --scope signins", "usage"},
		{"key revoke ", "usage"},
		{"webhook add https://x.example --event account.eaten", "webhook_event"},
		{"webhook add x", "webhook_url"},
		{"webhook add https://u:p@x.example", "webhook_user"},
		{"webhook add http://x.example", "webhook_plain"},
		{"signal trust https://id.example --jwks x", "keys_address"},
		{"signal trust https://id.example --jwks http://x.example", "keys_plain"},
		{"sso trust x --organisation o --client-id c", "issuer_name"},
		{"sso trust http://id.example --organisation o --client-id c", "keys_plain"},
		{"staff invite x --role admin", "email_invalid"},
		{"staff invite é@x.example --role admin", "email_unicode"},
		{"staff invite a@x.example --role admin --name " + strings.Repeat("n", 300), "name_long"},
		{"lock ada --evidence ", "usage"},
		{"lock nobody --evidence ", "usage"},
		{"lock ada --evidence " + strings.Repeat("e", 4001), "evidence_long"},
		{"lock  --evidence e", "usage"},
		{"account show ", "usage"},
		{"account erase \u00a0", "usage"},
		{"account erase ada --reason " + strings.Repeat("é", 1001), "reason_long"},
		{"audit anchor --reason ", "usage"},
		{"audit anchor --reason " + strings.Repeat("é", 1001), "reason_long"},
		{"sessions end --account ", "usage"},
		{"drill --to x", "email_invalid"},
		{"drill --to a@x.example --at x", "address"},
	} {
		args := strings.Split(tt.args, " ")
		r := c.run(append(args, "--json")...)
		var e struct {
			Error struct{ Code, Message string }
		}
		err := json.Unmarshal([]byte(r.stderr), &e)
		if err != nil || r.status != 2 || r.stdout != "" || e.Error.Code != tt.code || e.Error.Message == "" ||
			strings.Contains(e.Error.Message, "refused:") {
			t.Errorf("%s: status %d, %v, output %q, errors %q", tt.args, r.status, err, r.stdout, r.stderr)
		}
		if r := c.run(args...); r.status != 2 || !strings.HasSuffix(r.stderr, "regain: see regain --help\n") {
			t.Errorf("%s: status %d, %q", tt.args, r.status, r.stderr)
		}
	}
}

// TestErrorsInJSON: however it is asked for, and however early the command line is at fault.
func TestErrorsInJSON(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	for args, want := range map[string]bool{
		"account show nobody --json": true, "account show nobody --json=true": true,
		"account show nobody --json=1": true, "account show --json=yes nobody": true,
		"account show nobody --json=false": false, "account show nobody --json --json=no": false,
		"account show nobody": false, "account show nobody -- --json": false, "account show -- --json": false,
		"nonsense --json": true, "nonsense --json=true": true, "account show --json=perhaps": true,
		"--json": true, "--unknown --json=true": true, "lock ada --evidence --json": true,
	} {
		r := c.run(strings.Fields(args)...)
		if got := json.Valid([]byte(r.stderr)); r.status == 0 || got != want {
			t.Errorf("%s: status %d, JSON %v: %q", args, r.status, got, r.stderr)
		}
	}
}
