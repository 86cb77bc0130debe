package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"regain/cmd/regain/settings"
	"regain/store/storetest"
)

// composed is what a compose file says, as far as rules here are about it.
type composed struct {
	Services map[string]struct {
		Image       string
		Build       string
		Environment map[string]string
		Secrets     []string
		Ports       []string
		Security    []string `yaml:"security_opt"`
		Privileged  bool
		Healthcheck struct{ Test []string }
	}
	Secrets map[string]struct{ File string }
}

// pinned is an image by a version that does not move to another one by itself, or by its sum.
var pinned = regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*$|@sha256:[0-9a-f]{64}$`)

// knownSettings are the variables that there are.
func knownSettings(t *testing.T) (all []string) {
	t.Helper()
	_, help, _ := strings.Cut(newCLI(t).ok("--help"), settings.Group)
	for _, m := range regexp.MustCompile(`--([a-z-]+)=`).FindAllStringSubmatch(help, -1) {
		all = append(all, settings.Variable(m[1]))
	}
	return all
}

// TestPlansOnce: what is shipped has an SQLite that plans a statement once and not for each value, and the tests,
// which look at plans, have it too.
func TestPlansOnce(t *testing.T) {
	t.Parallel()
	for file, lines := range map[string]int{"../../Makefile": 2, "../../.ci/release": 1} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := regexp.MustCompile(`CGO_CFLAGS ?= ?'?-O.*(\$\(qpsg\)|-DSQLITE_ENABLE_QPSG)`).FindAll(text, -1)
		if len(set) != lines {
			t.Errorf("%s: set %d times, want %d", file, len(set), lines)
		}
	}
}

// TestCompose: every image stands for one version, every service says how it is and keeps to itself, no secret is in
// the environment, and every setting is one.
func TestCompose(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	if err := yaml.Unmarshal(text, &c); err != nil || len(c.Services) != 3 {
		t.Fatalf("%d services: %v", len(c.Services), err)
	}
	known := knownSettings(t)
	for name, s := range c.Services {
		if s.Build == "" && !pinned.MatchString(s.Image) {
			t.Errorf("%s: %q is no version", name, s.Image)
		}
		if len(s.Healthcheck.Test) < 2 || s.Privileged || !slices.Contains(s.Security, "no-new-privileges:true") {
			t.Errorf("%s has no check of its health, or may gain privileges: %+v", name, s)
		}
		for key, v := range s.Environment {
			if strings.HasPrefix(key, "REGAIN_") && !slices.Contains(known, key) {
				t.Errorf("%s: there is no setting %s", name, key)
			}
			if secret := strings.Contains(key, "SECRET") || strings.Contains(key, "PASSWORD"); secret && !strings.HasPrefix(v, "/run/secrets/") {
				t.Errorf("%s: %s is in the environment", name, key)
			}
		}
		for _, secret := range s.Secrets {
			if !strings.HasPrefix(c.Secrets[secret].File, "secrets/") {
				t.Errorf("%s: no file has the secret %s", name, secret)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: others reach %s", name, port)
			}
		}
	}
	ignored, err := os.ReadFile("../../.dockerignore")
	if err != nil || !strings.Contains(string(ignored), "\nsecrets\n") || !strings.Contains(string(ignored), ".git\n") {
		t.Errorf("secrets go into the image: %v", err)
	}
}

// TestDockerfile: the images are versions, what is copied is there, and the portal runs as nobody's root.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	known := knownSettings(t)
	last := map[string]string{} // of the last stage
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch fields := strings.Fields(rest); word {
		case "FROM":
			clear(last)
			if fields[0] != "scratch" && !pinned.MatchString(fields[0]) {
				t.Errorf("%q is no version", fields[0])
			}
			if of, ok := strings.CutPrefix(fields[0], "golang:"); ok && !strings.HasPrefix(of, goVersion(t)+"-") {
				t.Errorf("%q is not the Go of go.mod, %s", fields[0], goVersion(t))
			}
		case "COPY":
			for _, path := range fields[:len(fields)-1] {
				if _, err := os.Stat(filepath.Join("../..", path)); !strings.HasPrefix(fields[0], "--from=") && err != nil {
					t.Error(err)
				}
			}
		case "ENV":
			for _, one := range fields {
				if name, _, _ := strings.Cut(one, "="); one != keptFree && !slices.Contains(known, name) {
					t.Errorf("there is no setting %s", name)
				}
			}
		case "ADD", "SHELL", "ONBUILD", "MAINTAINER":
			t.Errorf("%s is not for us", word)
		}
		last[word] = rest
	}
	uid, _, _ := strings.Cut(last["USER"], ":")
	if !regexp.MustCompile(`^[1-9]\d*$`).MatchString(uid) {
		t.Errorf("it runs as %q", last["USER"])
	}
	for _, word := range []string{"HEALTHCHECK", "ENTRYPOINT", "CMD"} {
		if !strings.Contains(last[word], `["`) {
			t.Errorf("%s %q asks for a shell, and there is none", word, last[word])
		}
	}
}

// goVersion is that of the toolchain that go.mod asks for. The image builds with the one that it has.
func goVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindSubmatch(text)
	if found == nil {
		t.Fatal("go.mod names no toolchain")
	}
	return string(found[1])
}

// keptFree is how much memory the allocator keeps for SQLite.
const keptFree = "MALLOC_TRIM_THRESHOLD_=33554432"

// TestKeptFree: the figures are measured with what the portal has where it is run for real.
func TestKeptFree(t *testing.T) {
	t.Parallel()
	for path, as := range map[string]string{"../../Dockerfile": "ENV ", "setup/regain.service": "Environment=",
		"../load/memory.go": `"`} {
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), as+keptFree) {
			t.Errorf("%s: %v, want %q in it", path, err, as+keptFree)
		}
	}
}

// TestDoctorReady: what asks for a container's health hears the truth about the portal that runs.
func TestDoctorReady(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	if r := c.run("doctor", "--ready", "--listen", storetest.Address(t)); r.status != 1 || !strings.HasPrefix(r.stdout, "FAIL ready: ") {
		t.Errorf("nobody there: status %d, %s", r.status, r.stdout)
	}
	at := strings.TrimPrefix(c.start().base, "http://")
	want := "ok ready: http://" + at + "/readyz\n"
	if said := c.ok("doctor", "--ready", "--listen", at); said != want {
		t.Errorf("%q, want %q", said, want)
	}
	// A container listens everywhere.
	at = strings.Replace(at, "127.0.0.1", "0.0.0.0", 1)
	if said := c.ok("doctor", "--ready", "--listen", at, "--plain-http", "behind-proxy"); said != want {
		t.Errorf("%q, want %q", said, want)
	}
}

// TestDoctorReadyTLS: a portal that speaks TLS itself is asked by its own name, whoever issued its certificate and
// for how long; while there is none yet it is as well as it can be.
func TestDoctorReadyTLS(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_TLS"], _ = certified(t, 24*time.Hour, "protect.example.org") // nobody here knows the issuer
	r := c.start()
	at := strings.TrimPrefix(r.base, "http://")
	want := "ok ready: https://" + at + "/readyz\n"
	everywhere := strings.Replace(at, "127.0.0.1", "", 1)
	for _, listener := range []string{at, everywhere} {
		if said := c.ok("doctor", "--ready", "--listen", listener); said != want {
			t.Errorf("%q, want %q", said, want)
		}
	}
	other := c.run("doctor", "--ready", "--listen", at, "--base-url", "https://other.example.org")
	if other.status != 1 || !strings.HasPrefix(other.stdout, "FAIL ready: ") {
		t.Errorf("of another name: status %d, %s", other.status, other.stdout)
	}
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	defer stranger.Close()
	wrong := c.run("doctor", "--ready", "--listen", stranger.Listener.Addr().String())
	if wrong.status != 1 || !strings.Contains(wrong.stdout, "certificate is valid for ") {
		t.Errorf("of a certificate for others: status %d, %s", wrong.status, wrong.stdout)
	}
	if status := r.end(); status != 0 {
		t.Fatalf("status %d", status)
	}
	if gone := c.run("doctor", "--ready", "--listen", at); gone.status != 1 {
		t.Errorf("nobody there: status %d, %s", gone.status, gone.stdout)
	}

	// One that is over is told by the check of certificates; a new start would not mend it.
	c.env["REGAIN_TLS"], _ = certified(t, -time.Hour, "protect.example.org")
	r = c.start()
	at = strings.TrimPrefix(r.base, "http://")
	if said := c.ok("doctor", "--ready", "--listen", at); !strings.HasPrefix(said, "ok ready: https://") {
		t.Errorf("with one that is over: %q", said)
	}
	if status := r.end(); status != 0 {
		t.Fatalf("status %d", status)
	}

	c.env["REGAIN_TLS"], c.env["REGAIN_ACME_DIRECTORY"] = "acme", "https://"+storetest.Address(t)+"/dir"
	r = c.start()
	at = strings.TrimPrefix(r.base, "http://")
	want = "warn ready: protect.example.org has no certificate yet; the portal runs, and its database can be written\n"
	if said := c.ok("doctor", "--ready", "--listen", at); said != want {
		t.Errorf("%q, want %q", said, want)
	}
	none := "sqlite:" + filepath.Join(t.TempDir(), "none.db")
	if r := c.run("doctor", "--ready", "--listen", at, "--database", none); r.status != 1 {
		t.Errorf("without a database: status %d, %s", r.status, r.stdout)
	}
	if gone := c.run("doctor", "--ready", "--listen", storetest.Address(t)); gone.status != 1 {
		t.Errorf("nobody there, and no certificate: status %d, %s", gone.status, gone.stdout)
	}
}
