package web_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/password"
)

// BenchmarkSignIn: the processor time of a sign-in, with and without a second factor, and of
// refusals.
// The hasher runs at its least cost, so that argon2 is not in it.
func BenchmarkSignIn(b *testing.B) {
	count()
	d, browser := newDirect(b)
	code := browser.Authenticator("bob")
	for _, row := range []struct {
		name, who, password string
		status              int
	}{
		{"right", "ada", handlertest.OldPassword, 303},
		{"wrong", "ada", "not the password", 422},
		{"unknown", "zoe", "not the password", 422},
		{"half", "bob", handlertest.OldPassword, 303},
		{"second-factor", "bob", handlertest.OldPassword, 303},
	} {
		b.Run(row.name, func(b *testing.B) {
			d.cost = cost{}
			for range b.N {
				d.forget()
				browser.Advance(2 * time.Hour) // past every limit and wait
				d.do("POST", "/signin", row.status, url.Values{"identifier": {row.who},
					"password": {row.password}})
				if row.name == "second-factor" { // the two together
					d.do("POST", "/signin/verify", 303, url.Values{"code": {code()}})
				}
			}
			d.report(b, b.N, "sign-in")
		})
	}
}

// BenchmarkSignInBeside: the processor time of a sign-in beside that of the one verification of
// its password, both at the true cost of hashing; beyond is what the rest takes. Each comes first
// in turn, for it pays for the memory that the one before left. The medians are told, because a
// busy machine disturbs some of them.
func BenchmarkSignInBeside(b *testing.B) {
	d, browser := newDirect(b)
	h := password.NewHasher(password.DefaultCost, password.Slots{Count: 2, Wait: time.Minute},
		password.Pepper{})
	hash, err := h.Hash(b.Context(), handlertest.OldPassword)
	if err != nil {
		b.Fatal(err)
	}
	verify := func() float64 {
		before := used(b)
		if ok, err := h.Verify(b.Context(), hash, handlertest.OldPassword); !ok || err != nil {
			b.Fatal(ok, err)
		}
		return (used(b) - before).Seconds() * 1000
	}
	signIn := func() float64 {
		d.forget()
		d.cpu = 0
		browser.Advance(2 * time.Hour)
		d.do("POST", "/signin", 303, url.Values{"identifier": {"ada"},
			"password": {handlertest.OldPassword}})
		return d.cpu.Seconds() * 1000
	}
	browser.Service.Hasher = h
	signIn() // which hashes the password at this cost from now on
	var alone, whole, beyond []float64
	for b.Loop() {
		v, s := verify(), signIn()
		s2, v2 := signIn(), verify()
		alone, whole = append(alone, (v+v2)/2), append(whole, (s+s2)/2)
		beyond = append(beyond, (s+s2-v-v2)/2)
	}
	for unit, all := range map[string][]float64{"cpu-ms/verification": alone,
		"cpu-ms/sign-in": whole, "cpu-ms/beyond": beyond} {
		slices.Sort(all)
		b.ReportMetric(all[len(all)/2], unit)
	}
}
