package security

import "regain/security/risk"

// TwoFactorChanged is the platform's kind of activity for a change of what the sign-in asks for
// beside the password.
const TwoFactorChanged = "two_factor_changed"

// Code is how an activity names the factor, a passkey with its own name behind; "" for none.
func (f Factor) Code() string {
	if f.Kind == FactorPasskey {
		return f.Kind + ":" + f.Name
	}
	return f.Kind
}

// Coded reports whether From and To are codes of ours, and not what the platform told. Lines of
// the platform have a digest.
func (a Activity) Coded() bool { return a.Kind == TwoFactorChanged && a.Digest == "" }

// Masked is the activity with what stood there before and after masked. A code has nothing to
// mask.
func (a Activity) Masked() Activity {
	if !a.Coded() {
		a.From, a.To = Mask(a.From), Mask(a.To)
	}
	return a
}

// Purpose is what the seed of an authenticator is sealed for. Staff of earlier versions had one
// each, which went by their own id.
func (f Factor) Purpose() string {
	if f.ID == f.Subject {
		return PurposeStaffFactor
	}
	return PurposeFactor
}

// DeviceOf is the code of browser and system of a visitor; "" for unknown.
func DeviceOf(v Visitor) string { return risk.Device(v.Agent) }
