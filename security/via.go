package security

// Via is the way by which a message came.
type Via string

// The ways. A mail may be from anybody who knows its address for replies; a signed one is at least from
// where it says.
const (
	ViaPage       Via = ""
	ViaMail       Via = "mail"
	ViaSignedMail Via = "mail_signed"
)

// ByMail reports whether a message came by mail.
func (v Via) ByMail() bool { return v != ViaPage }
