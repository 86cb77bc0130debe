package main

import (
	"errors"
	"slices"

	"regain/security"
	"regain/security/refusal"
	"regain/views/words"
)

// refusals are words for the command line, where those of the pages do not fit.
var refusals = map[refusal.Code]string{
	refusal.AlreadyLocked: "the account is locked already; nothing was changed",
	refusal.NoProofAddress: "every address of the account is too young to prove who owns it; " +
		"nothing was sent",
	refusal.EraseLocked:  "a case holds the account and has to be decided first; nothing was erased",
	refusal.EvidenceLong: "the evidence is too long, want at most 4,000 characters; nothing was changed",
	refusal.ReasonLong:   "the reason is too long, want at most 1,000 characters; nothing was changed",
	refusal.HookEvent:    "there is no such event; see regain webhook add --help",
	refusal.EmailInvalid: "this is no e-mail address; nobody was invited",
	refusal.NameLong:     "the name is too long; nothing was changed",
	refusal.ScopeUnknown: "there is no such scope; see regain key create --help",
	refusal.KeyLife:      "want an end within ten years; no key was made",
	refusal.KeysLive:     "two keys of this name are in use; revoke one first",
	refusal.HookURL:      "want an address such as https://hooks.example.com/regain",
	refusal.HookUser:     "the address has a name or a password in it; leave them out",
	refusal.HookAddress:  "the address is in a network that webhooks do not reach; see REGAIN_WEBHOOK_ALLOW",
	refusal.IssuerName:   "issuer, audience and subjects: want a name without blanks, as the tokens have it",
	refusal.IssuersMany:  "there are as many issuers as there can be; distrust one first",
	refusal.KeysAddress:  "--jwks: want an address such as https://id.example.com/jwks.json",
	refusal.KeysPlain:    "want https; http is for this machine alone",
	refusal.HookPlain:    "want https://; http:// is for receivers on this machine, of a portal on it",
	refusal.HooksMany:    "there are as many webhooks as may be; remove one first",
	refusal.HookKey: "the key is none that is taken: want one public JWK of the type RSA, or EC on " +
		"P-256, P-384 or P-521",
	refusal.HookKeySet:       "the file is a set of keys; want one of them by itself",
	refusal.HookKeySymmetric: "the key is symmetric, which has no public half; want a public JWK",
	refusal.HookKeyPrivate: "the key is private: it should not leave the receiver; make another one, and " +
		"give its public half",
	refusal.HookKeyCurve: "the curve of the key is not P-256, P-384 or P-521",
	refusal.HookKeyUse: "the key says that it is for something else; want use enc, and alg RSA-OAEP-256 or " +
		"ECDH-ES",
	refusal.HookKeyWeak: "the RSA key is too weak or too long; want 2048 to 8192 bits and an exponent of " +
		"65537 or more",
	refusal.HookKeyIdle: "a webhook with a key has to hear of account.password_updated",
	refusal.StaffLast: "this is the last administrator: invite another one first; " +
		"nothing was changed",
}

// ofWhatThereIs are the refusals beside a field that are about what the portal has already, or about how it is
// set up: what was typed is right in itself.
var ofWhatThereIs = []refusal.Code{refusal.HookAddress, refusal.HookKeyIdle, refusal.HooksMany, refusal.IssuersMany,
	refusal.KeysLive, refusal.StaffKnown}

// notTyped are the fields of refusals that find no fault with what was typed: none, and those that files fill.
var notTyped = []string{"", "encrypt_to", "client_secret"}

// refusalWords puts a refusal into words for the command line. One that finds fault with what was typed is wrong
// usage.
func refusalWords(err error) error {
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok {
		return err
	}
	f := failure{string(r.Code), refusals[r.Code]}
	if f.message == "" {
		f.message = words.Coded(f.code, r.Args).String()
	}
	if slices.Contains(notTyped, r.Field) || slices.Contains(ofWhatThereIs, r.Code) {
		return f
	}
	return usageError{f}
}
