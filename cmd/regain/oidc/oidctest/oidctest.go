// Package oidctest starts a real issuer of OpenID Connect for tests: npm's oidc-provider.
package oidctest

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"regain/security/federation"
)

//go:embed issuer.mjs
var program []byte

// Client is a portal that the issuer knows.
type Client struct {
	ID        string   `json:"client_id"`
	Secret    string   `json:"client_secret"`
	Redirects []string `json:"redirect_uris"`
	Back      []string `json:"post_logout_redirect_uris"`
	Logout    string   `json:"backchannel_logout_uri,omitempty"`
}

// Portal is the client that a portal at an origin is.
func Portal(origin string) Client {
	return Client{ID: "regain", Secret: "a secret of 32 characters or more",
		Redirects: []string{origin + federation.Redirect, origin + federation.RedirectStaff},
		Back:      []string{origin + federation.OutPath, origin + federation.OutPathStaff},
		Logout:    origin + federation.LogoutPath}
}

// Start starts an issuer, which ends with the test, and returns its URL. Whoever signs in there is who they
// say they are: by the name of a mailbox, with a second factor (acr "two") or without one ("one").
func Start(t testing.TB, clients ...Client) string {
	t.Helper()
	from, dir := os.Getenv("REGAIN_OIDC"), t.TempDir()
	if _, err := os.Stat(filepath.Join(from, "package.json")); err != nil {
		t.Fatalf("there is no npm package oidc-provider at REGAIN_OIDC (%v); .ci/install puts it into the "+
			"cache, and make passes it on", err)
	}
	config, err := json.Marshal(map[string]any{"clients": clients})
	if err == nil {
		err = os.Symlink(filepath.Dir(from), filepath.Join(dir, "node_modules"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "issuer.mjs"), program, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "--no-warnings", "issuer.mjs", string(config))
	node.Dir, node.Stderr = dir, os.Stderr
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := node.Wait(); err != nil {
			t.Error(err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if url := lines.Text(); strings.HasPrefix(url, "http://127.0.0.1:") {
			return url
		}
	}
	t.Fatal("the issuer did not start")
	return ""
}
