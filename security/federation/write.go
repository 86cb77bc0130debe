package federation

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// TrustIssuer adds an issuer, or replaces that of the same organisation; its secret is sealed.
	TrustIssuer struct{ Issuer Issuer }
	// ForgetIssuer removes an issuer.
	ForgetIssuer struct{ ID string }
	// HoldIssuer changes nothing, if the issuer is still trusted. One that was trusted anew has another id.
	HoldIssuer struct{ ID string }
	// AddLink links a subject that is not linked to a holder who has no link with that issuer.
	AddLink struct{ Link Link }
	// HoldLink changes nothing, if the link is there.
	HoldLink struct{ Link Link }
	// DropLinks removes the links of a holder; none is no conflict.
	DropLinks struct{ Holder string }
	// BeginSession records by whom a session was let in; for one of which that is known, it is replaced.
	BeginSession struct{ Begun Begun }
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
func (EndBegun) Write()     {}
func (EndVouched) Write()   {}
