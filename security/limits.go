package security

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// The budgets of what anybody may do. They are kept in the database, so that
// neither a restart nor a second process gives a fresh one. The factor budget
// belongs to the account: asking for new links does not refill it
// (NIST SP 800-63B-4 §3.2.2, ASVS 6.6.3).
var (
	limitRecoverAddress = Limit{"recover:address", 300, time.Hour}
	limitNoMailbox      = Limit{"no-mailbox:address", 60, time.Hour}
	limitLinkAddress    = Limit{"link:address", 600, time.Hour}
	limitMailsRecipient = Limit{"mails:recipient", 4, time.Hour}
	limitCodeAddress    = Limit{"code:address", 300, 15 * time.Minute}
	limitFactor         = Limit{"factor:account", 5, 15 * time.Minute}
	limitPassword       = Limit{"password:account", 60, time.Hour}
	limitEnrol          = Limit{"enrol:account", 30, time.Hour}
	limitReview         = Limit{"review:account", 5, 24 * time.Hour}
	limitMessages       = Limit{"messages:account", 20, time.Hour}
	limitLookUps        = Limit{"look-ups:member", 120, time.Hour}
	limitTicketViews    = Limit{"ticket-views:member", 600, time.Hour}
	limitStaffMessages  = Limit{"ticket-messages:member", 120, time.Hour}
	limitLockDrafts     = Limit{"lock-drafts:member", 20, time.Hour}
	limitCaller         = Limit{"caller:account", 3, 30 * time.Minute}
	limitSupportLink    = Limit{"support-link:account", 1, 15 * time.Minute}
	limitStaffAddress   = Limit{"staff-signin:address", 120, time.Hour}
	limitStaffEmail     = Limit{"staff-signin:email", 10, 15 * time.Minute}
	limitStaffFactor    = Limit{"staff-factor:member", 5, 15 * time.Minute}
	limitStaffSetUp     = Limit{"staff-setup:member", 30, time.Hour}
)

// resolveTurn is no budget of anybody's: it lets one worker at a request, and
// another one after a crash.
var resolveTurn = Limit{"resolve:request", 1, 10 * time.Second}

// limits lists them all.
var limits = []Limit{limitRecoverAddress, limitNoMailbox, limitLinkAddress, limitMailsRecipient,
	limitCodeAddress, limitFactor, limitPassword, limitEnrol, limitReview,
	limitMessages, limitStaffAddress, limitStaffEmail, limitStaffFactor,
	limitStaffSetUp, limitLookUps, limitTicketViews, limitStaffMessages, limitLockDrafts, limitCaller,
	limitSupportLink}

// maxRequestTries is how often the code of one request may be typed;
// maxFactorFailures how often in a row a factor may be guessed at before it is
// disabled for good (NIST SP 800-63B-4 §3.2.2).
const (
	maxRequestTries   = 5
	maxFactorFailures = 100
)

// network is the key of limits for an address: one IPv4 address, or the /64 that
// one subscriber has of IPv6.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Unmap().Is4() {
		return addr.Unmap().String()
	}
	prefix, _ := addr.WithZone("").Prefix(64) // it fails for IPv4 alone
	return prefix.String()
}

// spend takes one unit of the budget of key, which is stored as a keyed hash.
func (s *Service) spend(ctx context.Context, l Limit, key string, now time.Time) error {
	wait, err := s.Store.Spend(ctx, l, s.Keys.Digest("limit", key), now)
	if err != nil {
		return fmt.Errorf("spend %s: %w", l.Name, err)
	}
	if wait > 0 {
		return &Refusal{Code: TooManyRequests, Retry: wait}
	}
	return nil
}
