package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// reader takes a line when the test says how that goes.
type reader struct {
	asked chan struct{}
	goes  chan error
	lines []string
}

func (r *reader) Write(line []byte) (int, error) {
	r.asked <- struct{}{}
	if err := <-r.goes; err != nil {
		return 0, err
	}
	r.lines = append(r.lines, string(line))
	return len(line), nil
}

// TestLogPipe: a reader who hangs or fails keeps nobody waiting, and hears of what it missed.
func TestLogPipe(t *testing.T) {
	t.Parallel()
	r := &reader{asked: make(chan struct{}), goes: make(chan error)}
	p := newLogPipe(r)
	write := func(line string) {
		if n, err := p.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
	}
	write("taken")
	<-r.asked // it hangs now
	for range logRoom {
		write("waits")
	}
	for range 3 {
		write("lost")
	}
	if n := p.dropped.Load(); n != 3 {
		t.Errorf("%d lines dropped, want 3", n)
	}
	r.goes <- nil
	<-r.asked // to tell of it
	r.goes <- nil
	<-r.asked
	r.goes <- errors.New("gone")
	<-r.asked
	r.goes <- nil
	<-r.asked
	r.goes <- nil
	go func() {
		for range r.asked {
			r.goes <- nil
		}
	}()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	write("after the end")
	if n := p.dropped.Load(); n != 5 {
		t.Errorf("%d lines dropped, want 5", n)
	}
	var told []float64
	for i, line := range r.lines {
		var v map[string]any
		if json.Unmarshal([]byte(line), &v) == nil && v["event"] == "log_lines_dropped" {
			n, _ := v["lines"].(float64)
			told = append(told, n, float64(i))
		}
	}
	if diff := cmp.Diff([]float64{3, 1, 1, 3}, told); diff != "" || len(r.lines) != logRoom+2 {
		t.Errorf("%d lines, told of (-want +got):\n%s", len(r.lines), diff)
	}
}

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
