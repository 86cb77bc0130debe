//go:build e2e

package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/password"
	"regain/views/words"
)

// crowded is a portal at which there is no room for a password hash, until free makes some.
type crowded struct {
	*handlertest.Browser
	base string
}

func startCrowded(t *testing.T) *crowded {
	t.Helper()
	s := &crowded{}
	s.Browser = handlertest.New(t, func(own *handlers.Server) {
		plain := httptest.NewUnstartedServer(nil)
		s.base = "http://" + plain.Listener.Addr().String()
		local := *own
		local.Site.BaseURL, local.Dev = s.base, &handlers.Dev{}
		plain.Config.Handler = web.Handler(&local)
		plain.Start()
		t.Cleanup(plain.Close)
	})
	return s
}

// fill takes all the room, with so many hashes for each form, on which the time that is told rests.
func (s *crowded) fill(t *testing.T, hashes int) (free func()) {
	t.Helper()
	h := password.NewHasher(password.Cost{Memory: 8, Time: 1}, password.Slots{Count: 1},
		password.Pepper{})
	var inside []func()
	for {
		_, leave, err := h.Join(t.Context(), password.Form{Standing: password.Proven, Hashes: hashes})
		if errors.Is(err, security.ErrBusy) {
			s.Service.Hasher = h
			return func() {
				for _, leave := range inside {
					leave()
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		inside = append(inside, leave)
	}
}

// TestBrowserBusy saves a password at a portal that has no room for it. The page waits, and goes on by
// itself or by its button, with what was typed.
func TestBrowserBusy(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]look{"script": phone, "no script": {width: 375, height: 667,
		noScript: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startCrowded(t)
			s.Lock("ada")
			b := newTab(t, s.base, l)
			b.album = "busy"
			b.visit(s.Mail("locked_out").Link)
			b.press("main form .btn")
			b.arrive("recovery-password", headingPassword)
			free := s.fill(t, 1000)
			b.fill("#new_password", strong)
			b.wants(http.StatusServiceUnavailable,
				b.press("form[action='/recovery/password'] .btn:not([type=button])"))
			b.arrive("problem", words.Say("problem.wait.title").String())
			b.hides([]string{strong})
			says := words.Say("wait.by_itself", "30").String()
			if l.noScript {
				says = words.Say("wait.by_hand", "30").String()
			}
			b.reads("form[data-wait]", says)
			free()
			free = s.fill(t, 1)
			b.wants(http.StatusServiceUnavailable, b.press("form[data-wait] .btn"))
			b.reads("h1", words.Say("problem.wait.title").String())
			if l.noScript {
				free()
				b.wants(http.StatusOK, b.press("form[data-wait] .btn"))
			} else {
				b.wants(http.StatusServiceUnavailable, b.follow("wait"))
				free()
				until(t, "the page has gone on", func() bool { return b.isAt("/recovery/two-factor") })
			}
			b.arrive("recovery-two-factor", headingApp)
			b.reads("[role=status]", "Your new password is saved")
		})
	}
}
