package security

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// The budgets of what anybody may do; SECURITY.md lists each. They are kept in the database, so that
// neither a restart nor a second process gives a fresh one. The factor budgets
// belong to the account: asking for new links does not refill them
// (NIST SP 800-63B-4 §3.2.2, ASVS 6.6.3). Those of a recovery are apart from those of the
// sign-in, and asking for a review in one from writing to us as a stranger: whoever knows the
// password or the name keeps nobody from the recovery.
var (
	limitRecoverAddress = Limit{"recover:address", 300, time.Hour}
	limitNoMailbox      = Limit{"no-mailbox:address", 60, time.Hour}
	limitLinkAddress    = Limit{"link:address", 600, time.Hour}
	limitMailsRecipient = Limit{"mails:recipient", 4, time.Hour}
	limitAlertAddress   = Limit{"alert:address", 300, time.Hour}
	limitCodeAddress    = Limit{"code:address", 300, 15 * time.Minute}
	limitFactor         = Limit{"factor:account", 5, 15 * time.Minute}
	limitPassword       = Limit{"password:account", 60, time.Hour}
	limitEnrol          = Limit{"enrol:account", 30, time.Hour}
	limitPasskey        = Limit{"passkey:account", 30, 15 * time.Minute}
	limitSignInFactor   = Limit{"signin-factor:account", 5, 15 * time.Minute}
	limitSignInPasskey  = Limit{"signin-passkey:account", 30, 15 * time.Minute}
	limitReview         = Limit{"review:account", 5, 24 * time.Hour}
	limitCannotProve    = Limit{"cannot-prove:account", 5, 24 * time.Hour}
	limitMessages       = Limit{"messages:account", 20, time.Hour}
	limitLookUps        = Limit{"look-ups:member", 120, time.Hour}
	limitTicketViews    = Limit{"ticket-views:member", 600, time.Hour}
	limitStaffMessages  = Limit{"ticket-messages:member", 120, time.Hour}
	limitLockDrafts     = Limit{"lock-drafts:member", 20, time.Hour}
	limitCaller         = Limit{"caller:account", 3, 30 * time.Minute}
	limitGenuine        = Limit{"genuine:address", 300, time.Hour}
	limitCurrent        = Limit{"current-password:account", 10, 15 * time.Minute}
	limitAddresses      = Limit{"address-changes:account", 5, 24 * time.Hour}
	limitConfirmations  = Limit{"address-confirmations:recipient", 3, 24 * time.Hour}
	limitSignIn         = Limit{"signin:address", 120, time.Hour}
	limitExports        = Limit{"exports:account", 3, 24 * time.Hour}
	limitSupportLink    = Limit{"support-link:account", 1, 15 * time.Minute}
	limitStaffAddress   = Limit{"staff-signin:address", 120, time.Hour}
	limitStaffFactor    = Limit{"staff-factor:member", 5, 15 * time.Minute}
	limitStaffSetUp     = Limit{"staff-setup:member", 30, time.Hour}
)

// The paces of the sign-in with a password, of owners and of staff. They slow guessing down, for
// names that nobody has as for others, and never keep an owner from the recovery.
var (
	paceSignInFrom = Pace{"signin name and address", 5, 30 * time.Second, time.Hour}
	paceSignIn     = Pace{"signin name", 20, 30 * time.Second, 15 * time.Minute}
)

// resolveTurn is no budget of anybody's: it lets one worker at a request, and
// another one after a crash.
var resolveTurn = Limit{"resolve:request", 1, 10 * time.Second}

// exportTurn is the same for an export, which takes longer.
var exportTurn = Limit{"collect:export", 1, time.Minute}

// maxRequestTries is how often the code of one request may be typed;
// maxFactorFailures and maxPasswordFailures how often in a row a factor or a
// password may be guessed at before it takes no more (NIST SP 800-63B-4 §3.2.2).
const (
	maxRequestTries     = 5
	maxFactorFailures   = 100
	maxPasswordFailures = 100
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
