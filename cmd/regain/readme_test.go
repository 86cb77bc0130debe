package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
	"regain/security/password"
)

const asked = "REGAIN_TEST_COMMAND"

// TestAsCommand is the program in the test below; by itself it does nothing.
func TestAsCommand(t *testing.T) {
	args, ok := os.LookupEnv(asked)
	if !ok {
		return
	}
	p := &program{getenv: os.Getenv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.run(t.Context(), strings.Split(args, "\n")))
}

// shims let the shell of a reader of the README reach the portal of the test. What they call accounts,
// cases and tickets stays; the numbers and versions are those that the answers before told.
const shims = `set -eu
regain() {
	if [ "$1 $2" = "webhook test" ]; then return; fi # nobody listens there
	local IFS=$'\n'
	REGAIN_TEST_COMMAND="$*" "$SELF" -test.run='^TestAsCommand$'
}
C=C-1042 T=T-2077 V=4-17
curl() {
	local args=("${@//https:\/\/protect.example.com/$AT}")
	args=("${args[@]//C-1042/$C}"); args=("${args[@]//T-2077/$T}"); args=("${args[@]//4-17/$V}")
	command curl -sS -m 60 -o answer -w '%{http_code}' -H 'Host: protect.example.com' "${args[@]}" > status
	echo "$(cat status) $1 $(head -c 300 answer | tr '\n' ' ')" >> log
	local found
	found=$(grep -oE '"C-[0-9]+"' answer | head -1) && C=${found//\"/}
	found=$(grep -oE '"T-[0-9]+"' answer | head -1) && T=${found//\"/}
	found=$(grep -oE '"version":"[0-9]+-[0-9]+"' answer | head -1) && V=${found:11:-1}
	true
}
`

// TestConnectInREADME: an engineer who copies the blocks of the section from top to bottom has each
// call answered with 200, and nothing that was sent is refused.
func TestConnectInREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Connect your marketplace\n")
	section, _, _ = strings.Cut(section, "\n## ")
	script := shims
	for i, part := range strings.Split(section, "\n```") {
		if block, plain := strings.CutPrefix(part, "\n"); plain && i%2 == 1 {
			script += block + "\n"
		}
	}
	c := newCLI(t)
	c.env["REGAIN_BASE_URL"] = "https://protect.example.com"
	hash, err := password.NewHasher(password.Cost{Memory: 8, Time: 1}, password.Slots{Count: 1},
		password.Pepper{}).Hash(t.Context(), demo.Alan.Password)
	if err != nil {
		t.Fatal(err)
	}
	c.give("account", strings.NewReplacer("u-1001", "u-1003", "ada", "alan", `"type"`,
		`"password_hash":"`+hash+`","type"`).Replace(adaLine))
	dir := t.TempDir()
	for name, line := range map[string]string{"accounts.jsonl": bobLine, "logins.jsonl": loginLine,
		"activity.jsonl": changeLine, "acme.secret": "the secret of the client",
		"organisations.jsonl": `{"id":"acme","name":"Acme","domains":["acme.example"]}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := c.start()
	run := exec.CommandContext(t.Context(), "bash", "-c", script)
	run.Dir, run.Env = dir, append(os.Environ(), "AT="+r.base, "SELF="+os.Args[0])
	for name, value := range c.env {
		run.Env = append(run.Env, name+"="+value)
	}
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	if n := strings.Count(script, "\ncurl "); len(lines) < n || n < 15 {
		t.Errorf("%d of %d calls were answered", len(lines), n)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "200 ") || strings.Contains(line, `refuse"`) || strings.Contains(line, `refused"}`) {
			t.Error(line)
		}
	}
}
