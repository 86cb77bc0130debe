package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// piped is the variable that makes TestPipedChild serve.
const piped = "REGAIN_TEST_PIPED"

// TestPipedChild is no test: it serves for TestLogReaderGone.
func TestPipedChild(t *testing.T) {
	if os.Getenv(piped) != "" {
		p := &program{getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr}
		os.Exit(p.run(context.Background(), []string{"serve", "--listen", "127.0.0.1:0"}))
	}
}

// TestLogReaderGone: the portal answers while nobody reads its log, and when the reader is gone.
func TestLogReaderGone(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPipedChild$")
	child.Env = append(os.Environ(), piped+"=1")
	for k, v := range c.env {
		child.Env = append(child.Env, k+"="+v)
	}
	log, err := child.StderrPipe()
	must(t, err)
	must(t, child.Start())
	var up map[string]any
	lines := bufio.NewReader(log)
	for up["event"] != "sys_startup" {
		line, err := lines.ReadString('\n')
		must(t, err)
		must(t, json.Unmarshal([]byte(line), &up))
	}
	client := &http.Client{Timeout: 20 * time.Second}
	ask := func(method, path string) int {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+up["listen"].(string)+path,
			strings.NewReader(""))
		must(t, err)
		r.Header.Set("Sec-Fetch-Site", "cross-site") // each is worth a line
		r.Host = "regain.example"
		answer, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		defer answer.Body.Close()
		_, _ = io.Copy(io.Discard, answer.Body)
		return answer.StatusCode
	}
	for range 600 {
		ask("POST", "/recover")
	}
	if status := ask("GET", "/healthz"); status != http.StatusOK {
		t.Errorf("healthz with a log that nobody reads: %d", status)
	}
	must(t, log.Close())
	for range 20 {
		ask("POST", "/recover")
	}
	if status := ask("GET", "/healthz"); status != http.StatusOK {
		t.Errorf("healthz with a log whose reader is gone: %d", status)
	}
	must(t, child.Process.Signal(os.Interrupt))
	_ = child.Wait() // how it ends is said elsewhere
}
