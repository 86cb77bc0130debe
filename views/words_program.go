package views

// programWords are those of the pages about the programs of the marketplace.
var programWords = map[string]sentence{
	"scope.accounts:write":   {"Make and edit accounts"},
	"scope.accounts:read":    {"Read how an account stands"},
	"scope.events:write":     {"Tell us what happens on accounts"},
	"scope.signins":          {"Tell us of sign-ins, and ask what to do"},
	"scope.passwords:verify": {"Let us check the password of a sign-in"},
	"scope.locks:write":      {"Lock accounts"},
	"scope.cases:read":       {"Read cases"},
	"scope.cases:decide":     {"Decide cases, and give accounts back"},
	"scope.tickets:read":     {"Read tickets"},
	"scope.tickets:write":    {"Open tickets, and write on them"},
	"scope.webhooks:write":   {"Choose where we send our news"},
	"scope_hint":             {"Choose only what the program needs."},

	"key_state.live":    {"In use"},
	"key_state.expired": {"Ended"},
	"key_state.revoked": {"Revoked"},
	"key_ends.2160h":    {"90 days"},
	"key_ends.8760h":    {"A year"},
	"key_ends.17520h":   {"Two years"},
	"key_ends.0s":       {"No end"},
	"key_unused":        {"Never"},
	"key_by_command":    {"Command line"},

	"flash.key_made":    {"The key was made and shown. If nobody copied it, revoke it and make a new one."},
	"flash.key_revoked": {"The key is revoked. It opens nothing any more."},
}
