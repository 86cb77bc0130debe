package mail

import (
	"strings"

	"regain/views/words"
)

// Site is what every mail says about the portal and the marketplace behind it.
type Site struct {
	BaseURL  string // public origin of the portal, as it is configured
	StaffURL string // origin of the staff console; none is that of the portal
	Brand    string // name of the marketplace
	// SupportEmail is where owners reach a person; may be empty.
	SupportEmail string
	// Languages are those that mails are written in, with the words of the operator.
	Languages words.Languages
	// Link gives the whole URL of the recovery link with this id.
	Link func(id string) string
	// Invitation gives the whole URL of the staff invitation with this id.
	Invitation func(id string) string
	// Alert gives the whole URL of the alert with this id; "/me" and "/not-me" behind it are
	// the two answers.
	Alert func(id string) string
	// Contest gives the whole URL of "I did not do this" for the change that a mail tells of.
	Contest func(id string) string
	// Veto gives the whole URL of "I did not ask for this change" for a re-proofing that was agreed.
	Veto func(id string) string
	// Confirm gives the whole URL by which the change of address with this id is confirmed.
	Confirm func(changeID string) string
	// Undo gives the whole URL by which the change of address with this id is undone.
	Undo func(changeID string) string
}

// origin is where a path of the portal is served.
func (s Site) origin(path string) string {
	if path == "/staff" || strings.HasPrefix(path, "/staff/") {
		return s.StaffURL
	}
	return s.BaseURL
}
