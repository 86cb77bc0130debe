package review_test

import (
	"testing"

	"regain/security"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
)

// TestBar has every way to end a case, and all that can stand in it.
func TestBar(t *testing.T) {
	t.Parallel()
	waits := func(own bool, s lockout.Standing) *lockout.ShownProposal {
		return &lockout.ShownProposal{Own: own, Standing: s}
	}
	for _, row := range []struct {
		name                     string
		state                    recovery.State
		mine                     bool
		pending                  *lockout.ShownProposal
		resume, approve, decline refusal.Code
	}{
		{"not in review", recovery.Secured, true, nil,
			refusal.CaseNotInReview, refusal.CaseNotInReview, refusal.CaseNotInReview},
		{"over", recovery.Resumed, true, nil,
			refusal.CaseNotInReview, refusal.CaseNotInReview, refusal.CaseNotInReview},
		{"mine", recovery.InReview, true, nil, "", refusal.ProposalNone, ""},
		{"another's", recovery.InReview, false, nil,
			refusal.CaseNotYours, refusal.ProposalNone, refusal.CaseNotYours},
		{"mine, proposed by me", recovery.InReview, true, waits(true, lockout.StandingWaits),
			refusal.ProposalPending, refusal.ProposalOwn, ""},
		{"another's, proposed by another", recovery.InReview, false, waits(false, lockout.StandingWaits),
			refusal.CaseNotYours, "", refusal.CaseNotYours},
		{"facts changed", recovery.InReview, true, waits(false, lockout.StandingVoid),
			"", refusal.ProposalVoid, ""},
		{"too late", recovery.InReview, true, waits(false, lockout.StandingOver),
			"", refusal.ProposalOld, ""},
	} {
		p := review.ResumePlan{Case: security.Case{State: row.state}, Mine: row.mine,
			Pending: row.pending}
		for way, want := range map[string]refusal.Code{review.EndResume: row.resume,
			review.EndApprove: row.approve, review.EndDecline: row.decline} {
			if got := p.Bar(way); got != want {
				t.Errorf("%s, %s: %q, want %q", row.name, way, got, want)
			}
		}
	}
}
