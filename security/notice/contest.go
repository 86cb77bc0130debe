package notice

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Contest is a change that the reader of a mail about it can deny with its link "I did not do this".
type Contest struct {
	What             string // kind of activity, such as two_factor_changed
	At               time.Time
	Address, Account string // ids
}

// contestKinds are the kinds of activity that a Contest is about; no two begin with the same letter.
var contestKinds = []string{"password_changed", "two_factor_changed", "email_changed", "alerts_changed"}

// ContestOf is the change that n tells the reader of an address of; ok is false for a notice of
// something else, and for one to an address that somebody else may just have put on the account.
func ContestOf(n Notice, account, address string) (c Contest, ok bool) {
	c = Contest{What: "two_factor_changed", Account: account, Address: address}
	switch n := n.(type) {
	case PasswordUpdated:
		c.What, c.At = "password_changed", n.At
	case TwoFactorOn:
		c.At = n.At
	case TwoFactorOff:
		c.At = n.At
	case TwoFactorReplaced:
		c.At = n.At
	case RecoveryCodeUsed:
		c.At = n.At
	case CodesRenewed:
		c.At = n.At
	case PasskeyAdded:
		c.At = n.At
	case PasskeyRemoved:
		c.At = n.At
	case EmailChanged:
		if !n.New {
			c.What, c.At = "email_changed", n.At
		}
	case AddressRestored:
		c.What, c.At = "email_changed", n.At
	case AlertsChanged:
		c.What, c.At = "alerts_changed", n.At
	}
	return c, !c.At.IsZero()
}

// ID is what the link is made from.
func (c Contest) ID() string {
	return c.What[:1] + strconv.FormatInt(c.At.UnixMilli(), 36) + "_" + c.Address + "_" +
		base64.RawURLEncoding.EncodeToString([]byte(c.Account))
}

// ReadContest reads what ID wrote, and what an earlier release did for an updated password.
func ReadContest(id string) (c Contest, ok bool) {
	parts := strings.SplitN(id, "_", 3)
	if len(parts) != 3 {
		return Contest{}, false
	}
	c.Address = parts[1]
	if ms, err := strconv.ParseInt(parts[0], 10, 64); err == nil {
		c.What, c.At, c.Account = contestKinds[0], time.UnixMilli(ms).UTC(), parts[2]
		return c, true
	}
	for _, what := range contestKinds {
		if moment, found := strings.CutPrefix(parts[0], what[:1]); found {
			ms, err := strconv.ParseInt(moment, 36, 64)
			account, bad := base64.RawURLEncoding.DecodeString(parts[2])
			c.What, c.At, c.Account = what, time.UnixMilli(ms).UTC(), string(account)
			return c, err == nil && bad == nil
		}
	}
	return Contest{}, false
}
