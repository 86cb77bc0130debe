package gallery

import (
	"strconv"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/owner"
)

func stepSamples() []Sample {
	verify := func(m owner.Verify, wrong ...views.Wrong) templ.Component {
		m.Page, m.Masked = inside(wrong...), "a•••••@e••••••.org"
		m.Verified = false
		return m.View()
	}
	list := []Sample{
		{"recovery-verify/normal", verify(owner.Verify{})},
		{"recovery-verify/signed-in", verify(owner.Verify{SignedIn: true})},
		{"recovery-verify/app-only", verify(owner.Verify{NoCodes: true})},
		{"recovery-verify/passkey", verify(owner.Verify{NoApp: true, Passkey: sampleAsk(
			"/recovery/verify/passkey", "passkey.do.prove")})},
		{"recovery-verify/passkey-only", verify(owner.Verify{NoApp: true, NoCodes: true,
			Passkey: sampleAsk("/recovery/verify/passkey", "passkey.do.prove")})},
		{"recovery-verify/passkey-failed", verify(owner.Verify{NoApp: true, Passkey: sampleAsk(
			"/recovery/verify/passkey", "passkey.do.prove")},
			bad("passkey", "passkey_failed"))},
		{"recovery-verify/passkey-wait", verify(owner.Verify{Passkey: views.PasskeyForm{
			WaitUntil: at("14:05 (London time)")}})},
		{"recovery-verify/missing", verify(owner.Verify{}, bad("code", "code_missing"))},
		{"recovery-verify/wrong", verify(owner.Verify{}, bad("code", "code_wrong"))},
		{"recovery-verify/code-wrong", verify(owner.Verify{}, bad(views.OfRecovery+"code", "code_wrong"))},
		{"recovery-verify/spent", verify(owner.Verify{}, bad("code", "code_spent"))},
		{"recovery-verify/wait", verify(owner.Verify{WaitUntil: at("14:05 (London time)")})},
		{"recovery-verify/asked", verify(owner.Verify{Asked: true, Ticket: "T-2079",
			NextWord: at("24 November 2026, 17:00 (London time)")})},
	}
	password := func(set func(*owner.Password), wrong ...views.Wrong) templ.Component {
		m := owner.Password{Page: inside(wrong...), Username: "ada", MinLength: 15,
			MaxLength: 256}
		set(&m)
		return m.View()
	}
	same := func(*owner.Password) {}
	list = append(list,
		Sample{"recovery-password/normal", password(same)},
		Sample{"recovery-password/check-up", password(func(m *owner.Password) {
			m.MayKeep, m.MinLength = true, 8
		})},
		Sample{"recovery-password/set-before", password(func(m *owner.Password) {
			m.Set = &owner.PasswordSet{At: at("22 November 2026, 08:20"), Device: views.DeviceWords("chrome/windows")}
		})},
		Sample{"recovery-password/done", password(func(m *owner.Password) {
			m.Done, m.DoneAt, m.Continue = true, at("22 November 2026, 08:18"), "/recovery/two-factor"
		})},
		Sample{"recovery-password/markup", password(func(m *owner.Password) {
			m.Username, m.Brand = markup,
				markup
		})},
	)
	for _, args := range [][]string{
		{"empty"}, {"short", "15"}, {"long", "256"}, {"common", "", "choose_another"},
		{"personal", "birth_date"}, {"brand"}, {"guessable", "keyboard", "avoid_patterns"},
		{"same"}, {"near"}, {"used"},
	} {
		w := bad("new_password", "password_"+args[0], args[1:]...)
		list = append(list, Sample{"recovery-password/" + args[0], password(same, w)})
	}
	return list
}

// sampleModules is a square of the size of a real code, with its three corners; it leads
// nowhere.
func sampleModules() [][]bool {
	const size = 45
	rows := make([][]bool, size)
	for y := range rows {
		rows[y] = make([]bool, size)
		for x := range rows[y] {
			rows[y][x] = (x*x+3*y*y+x*y)%5 < 2
		}
	}
	for _, corner := range [][2]int{{0, 0}, {0, size - 7}, {size - 7, 0}} {
		for y := range 7 {
			for x := range 7 {
				ring := min(x, y, 6-x, 6-y)
				rows[corner[0]+y][corner[1]+x] = ring != 1
			}
		}
	}
	return rows
}

func sampleSetUp(wrong ...views.Wrong) owner.TwoFactor {
	return owner.TwoFactor{
		AppSetUp: views.AppSetUp{
			Page: inside(wrong...),
			Key:  []string{"JBSW", "Y3DP", "EHPK", "3PXP", "JBSW", "Y3DP", "EHPK", "3PXP"},
			AppLink: "otpauth://totp/Example%20Market:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" +
				"&issuer=Example%20Market",
			QR: views.NewQR(sampleModules()),
		},
		SkipAllowed: true,
	}
}

func sampleMethods() []views.Method {
	return []views.Method{
		{ID: "f-1", Name: say("method.totp"), Added: at("3 March 2025, 10:12"),
			LastUsed:  at("19 November 2026, 22:40"),
			Removable: true},
		{ID: "f-2", Name: say("method.totp"), Added: at("21 November 2026, 14:06"), New: true,
			Removable: true},
		{ID: "codes", Name: say("method.codes"), Added: at("3 March 2025, 10:14"), Info: say("method.left", 7, 10)},
	}
}

func sampleCodes(wrong ...views.Wrong) views.Codes {
	codes := make([]string, 10)
	for i := range codes {
		codes[i] = "7F3K-9QM2-X4WD-T8RA-M2HC-6VZ" + string(rune('A'+i))
	}
	return views.Codes{Page: inside(wrong...), Codes: codes, Masked: "a•••••@e••••••.org",
		MadeAt: at("22 November 2026, 08:18")}
}

func twoFactorSamples() []Sample {
	first := sampleSetUp()
	first.Flash, first.AfterCare = "password_updated", "/recovery/after-care"
	quick := sampleSetUp()
	quick.Passkey = views.PasskeyForm{Action: "/recovery/two-factor/passkey", Options: "{}", Main: true,
		Create: true, Label: say("passkey.do.add"), Else: say("passkey.else.app")}
	required := sampleSetUp()
	required.SkipAllowed = false
	replace := sampleSetUp()
	replace.Replace = true
	beside := sampleSetUp()
	beside.Beside, beside.SkipAllowed = true, false
	odd := sampleSetUp()
	odd.AppLink, odd.Brand = "javascript:alert(1)", markup
	methods := owner.TwoFactor{AppSetUp: views.AppSetUp{Page: inside()}, Methods: sampleMethods()}
	unsaved := sampleCodes(bad("saved", "codes_not_saved"))
	return []Sample{
		{"recovery-two-factor/set-up", sampleSetUp().View()},
		{"recovery-two-factor/after-password", first.View()},
		{"recovery-two-factor/passkey", quick.View()},
		{"recovery-after-care/ask", owner.AfterCare{Page: inside(), AskHow: true, Next: "/recovery/two-factor"}.View()},
		{"recovery-after-care/normal", owner.AfterCare{Page: inside(), Next: "/recovery/status"}.View()},
		{"recovery-two-factor/required", required.View()},
		{"recovery-two-factor/replace", replace.View()},
		{"recovery-two-factor/beside", beside.View()},
		{"recovery-two-factor/missing", sampleSetUp(bad("code", "code_missing")).View()},
		{"recovery-two-factor/wrong", sampleSetUp(bad("code", "code_wrong")).View()},
		{"recovery-two-factor/clock", sampleSetUp(bad("code", "code_skew")).View()},
		{"recovery-two-factor/markup", odd.View()},
		{"recovery-two-factor/methods", methods.View()},
		{"recovery-codes/normal", sampleCodes().View()},
		{"recovery-codes/not-saved", unsaved.View()},
	}
}

func sampleActivity(wrong ...views.Wrong) owner.Activity {
	mine := []views.Login{
		{ID: "l-8", When: at("22 November 2026, 08:12"), Place: as("London, United Kingdom"),
			Outcome: "succeeded"},
		{ID: "l-7", When: at("19 November 2026, 22:40"), Outcome: "succeeded"},
	}
	return owner.Activity{
		Page: inside(wrong...), Zone: londonTime(),
		Ask: []views.Login{
			{ID: "l-1", When: at("21 November 2026, 14:05"), Device: views.DeviceWords("chrome/windows"),
				Place: as("Riga, Latvia"), IP: "203.0.113.9",
				Outcome: "stopped", Reasons: []string{"new_country", "new_device",
					"stopped.security_question"}},
			{ID: "l 2/ü", When: at("20 November 2026, 03:11"), Outcome: "succeeded",
				Reasons: []string{"impossible_travel"}, Answer: "unsure"},
		},
		Known: []owner.Device{{Name: views.DeviceWords("safari/iphone"), This: true, Logins: mine},
			{Name: views.DeviceWords("firefox/mac"), Logins: mine[1:]}},
		Failures: []templ.Component{say("failures.many", 12, "Riga, Latvia",
			at("21 November 2026, 14:01"), at("21 November 2026, 14:05"))},
		Changes: []owner.Change{
			{ID: "a1", Ask: true, Change: views.Change{Kind: "payout_changed",
				When: at("21 November 2026, 14:07"), From: views.Ending("•••• 1234"), To: views.Ending("•••• 9911")}},
			{ID: "a2", Ask: true, Change: views.Change{Kind: "password_changed",
				When: at("2 October 2026, 09:00")}, Answer: "me"},
			{ID: "a4", Ask: true, Change: views.Change{Kind: "phone_changed", Hidden: true,
				When: at("1 October 2026, 09:00")}},
		},
		Work: []owner.Change{{ID: "a3", Ask: true, Change: views.Change{Kind: "message_sent",
			When: at("21 November 2026, 14:08"), Summary: "4 messages to 4 people"}}},
		Answerable: true,
	}
}

func activitySamples() []Sample {
	long := sampleActivity()
	long.Ask[0].Device, long.Ask[0].Place = as(longWord), as(longText)
	long.Changes[0].Summary = longText
	odd := sampleActivity()
	odd.Ask[0].Device, odd.Ask[0].ID, odd.Changes[0].Summary = as(markup), markup, markup
	full := sampleActivity()
	for range 6 {
		full.Known[0].Logins = append(full.Known[0].Logins, full.Known[0].Logins[0])
		more := full.Work[0]
		more.ID += strconv.Itoa(len(full.Work))
		more.First = len(full.Work) == 5
		full.Work = append(full.Work, more)
	}
	told := sampleActivity()
	told.Told, told.Ask = told.Ask[:1], nil
	told.Told[0].Answer = "not_me"
	checkUp := sampleActivity()
	checkUp.Answerable = false
	return []Sample{
		{"recovery-activity/full", full.View()},
		{"recovery-activity/told", told.View()},
		{"recovery-activity/check-up", checkUp.View()},
		{"recovery-activity/normal", sampleActivity().View()},
		{"recovery-activity/quiet", owner.Activity{Page: marked("done", "done", "later", "open", "running")}.View()},
		{"recovery-activity/unanswered", sampleActivity(
			bad("login_l-1", "answer_missing", "21 November, 14:05"),
			bad("login_l 2/ü", "answer_missing", "20 November, 03:11")).View()},
		{"recovery-activity/long", long.View()},
		{"recovery-activity/markup", odd.View()},
	}
}
