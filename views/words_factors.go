package views

import "strings"

// factorWords are those of the second factors of whoever is signed in, and of passkeys everywhere.
var factorWords = map[string]sentence{
	"passkey_failed": {
		"That passkey did not work here. Try it again, or use another way",
	},
	"passkey_over": {
		"That took too long, or was sent twice. Start again with the button",
	},
	"passkey_known": {"This device already has a passkey for this account"},
	"passkey_cloned": {
		"We refused that passkey, because there may be a copy of it. Use another way",
	},
	"passkey_changed": {
		"This passkey is not kept as it was when you added it, so we did not accept it. Use " +
			"another way, then remove it under “Passkeys” and add it again",
	},
	"passkey_many":  {"Remove a passkey first", "There can be {1} passkeys. Remove one first"},
	"label_missing": {"Enter a name"},
	"label_long":    {"Enter a shorter name", "Enter a shorter name: at most {1} characters"},

	"passkey_needed": {
		"You need one passkey for your work here. To remove this one, add another one first",
	},
	"passkey_first":            {"Add a passkey first: you need one for your work here"},
	"passkey_only":             {"Use your passkey: a code is not enough for your work here"},
	"passkey.busy.create":      {"Follow what your browser asks."},
	"passkey.busy.get":         {"Follow what your browser asks."},
	"passkey.cancelled.create": {"No passkey was added. You can try again at any time."},
	"passkey.cancelled.get":    {"No passkey was used. You can try again, or use another way."},
	"passkey.failed":           {"That could not be finished with this passkey. Use another way."},
	"passkey.without": {
		"Passkeys need JavaScript and a browser that can use them.",
	},
	"passkey.do.signin": {"Sign in with a passkey"},
	"passkey.do.prove":  {"Use a passkey"},
	"passkey.do.add":    {"Add a passkey"},
	"passkey.else.password": {
		"You can sign in with your password.",
	},
	"passkey.else.code":    {"You can use a code instead."},
	"passkey.else.app":     {"You can set up an authenticator app instead."},
	"passkey.else.browser": {"Open this page in another browser."},
	"passkeys.one":         {"1 passkey"},
	"passkeys.many":        {"{1} passkeys"},

	"flash.app_on":             {"The authenticator app is set up."},
	"flash.app_replaced":       {"The new authenticator app has taken the place of the old one."},
	"flash.app_removed":        {"The authenticator app is removed. Its codes no longer work."},
	"flash.passkey_added":      {"The passkey is added. You can sign in with it from now on."},
	"flash.passkey_removed":    {"The passkey is removed. It no longer opens your account."},
	"flash.passkey_renamed":    {"The name is saved."},
	"flash.codes_renewed":      {"Here are your new codes. The old ones no longer work."},
	"flash.codes_kept":         {"Your recovery codes are saved."},
	"method.passkey":           {"Passkey", "Passkey “{1}”"},
	"timeline.passkey.removed": {"You removed a passkey"},

	"step.totp":          {"authenticator app"},
	"step.passkey":       {"passkey ({1})"},
	"step.recovery_code": {"recovery codes"},
	"step.new_codes":     {"ten new recovery codes"},

	"trail.passkey.added":          {"Passkey added"},
	"trail.passkey.removed":        {"Passkey removed"},
	"trail.passkey.renamed":        {"Passkey renamed"},
	"trail.recovery_codes.renewed": {"Recovery codes renewed"},
}

// Step is a second step in words, from its code: behind a colon stands a name. What is no code
// stays as it is.
func Step(code string) string {
	kind, name, _ := strings.Cut(code, ":")
	if kind = "step." + kind; Known(kind) {
		return Text(kind, name)
	}
	return code
}
