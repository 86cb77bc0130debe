package security_test

import (
	"testing"
	"time"

	"regain/security/access"
	"regain/security/account"
	"regain/security/refusal"
)

// TestPasswordAloneIsNoProof: once there is a second factor, whoever showed nothing but the
// password a moment ago changes none of the ways into the account. Whoever enrolled the factor
// has shown it, and stays fresh for as long as before.
func TestPasswordAloneIsNoProof(t *testing.T) {
	t.Parallel()
	for name, enrol := range map[string]func(w *world, u *account.SignedIn) *account.SignedIn{
		"authenticator": func(w *world, u *account.SignedIn) *account.SignedIn {
			u, _ = w.withApp(u)
			return u
		},
		"passkey": func(w *world, u *account.SignedIn) *account.SignedIn {
			u, _ = w.withPasskey(u, "one")
			return u
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				ctx := t.Context()
				owner := w.alan()
				other := w.signIn("alan")
				w.advance(time.Minute)
				owner = enrol(w, owner)
				other.Factors, other.Codes = owner.Factors, owner.Codes // of a request under way
				_, err := w.Account.RemoveFactor(ctx, other, owner.Factors[0].ID)
				wantRefusal(t, err, refusal.ProofNeeded)
				_, err = w.Account.AccountCodes(other)
				wantRefusal(t, err, refusal.ProofNeeded)
				_, err = w.Account.AskNewPasskey(other)
				wantRefusal(t, err, refusal.ProofNeeded)
				if codes, err := w.Account.AccountCodes(owner); len(codes) != 10 || err != nil {
					t.Errorf("%d codes, %v", len(codes), err)
				}
				w.advance(access.ProofFresh - time.Minute - time.Second - time.Millisecond)
				if !owner.Fresh(w.Now()) {
					t.Error("the proof of before does not count any more")
				}
				w.advance(time.Millisecond)
				if owner.Fresh(w.Now()) {
					t.Error("enrolling puts off when the proof gets old")
				}
			})
		})
	}
}
