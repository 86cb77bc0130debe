package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestKeyCommands(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	const create = "key create sign-in --scope signins,accounts:write --scope cases:read"
	key := strings.TrimSpace(c.ok(strings.Fields(create)...))
	if parts := strings.Split(key, "_"); len(parts) != 3 || parts[0] != "rgk" {
		t.Fatalf("key %q", key)
	}
	same := regexp.MustCompile(`"(id|key)":"\w+"`)
	wants := func(got, want string) {
		t.Helper()
		wantShape(t, same.ReplaceAllString(got, `"$1":"x"`), want)
	}
	made := c.ok(strings.Fields(create + " --expires 90d --json")...)
	row := `{"id":"x","name":"sign-in","scopes":["accounts:write","signins","cases:read"],
		"state":"live","made_at":"TIME","expires_at":"TIME","used_at":null,"revoked_at":null`
	wants(made, row+`,"key":"x"}`)
	list := c.ok("key", "list", "--json")
	wants(list, "["+row+"},"+strings.Replace(row, `"expires_at":"TIME"`,
		`"expires_at":null`, 1)+"}]")
	if strings.Contains(list, strings.Split(key, "_")[2]) || strings.Contains(list, "digest") {
		t.Errorf("the list tells what opens: %s", list)
	}
	if text := c.ok("key", "list"); strings.Count(text, "\n") != 2 ||
		!strings.Contains(text, "  live  sign-in  never used  accounts:write signins cases:read") {
		t.Errorf("list %q", text)
	}
	for _, tt := range []struct {
		args, code string
		status     int
	}{
		{create, "keys_live", 1}, {"key create other --scope all", "scope_unknown", 2},
		{"key create \u00a0 --scope signins", "usage", 2},
		{"key create other", "usage", 2}, {"key create --scope signins", "usage", 2},
		{"key create other --scope signins --expires soon", "usage", 2},
		{"key create other --scope signins --expires 0d", "usage", 2},
		{"key create other --scope signins --expires 11000d", "key_life", 2},
		{"key revoke nobody", "not_found", 1},
	} {
		r := c.run(append(strings.Split(tt.args, " "), "--json")...)
		var e struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal([]byte(r.stderr), &e); err != nil || e.Error.Code != tt.code ||
			r.status != tt.status || strings.HasPrefix(e.Error.Message, "refused:") {
			t.Errorf("%s: %d, %q, %v", tt.args, r.status, r.stderr, err)
		}
	}
	id := strings.Split(key, "_")[1]
	c.ok("key", "revoke", id)
	wants(c.ok("key", "revoke", id, "--json"), strings.NewReplacer(`"live"`, `"revoked"`,
		`"expires_at":"TIME"`, `"expires_at":null`,
		`"revoked_at":null`, `"revoked_at":"TIME"`).Replace(row)+"}")
}
