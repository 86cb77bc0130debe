package security

// Why a sign-in was refused, on the audit trail alone.
const (
	WhyClosed     = "closed"
	whyNoPassword = "no_password"
)

// Refuses tells why no password signs in to the account; "" when one does.
func (a Account) Refuses() string {
	switch {
	case a.Closed:
		return WhyClosed
	case a.PasswordHash == "":
		return whyNoPassword
	}
	return ""
}

// ShortAlone reports whether the password is good only together with a second factor, and the
// account has none of these.
func (a Account) ShortAlone(factors []Factor) bool { return a.ShortPassword && len(factors) == 0 }
