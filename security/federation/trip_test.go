package federation_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/federation"
	"regain/security/token"
)

// TestTrip: what comes back is taken in the browser that set out alone, while it is young, and unaltered;
// nonce and verifier come back as they were asked, and belong to nothing else.
func TestTrip(t *testing.T) {
	t.Parallel()
	keys, err := token.NewKeys([]byte(strings.Repeat("k", token.MinSecret)))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	s := &federation.Service{Core: &security.Core{Keys: keys, Now: func() time.Time { return now }}}
	trip := federation.Trip{For: federation.Prove, Issuer: "ISSUER", Session: "SESSION",
		Next: "/account/addresses/own?a=1&b=ü"}
	q, other := s.Leave(trip, "visit", ""), s.Leave(trip, "visit", "")
	if q.State == other.State || q.Nonce == other.Nonce || q.Verifier == other.Verifier ||
		q.Nonce == q.Verifier {
		t.Error("two trips share a secret")
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43,128}$`).MatchString(q.Verifier) || !q.Anew {
		t.Errorf("question %+v", q)
	}
	got, ok := s.Return(q.State, "visit")
	if !ok || got.For != trip.For || got.Issuer != trip.Issuer || got.Session != trip.Session ||
		got.Next != trip.Next {
		t.Fatalf("trip %+v, %v", got, ok)
	}
	a := s.Answer(got, "visit", "code", "iss")
	if a.Nonce != q.Nonce || a.Verifier != q.Verifier || !a.Anew || a.Redirect != q.Redirect ||
		a.Code != "code" || a.Issuer != "iss" {
		t.Errorf("answer %+v to %+v", a, q)
	}
	if got.Spent().ID == "" || !got.Spent().ExpiresAt.After(now.Add(federation.TripLife)) {
		t.Errorf("spent %+v", got.Spent())
	}
	for name, try := range map[string][2]string{
		"another browser": {q.State, "other"}, "a browser without a cookie": {q.State, ""},
		"altered":       {strings.Replace(q.State, "ISSUER", "OTHERS", 1), "visit"},
		"a signed link": {keys.Sign("link", "a-1-b-c-signin--d-"), "visit"}, "nothing": {"", "visit"},
	} {
		if _, ok := s.Return(try[0], try[1]); ok {
			t.Errorf("%s is taken", name)
		}
	}
	now = now.Add(federation.TripLife)
	if _, ok := s.Return(q.State, "visit"); ok {
		t.Error("an old trip is taken")
	}
	now = now.Add(-2 * federation.TripLife)
	if _, ok := s.Return(q.State, "visit"); ok {
		t.Error("a trip of a time to come is taken")
	}
	long := s.Leave(federation.Trip{For: federation.SignIn, Issuer: "I",
		Next: "/account?" + strings.Repeat("x", 900)}, "visit", "")
	if got, ok := s.Return(long.State, "visit"); !ok || got.Next != "" {
		t.Errorf("a long page to come back to: %q, %v", got.Next, ok)
	}
}
