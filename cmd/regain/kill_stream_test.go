package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/hook"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/signal"
	"regain/security/webhook"
	"regain/store/storetest"
)

// streamed is the variable that makes TestKilledStream do its work: what to do, the id of the stream, how
// far the clock is ahead, and the database.
const streamed = "REGAIN_TEST_STREAMED"

// TestKilledStream is the child of the test below; by itself it does nothing.
func TestKilledStream(t *testing.T) {
	all := strings.SplitN(os.Getenv(streamed), " ", 4)
	if len(all) != 4 {
		return
	}
	what, id, dsn := all[0], all[1], all[3]
	ahead, err := time.ParseDuration(all[2])
	if err != nil {
		t.Fatal(err)
	}
	x := openKilled(t, dsn)
	defer x.Close()
	x.service.Core.Now = func() time.Time { return clock().Add(ahead) }
	client := hook.New(hook.Guard{Loopback: true}, nil, nil)
	defer client.Close()
	send := client.Send
	switch what {
	case "commit":
		for {
			e := x.service.Event(operator, audit.WaysInEnded, x.service.Now())
			e.Account = "ada"
			if err := x.db.Commit(t.Context(), e, access.EndWaysIn{Account: "ada", At: e.At}); err != nil {
				t.Fatal(err)
			}
			fmt.Println(committed, e.ID)
		}
	case "hold": // what was taken to be pushed, until it is killed
		send = func(ctx context.Context, p webhook.Parcel) webhook.Answer {
			fmt.Println(committed, p.ID)
			select {}
		}
	}
	for {
		if done, err := x.service.Webhooks.Deliver(t.Context(), id, send); err != nil || len(done) == 0 {
			t.Fatal("it ends by itself", err)
		}
	}
}

// streamChild starts a child that works on a stream, and returns it with the lines that it says.
func streamChild(t *testing.T, what, id string, ahead time.Duration, dsn string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledStream$")
	child.Env = append(os.Environ(), fmt.Sprint(streamed, "=", what, " ", id, " ", ahead, " ", dsn))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	return child, bufio.NewScanner(out)
}

// heardOf kills a child after it has said so many lines, and returns what they were about.
func heardOf(t *testing.T, child *exec.Cmd, lines *bufio.Scanner, many int) (all []string) {
	t.Helper()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for len(all) < many && lines.Scan() {
		if about, ok := strings.CutPrefix(lines.Text(), committed+" "); ok {
			all = append(all, about)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died
		if about, ok := strings.CutPrefix(lines.Text(), committed+" "); ok {
			all = append(all, about)
		}
	}
	if err := child.Wait(); err == nil || len(all) < many {
		t.Fatalf("the child ended by itself after %d lines: %v", len(all), err)
	}
	return all
}

// TestStreamKilled: whoever is killed in the commit of what a stream is to hear, between the commit and
// the push, or between the push and its record, loses nothing. Each token comes at least once, under the
// same name and in its turn, also when two processes push what is left.
func TestStreamKilled(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		to := newReceiver(t)
		to.status = 202
		id := streamOfAda(t, dsn, to.URL)
		child, lines := streamChild(t, "commit", id, 0, dsn)
		told := heardOf(t, child, lines, 20)
		child, lines = streamChild(t, "hold", id, 0, dsn)
		heardOf(t, child, lines, 1)
		if len(to.bodies) != 0 {
			t.Fatalf("%d were pushed by who only took them", len(to.bodies))
		}
		for i, after := range []int{1, 6} {
			child, lines = streamChild(t, "push", id, time.Duration(i+1)*2*time.Minute, dsn)
			to.Lock()
			to.each = func(n int) {
				if n >= after {
					_ = child.Process.Kill() // before it hears an answer
				}
			}
			err := child.Start()
			to.Unlock()
			if err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				t.Log(lines.Text())
			}
			if err := child.Wait(); err == nil {
				t.Fatal("the child ended by itself")
			}
		}
		to.Lock()
		to.each = nil
		to.Unlock()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { deliverAll(t, dsn, id, 6*time.Minute) })
		}
		both.Wait()
		sameAsTrail(t, dsn, id, told, to.bodies)
	})
}

// streamOfAda is a stream of a partner that hears of ada.
func streamOfAda(t *testing.T, dsn, url string) string {
	t.Helper()
	x := openKilled(t, dsn)
	x.service.Webhooks.Reach.Loopback = true
	lockedPerson(t, x, "ada")
	idp := apikey.Caller{Key: apikey.Key{ID: "k", Name: "idp"}}
	made, err := x.service.Signals.Create(t.Context(), idp, signal.Wanted{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.service.Signals.AddSubject(t.Context(), idp, made.ID, []byte(`{"format":"opaque","id":"ada"}`)); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// sameAsTrail looks whether what came is what the trail has, in its order, and what was told of it; of the
// two that were pushed and not recorded each came twice, one after the other.
func sameAsTrail(t *testing.T, dsn, id string, told, tokens []string) {
	t.Helper()
	var want, got []string
	rows, err := snapshot(t, dsn).QueryContext(t.Context(),
		"SELECT id FROM events WHERE kind = $1 ORDER BY seq", string(audit.WaysInEnded))
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var event string
		if err := rows.Scan(&event); err != nil {
			t.Fatal(err)
		}
		want = append(want, "set_"+event+"_00_"+id)
		if n := len(want) - 1; n < len(told) && told[n] != event {
			t.Errorf("place %d has %s, and %s was told", n, event, told[n])
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if len(want) < len(told) {
		t.Errorf("%d of %d that were committed are on the trail", len(want), len(told))
	}
	for _, token := range tokens {
		parts := strings.Split(token, ".")
		if len(parts) != 3 {
			t.Fatalf("no token: %q", token)
		}
		var claims struct{ JTI string }
		plain, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil {
			err = json.Unmarshal(plain, &claims)
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, claims.JTI)
	}
	if diff := cmp.Diff(want, slices.Compact(slices.Clone(got))); diff != "" {
		t.Errorf("came (-want +got):\n%s", diff)
	}
	if twice := len(got) - len(want); twice != 2 {
		t.Errorf("%d came twice", twice)
	}
}
