package views

// signalWords are those of what other services signal.
var signalWords = map[string]sentence{
	"activity.signal_credential_compromise": {"Another service says: your password may be known"},
	"activity.signal_account_disabled":      {"Another service closed your account there"},
	"activity.signal_sessions_revoked":      {"Another service signed you out everywhere"},
	"activity.signal_account_enabled":       {"Another service opened your account there again"},

	"signal_event.credential_compromise": {"the password may be known to others"},
	"signal_event.account_disabled":      {"they have disabled the account on their side"},
	"signal_event.sessions_revoked":      {"they have ended all sessions on their side"},
	"signal_event.account_enabled":       {"they have enabled the account on their side again"},

	"remark.signal": {"", "", "{2} signals: {1}.", "{2} signals: {1}. Their reason: {3}"},

	"trail.signal.taken":             {"Another service signalled something"},
	"trail.signal_issuer.trusted":    {"Signals of another service are believed from now on"},
	"trail.signal_issuer.distrusted": {"Signals of another service are not believed any more"},
	"trail_by.issuer":                {"Another service", "{1}"},
	"trail_signal":                   {"", "Signal: {1}"},

	"issuer_name":  {"Want a name without blanks, as the tokens say it in “iss”, “aud” or “sub_id”"},
	"issuers_many": {"At most {1} services can be believed"},
	"keys_address": {"Want the address of a JWK set, such as https://id.example.com/jwks.json"},
	"keys_plain":   {"Keys are fetched by https alone; http is for this machine"},
}
