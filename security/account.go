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
