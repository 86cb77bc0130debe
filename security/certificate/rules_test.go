package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"regain/security/limits"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// TestRenewAt: with a third of the life left, or a little earlier, whatever the life is; not all at once.
func TestRenewAt(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{90 * 24 * time.Hour, 47 * 24 * time.Hour, 160 * time.Hour, time.Minute} {
		seen := map[time.Time]bool{}
		for serial := range int64(50) {
			c := &x509.Certificate{NotBefore: now, NotAfter: now.Add(life), SerialNumber: big.NewInt(serial)}
			at := RenewAt(c)
			if left := c.NotAfter.Sub(at); left < life/3 || left > life/3+life/10 {
				t.Errorf("%v: renewed %v before its end", life, left)
			}
			if RenewAt(c) != at {
				t.Error("each process says another time")
			}
			seen[at] = true
		}
		if len(seen) < 25 {
			t.Errorf("%v: 50 certificates are renewed at %d times", life, len(seen))
		}
	}
}

// TestWait: twice as long with each attempt, up to an hour; longer than an order; at most five in any hour.
func TestWait(t *testing.T) {
	t.Parallel()
	for i := range 50 {
		host := fmt.Sprint("host-", i, ".example")
		var at time.Duration
		var starts []time.Duration
		for attempt := 1; attempt <= 40; attempt++ {
			starts = append(starts, at)
			wait := Wait(host, attempt)
			if wait <= OrderTime || wait > LongestWait {
				t.Fatalf("attempt %d: waits %v", attempt, wait)
			}
			if attempt > 4 && wait < time.Hour {
				t.Errorf("attempt %d: waits %v only", attempt, wait)
			}
			at += wait
		}
		for j := range len(starts) - 4 {
			if starts[j+4]-starts[j] < time.Hour {
				t.Errorf("%s: five orders within %v", host, starts[j+4]-starts[j])
			}
		}
	}
	if Wait("a.example", 1) == Wait("b.example", 1) {
		t.Error("all portals wait as long")
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		next time.Time
		want bool
	}{
		{time.Time{}, true}, {now, true}, {now.Add(time.Millisecond), false}, {now.Add(LongestWait), false},
		{now.Add(LongestWait + limits.Skew + time.Millisecond), true}, // of a clock that ran ahead
	} {
		if got := (Kept{NextAt: tt.next}).Orders(now); got != tt.want {
			t.Errorf("next at %v: %v", tt.next, got)
		}
	}
}

func TestExpects(t *testing.T) {
	t.Parallel()
	for challenge, want := range map[string]string{"": "", "http-01": "", "http-01 ": "", "http-01 abc": "abc",
		"http-011 abc": "", "tls-alpn-01 abc": ""} {
		if got := (Kept{Challenge: challenge}).Expects("http-01"); got != want {
			t.Errorf("%q: %q, want %q", challenge, got, want)
		}
	}
}

// TestPair: a key and its certificate belong together, are for all hosts, and strong.
func TestPair(t *testing.T) {
	t.Parallel()
	made := func(key any, pub any) (chain, plain []byte) {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"a.example", "b.example"},
			NotBefore: now, NotAfter: now.Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, c, c, pub, key)
		if err != nil {
			t.Fatal(err)
		}
		inside, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
			pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: inside})
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chain, key := made(ec, &ec.PublicKey)
	c, err := Pair(chain, key, "a.example", "b.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Pair(chain, key, "a.example", "c.example"); err == nil {
		t.Error("one that is for another host is taken")
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak, weakKey := made(short, &short.PublicKey)
	if _, err := Pair(weak, weakKey, "a.example"); !errors.Is(err, ErrWeak) {
		t.Errorf("a short key: %v", err)
	}
	if _, err := Pair(chain, weakKey, "a.example"); err == nil {
		t.Error("a key of another certificate is taken")
	}
	for at, want := range map[time.Duration]bool{-time.Second: false, 0: true, time.Hour: true,
		time.Hour + time.Second: false} {
		if got := At(c.Leaf, now.Add(at)) == nil; got != want {
			t.Errorf("valid %v after its begin: %v", at, got)
		}
	}
	if Alarm(c.Leaf, now.Add(49*time.Minute)) || !Alarm(c.Leaf, now.Add(51*time.Minute)) {
		t.Error("the alarm is not at a sixth")
	}
}
