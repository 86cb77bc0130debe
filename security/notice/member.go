package notice

import "time"

// MemberNews is the sort of thing that an organisation is told of a member.
type MemberNews string

// The sorts of news.
const (
	NewsPassword  MemberNews = "password"
	NewsTwoFactor MemberNews = "two_factor"
	NewsAddress   MemberNews = "address"
	NewsSignIn    MemberNews = "sign_in"
	NewsChange    MemberNews = "change" // of money or the profile
	NewsSettings  MemberNews = "settings"
	NewsLocked    MemberNews = "locked"
	NewsOpen      MemberNews = "open"
	NewsData      MemberNews = "data" // a copy was made, or the deletion asked for
)

// MemberNotice tells the address of an organisation that something happened to a member, which member,
// and when; neither what is known of it nor a link to act by.
type MemberNotice struct {
	Member       string     `json:"member"` // username
	Organisation string     `json:"organisation"`
	What         MemberNews `json:"what"`
	At           time.Time  `json:"at"`
}

// OrganisationChanged tells the address that an organisation had for notices what became of it: that the marketplace
// told other rules for its members, another domain or issuer, or that notices go elsewhere.
type OrganisationChanged struct {
	Organisation string    `json:"organisation"`
	Rules        bool      `json:"rules"`
	Moved        bool      `json:"moved"`
	At           time.Time `json:"at"`
}

// news are the mails to owners that their organisation hears of in its own way.
var news = map[Kind]MemberNews{
	LockedOut{}.Kind(): NewsLocked, KeptLocked{}.Kind(): NewsLocked, AccountResumed{}.Kind(): NewsOpen,

	PasswordUpdated{}.Kind(): NewsPassword, PasswordContested{}.Kind(): NewsPassword,
	PasswordBlocked{}.Kind(): NewsPassword,

	TwoFactorOn{}.Kind(): NewsTwoFactor, TwoFactorOff{}.Kind(): NewsTwoFactor,
	TwoFactorReplaced{}.Kind(): NewsTwoFactor, RecoveryCodeUsed{}.Kind(): NewsTwoFactor,
	CodesRenewed{}.Kind(): NewsTwoFactor, PasskeyAdded{}.Kind(): NewsTwoFactor,
	PasskeyRemoved{}.Kind(): NewsTwoFactor, FactorOff{}.Kind(): NewsTwoFactor,
	FactorWrong{}.Kind(): NewsSignIn,

	EmailChanged{}.Kind(): NewsAddress, AddressRestored{}.Kind(): NewsAddress,
	ReproofAgreed{}.Kind(): NewsSettings, AlertsChanged{}.Kind(): NewsSettings,
	ReviewRequested{}.Kind(): NewsSettings, DataExported{}.Kind(): NewsData,
	DeletionAsked{}.Kind(): NewsData,
}

// News is what the organisation of a member is told where the owner gets a mail of this kind; "" for
// nothing.
func News(of Kind) MemberNews { return news[of] }
