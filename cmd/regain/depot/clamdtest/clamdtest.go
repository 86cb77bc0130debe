// Package clamdtest gives tests a real clamd that knows one signature, that of EICAR.
package clamdtest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"regain/cmd/regain/depot"
)

// EICAR is the file by which scanners are tried out; it does nothing. It stands here in two pieces, so
// that a scanner does not take this one for it.
const EICAR = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

var errNoClamd = errors.New("tests need clamd: apt-get install clamav-daemon")

// script runs clamd with the configuration $2 until its standard input ends, which is when the test
// process has ended, however that went. The folder $1 goes with it.
const script = `
"$3" --config-file="$2" >"$1/log" 2>&1 &
read -r _
kill -TERM $!
wait $!
rm -rf "$1"`

type shared struct {
	clamd    *depot.Clamd
	lifeline io.Closer // standard input of script, open as long as this process lives
}

var server = sync.OnceValues(start)

// Start is the one clamd of this process.
func Start(t testing.TB) *depot.Clamd {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return s.clamd
}

func start() (s shared, err error) {
	program, err := exec.LookPath("clamd")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/clamd"); err != nil {
			return s, errNoClamd
		}
	}
	dir, err := os.MkdirTemp("", "clamd")
	if err != nil {
		return s, err
	}
	socket, config := filepath.Join(dir, "socket"), filepath.Join(dir, "clamd.conf")
	signature := "Eicar-Test-Sig:0:*:" + hex.EncodeToString([]byte(EICAR)) + "\n"
	for name, content := range map[string]string{config: fmt.Sprintf("Foreground yes\nLocalSocket %s\n"+
		"DatabaseDirectory %s\nStreamMaxLength 12M\nMaxFileSize 12M\n", socket, dir),
		filepath.Join(dir, "local.ndb"): signature} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return s, err
		}
	}
	run := exec.Command("sh", "-c", script, "sh", dir, config, program)
	if s.lifeline, err = run.StdinPipe(); err != nil {
		return s, err
	}
	if err := run.Start(); err != nil {
		return s, err
	}
	s.clamd = &depot.Clamd{Network: "unix", Address: socket}
	return s, answer(s.clamd, filepath.Join(dir, "log"))
}

// answer waits until clamd does.
func answer(c *depot.Clamd, log string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	for {
		_, err := c.Version(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(log)
			return fmt.Errorf("clamd does not answer: %w\n%s", err, said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
