package security_test

import "regain/security/staff"

// recovering is how the owner changes something in a recovery or check-up.
var recovering = map[string]func(k *scene) (string, error){
	aPassword: func(k *scene) (string, error) {
		return k.Guided.UpdatePassword(k.t.Context(), k.owner, newPassword)
	},
	aFirst: confirmApp, aReplacement: confirmApp,
	aRemoval: func(k *scene) (string, error) {
		return k.Guided.RemoveTwoFactor(k.t.Context(), k.owner, k.owner.Factors[0].ID)
	},
	aSaving: func(k *scene) (string, error) {
		return "", k.Guided.SaveCodes(k.t.Context(), k.owner, true)
	},
}

func confirmApp(k *scene) (string, error) {
	e, err := k.Guided.Enrol(k.t.Context(), k.owner)
	k.must(err)
	return k.Guided.ConfirmTwoFactor(k.t.Context(), k.owner, k.app(e.Secret))
}

func setApp(k *scene) (string, error) {
	e, err := k.Account.AskAuthenticator(k.t.Context(), k.user)
	k.must(err)
	return k.Account.SetAuthenticator(k.t.Context(), k.user, k.app(e.Secret))
}

func join(k *scene) (string, error) {
	e, err := k.Staff.SetUp(k.t.Context(), k.member)
	k.must(err)
	return k.Staff.FinishSetUp(k.t.Context(), k.member, staff.Joining{Name: ben.Name,
		Password: staffPassword, Code: k.app(e.Secret)})
}

// ways are all there are. Whoever adds one fills in what it leads to.
var ways = []way{
	{"recovery of a locked account", beginLocked, recovering},
	{"check-up", beginCheckUp, recovering},
	{"signed in", beginSignedIn, map[string]func(k *scene) (string, error){
		aPassword: func(k *scene) (string, error) {
			return k.Account.ChangePassword(k.t.Context(), k.user, oldPassword, newPassword)
		},
		aFirst: setApp, aReplacement: setApp,
		aRemoval: func(k *scene) (string, error) {
			return k.Account.RemoveFactor(k.t.Context(), k.user, k.user.Factors[0].ID)
		},
		aRenewal: func(k *scene) (string, error) {
			return k.Account.RenewCodes(k.t.Context(), k.user)
		},
		aSaving: func(k *scene) (string, error) {
			return "", k.Account.SaveAccountCodes(k.t.Context(), k.user, true)
		},
	}},
	{"staff who join", beginJoining, map[string]func(k *scene) (string, error){
		aPassword: join, aFirst: join,
		aSaving: func(k *scene) (string, error) {
			return "", k.Staff.SaveStaffCodes(k.t.Context(), k.member, true)
		},
	}},
	{"staff re-proofing", beginReproof, map[string]func(k *scene) (string, error){
		aRemoval: func(k *scene) (string, error) {
			return "", k.Desk.ProposeReproof(k.t.Context(), k.member, "T-10", offer)
		},
	}},
}

const everyAddress = ": ada@example.org gone@example.org second@example.org"

var (
	everything  = []string{"another recovery", "signed in"}
	linkAndCode = []string{"code", "link"}
	appAdded    = []string{"two_factor_changed:  > totp"}
	appReplaced = []string{"two_factor_changed: totp > totp"}
	appRemoved  = []string{"two_factor_changed: totp > "}
	joinedStaff = outcome{Own: "new token", Ended: []string{"another set-up"},
		Dead: []string{"invitation"}, Codes: "new", Events: []string{"staff.joined"}}
)

// cells are what each change leads to on each way.
var cells = map[string]map[string]outcome{
	"recovery of a locked account": {
		aPassword: {Own: "new token", Ended: []string{"another recovery"}, Dead: linkAndCode,
			Codes: "none", Activity: []string{"password_changed"},
			Mails:  []string{"password_updated" + everyAddress},
			Events: []string{"password.updated"}},
		aFirst: {Own: "new token", Ended: []string{"another recovery"}, Codes: "new",
			Activity: appAdded, Mails: []string{"two_factor_on" + everyAddress},
			Events: []string{"two_factor.on"}},
		aReplacement: {Own: "new token", Codes: "new", Activity: appReplaced,
			Mails:  []string{"two_factor_replaced" + everyAddress},
			Events: []string{"two_factor.replaced"}},
		aRemoval: {Own: "new token", Codes: "none", Activity: appRemoved,
			Mails:  []string{"two_factor_off" + everyAddress},
			Events: []string{"two_factor.off"}},
		aSaving: {Own: "same token", Codes: "saved", Events: []string{"recovery_codes.saved"}},
	},
	"check-up": {
		aPassword: {Own: "new token", Ended: everything, Dead: linkAndCode, Codes: "none",
			Activity: []string{"password_changed"},
			Mails:    []string{"password_updated" + everyAddress},
			Events:   []string{"password.updated"}},
		aFirst: {Own: "new token", Ended: everything, Codes: "new", Activity: appAdded,
			Mails: []string{"two_factor_on" + everyAddress}, Events: []string{"two_factor.on"}},
		aReplacement: {Own: "new token", Codes: "new", Activity: appReplaced,
			Mails:  []string{"two_factor_replaced" + everyAddress},
			Events: []string{"two_factor.replaced"}},
		aRemoval: {Own: "new token", Codes: "none", Activity: appRemoved,
			Mails:  []string{"two_factor_off" + everyAddress},
			Events: []string{"two_factor.off"}},
		aSaving: {Own: "same token", Codes: "saved", Events: []string{"recovery_codes.saved"}},
	},
	"signed in": {
		aPassword: {Own: "new token", Ended: everything,
			Dead:  []string{"change of address", "code", "link"},
			Codes: "none", Activity: []string{"password_changed"},
			Mails:  []string{"password_updated" + everyAddress},
			Events: []string{"password.changed"}},
		aFirst: {Own: "new token", Ended: everything, Codes: "new", Activity: appAdded,
			Mails: []string{"two_factor_on" + everyAddress}, Events: []string{"two_factor.on"}},
		aReplacement: {Own: "new token", Codes: "as before", Activity: appReplaced,
			Mails:  []string{"two_factor_replaced" + everyAddress},
			Events: []string{"two_factor.replaced"}},
		aRemoval: {Own: "new token", Codes: "none", Activity: appRemoved,
			Mails:  []string{"two_factor_off" + everyAddress},
			Events: []string{"two_factor.off"}},
		aRenewal: {Own: "new token", Codes: "new",
			Activity: []string{"two_factor_changed: recovery_code > new_codes"},
			Mails:    []string{"codes_renewed" + everyAddress},
			Events:   []string{"recovery_codes.renewed"}},
		aSaving: {Own: "same token", Codes: "saved", Events: []string{"recovery_codes.saved"}},
	},
	"staff who join": {
		aPassword: joinedStaff, aFirst: joinedStaff,
		aSaving: {Own: "same token", Codes: "saved", Events: []string{"staff.codes_saved"}},
	},
	"staff re-proofing": {
		aRemoval: {Own: "none", Ended: everything, Dead: linkAndCode, Codes: "none",
			Activity: appRemoved, Mails: []string{"two_factor_off" + everyAddress},
			Events: []string{"reproof.approved"}},
	},
}
