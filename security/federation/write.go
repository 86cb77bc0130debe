package federation

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// TrustIssuer adds an issuer, or replaces that of the same organisation; its secret is sealed.
	TrustIssuer struct{ Issuer Issuer }
	// ForgetIssuer removes an issuer.
	ForgetIssuer struct{ ID string }
	// HoldIssuer changes nothing, if the issuer is still trusted and did not say, at or after Since, that the
	// session is over, or all of the subject. One that was trusted anew has another id.
	HoldIssuer struct {
		ID                 string
		Subject, SessionID string
		Since              time.Time
	}
	// AddLink links a subject that is not linked to a holder who has no link with that issuer.
	AddLink struct{ Link Link }
	// HoldLink changes nothing, if the link is there.
	HoldLink struct{ Link Link }
	// DropLinks removes the links of a holder; none is no conflict.
	DropLinks struct{ Holder string }
	// BeginSession records by whom a session was let in; for one of which that is known, it is replaced.
	BeginSession struct{ Begun Begun }
	// SignOut keeps what an issuer said is over, if that is true of no more living sessions than Found, and
	// of no fewer.
	SignOut struct {
		Logout    Logout
		Found     int
		At        time.Time
		ExpiresAt time.Time // from then on it need not be remembered
	}
	// EndBegun ends the living sessions that any issuer of an organisation, or of the console, "", began, but
	// for those of Issuer and Client; none is no conflict.
	EndBegun struct {
		Organisation, Issuer, Client string
		At                           time.Time
	}
	// EndVouched ends the living sessions of a holder that an issuer began; none is no conflict.
	EndVouched struct {
		Holder string
		At     time.Time
	}
)

func (TrustIssuer) Write()  {}
func (ForgetIssuer) Write() {}
func (HoldIssuer) Write()   {}
func (AddLink) Write()      {}
func (HoldLink) Write()     {}
func (DropLinks) Write()    {}
func (BeginSession) Write() {}
func (SignOut) Write()      {}
func (EndBegun) Write()     {}
func (EndVouched) Write()   {}
