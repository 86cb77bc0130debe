package api_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"regain/security"
	"regain/security/apikey"
	"regain/security/feed"
)

// revoke ends the key.
func (m *market) revoke(shown string) {
	m.t.Helper()
	id, _, _ := strings.Cut(strings.TrimPrefix(shown, "rgk_"), "_")
	if _, err := m.Service.APIKeys.Revoke(m.t.Context(), security.Operator("key revoke"), id); err != nil {
		m.t.Fatal(err)
	}
}

// TestRevokedWhileItSends: whoever has a stream open when their key is revoked puts nothing more.
func TestRevokedWhileItSends(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	key := m.named("stolen", apikey.AccountsWrite)
	conn := m.streams(key)
	send := func(line string) {
		part := strings.Repeat(line+"\n", feed.ImportBatch)
		fmt.Fprintf(conn, "%x\r\n%s\r\n", len(part), part)
	}
	send(batchAda)
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body := bufio.NewReader(r.Body)
	for range feed.ImportBatch {
		if _, err := body.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	m.revoke(key)
	send(strings.Replace(batchAda, "b1@example.org", "eve@evil.example", 1))
	if last, _ := body.ReadString('\n'); !strings.Contains(last, `"no_key"`) {
		t.Errorf("told %s", last)
	}
	a, err := m.Store.Addresses(t.Context(), "b-1")
	if err != nil || len(a) != 1 {
		t.Errorf("addresses %+v, %v", a, err)
	}
}

// TestRevokedWhileItReads: whoever reads a list when their key is revoked gets no further part of it.
func TestRevokedWhileItReads(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.crowd(1200, 0)
	key, gone := m.named("stolen", apikey.AccountsRead), false
	w := &slowReader{ResponseRecorder: httptest.NewRecorder(), wrote: func(n int) error {
		if !gone && n > 1 {
			gone = true
			m.revoke(key)
		}
		return nil
	}}
	m.echo.ServeHTTP(w, m.asLines(t.Context(), key, "/accounts"))
	all := m.rows(w.Body.String())
	if last := all[len(all)-1]; last.Problem == nil || last.Problem.Code != "no_key" || len(all) != 501 {
		t.Errorf("%d rows, the last %+v", len(all), last)
	}
}

// TestRevokedMeanwhile: what a program asked for a moment before its key was revoked is not done any more.
func TestRevokedMeanwhile(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	key := m.named("stolen", apikey.Scopes...)
	k, err := m.Service.APIKeys.Show(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	who := apikey.Caller{Key: k}
	m.revoke(key)
	for name, do := range map[string]func() error{
		"put an account": func() error {
			a, _, err := feed.ParseAccount([]byte(batchAda))
			if err == nil {
				_, err = m.Service.Feed.ImportAccounts(t.Context(), who.Actor(), []feed.AccountLine{a})
			}
			return err
		},
		"lock an account": func() error {
			_, err := m.Service.Desk.LockAccountBy(t.Context(), who.Member(), "ada", "compromised", "seen")
			return err
		},
	} {
		if err := do(); err == nil {
			t.Errorf("%s: done", name)
		}
	}
	if a, err := m.Store.Account(t.Context(), "ada"); err != nil || a.Locked() {
		t.Errorf("%+v, %v", a, err)
	}
}
