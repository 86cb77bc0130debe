package mail_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/security/notice"
	"regain/views/words"
)

// variant is a mail as one of its kind can be.
type variant struct {
	name string
	n    notice.Notice
}

// letters are the samples and more that people may read, for golden files.
func letters() (all []variant) {
	for i, n := range notice.All() {
		all = append(all, variant{fmt.Sprint(n.Kind(), " ", i+1), n})
	}
	at := envelope().QueuedAt
	const to = "a••••@e••••.example"
	return append(all,
		variant{"lockout without a link", notice.LockedOut{Case: "C-1042", At: at, Cause: "hijacked"}},
		variant{"authenticator off, by the owner", notice.TwoFactorOff{At: at, Device: "firefox/linux"}},
		variant{"member: locked", notice.MemberNotice{Member: "ada", Organisation: "Acme",
			What: notice.NewsLocked, At: at}},
		variant{"urgent review, by the owner", notice.UrgentReview{Case: "C-1042", Ticket: "T-2077",
			Account: "ada", Since: at, AskedBy: notice.AskedByOwner}},
		variant{"answer of support, not solved", notice.SupportReplied{Ticket: "T-2079", At: at,
			Department: "Account Security", Text: "Hello Ada,\n\nyour payout date is the same as before." +
				"\nSee https://market.example/payouts\n\nBen"}},
		variant{"address changed, to the old one", notice.EmailChanged{To: to, At: at}},
		variant{"second address, to the others", notice.EmailChanged{To: to, At: at, Notice: true, Undo: "c",
			UndoUntil: at}},
		variant{"second address, to itself", notice.EmailChanged{To: to, At: at, Notice: true, New: true}},
		variant{"address to confirm", notice.ConfirmAddress{Change: "c", At: at, Expires: at}},
		variant{"sign-in that got in", notice.UnfamiliarSignIn{Alert: "a", At: at, Place: "LV",
			Outcome: "succeeded", Reasons: []string{"new_country", "impossible_travel"}}},
		variant{"sign-in from outside the countries of the organisation", notice.UnfamiliarSignIn{Alert: "a", At: at,
			Place: "LV", Outcome: "succeeded", Reasons: []string{"outside_countries"}, Organisation: "Acme"}},
		variant{"passkey removed, not the last", notice.PasskeyRemoved{At: at, Name: "Old phone"}},
		variant{"reply to what is over", notice.ReplyNotTaken{Why: "over", At: at}},
		variant{"reply without words", notice.ReplyNotTaken{Why: "empty", At: at}},
		variant{"one reply too many", notice.ReplyNotTaken{Why: "many", At: at}},
		variant{"every alert is mailed", notice.AlertsChanged{At: at, To: "all"}},
	)
}

// forStaff reports whether mails of the kind go to staff, who read English.
func forStaff(k notice.Kind) bool {
	return strings.HasPrefix(string(k), "staff_") || k == "urgent_review" || k == "webhook_off"
}

// lettersIn are the letters that are sent in the language; languages of tests say all of them.
func lettersIn(lang *words.Language) []variant {
	if lang == words.English || lang == words.Pseudo || lang == words.Mirrored {
		return letters()
	}
	return slices.DeleteFunc(letters(), func(v variant) bool { return forStaff(v.n.Kind()) })
}

// variants are the samples, and of each kind every way in which its letter can read: with and without what
// is not always known.
func variants() (all []variant) {
	add := func(n notice.Notice, more ...any) {
		name := strings.TrimSpace(fmt.Sprintln(append([]any{n.Kind()}, more...)...))
		all = append(all, variant{name, n})
	}
	for i, n := range notice.All() {
		add(n, "sample", i)
	}
	at := envelope().QueuedAt
	for _, why := range []string{"over", "empty", "many"} {
		add(notice.ReplyNotTaken{Why: why, At: at}, why)
	}
	for _, device := range []string{"", "firefox/linux"} {
		add(notice.TwoFactorOn{At: at, Device: device}, device)
		for _, yes := range []bool{false, true} {
			add(notice.TwoFactorOff{At: at, Device: device, ByStaff: yes}, device, yes)
			add(notice.PasskeyRemoved{At: at, Device: device, Last: yes}, device, yes)
			add(notice.PasskeyRemoved{At: at, Device: device, Last: yes, Name: "Old phone"}, device, yes, "named")
		}
		add(notice.TwoFactorOff{At: at, Device: device, Others: true}, device, "others")
		add(notice.TwoFactorReplaced{At: at, Device: device}, device)
		for left := range 3 {
			add(notice.RecoveryCodeUsed{At: at, Device: device, Left: left}, device, left)
		}
		add(notice.CodesRenewed{At: at, Device: device}, device)
		add(notice.PasskeyAdded{At: at, Device: device}, device)
		add(notice.PasskeyAdded{At: at, Device: device, Name: "Work laptop"}, device, "named")
		for _, to := range []string{"all", "first", "notice"} {
			add(notice.AlertsChanged{At: at, Device: device, To: to}, device, to)
			add(notice.AlertsChanged{At: at, To: to, Off: []string{"unfamiliar", "x", "credentials", "profile"}}, to, "off")
		}
		for _, place := range []string{"", "GB"} {
			add(notice.PasswordUpdated{At: at, Device: device, Place: place}, device, place)
			add(notice.FactorWrong{At: at, Device: device, Place: place}, device, place)
			add(notice.FactorWrong{At: at, Device: device, Place: place, SignedIn: true}, device, place, "in")
			add(notice.StaffSignedIn{Who: "ines@market.example", At: at, Device: device, Place: place}, device, place)
			add(notice.StaffOwnChange{What: "codes_renewed", At: at, Device: device, Place: place}, device, place)
			for _, ip := range []string{"", "81.2.69.142"} {
				add(notice.UnfamiliarSignIn{Alert: "a", At: at, Device: device, Place: place, IP: ip,
					Outcome: "succeeded"}, device, place, ip)
			}
			add(notice.LockedOut{Case: "C-1042", Link: "l", LinkExpires: at, Cause: "hijacked", At: at,
				SeenAt: at, Device: device, Place: place, Outcome: "succeeded"}, device, place)
		}
	}
	for _, by := range []string{"security_question", "two_factor", "device_check", "other", "x"} {
		add(notice.UnfamiliarSignIn{Alert: "a", At: at, Outcome: "stopped", StoppedBy: by,
			Reasons: []string{"stopped", "new_country", "outside_countries", "new_device", "impossible_travel", "x"}}, by)
		add(notice.LockedOut{Case: "C-1042", Link: "l", LinkExpires: at, At: at, SeenAt: at,
			Outcome: "stopped", StoppedBy: by}, by)
	}
	for _, cause := range []string{"hijacked", "compromised", "x"} {
		add(notice.LockedOut{Case: "C-1042", At: at, Cause: cause}, cause)
	}
	add(notice.RecoveryLink{Link: "l", LinkExpires: at, At: at})
	for _, what := range []string{"payout_changed", "x", "signal_sessions_revoked"} {
		for _, place := range []string{"", "LV"} {
			add(notice.ChangeNoticed{Alert: "a", What: what, At: at, Place: place}, what, place)
			add(notice.ChangeNoticed{Alert: "a", What: what, At: at, Place: place, Locked: true}, what, place, "locked")
		}
	}
	for _, count := range []int{1, 2, 1234} {
		for in := range 3 {
			add(notice.AlertDigest{Count: count, Since: at, Until: at, GotIn: in}, count, in)
		}
	}
	add(notice.AlertDigest{Count: 9, Places: []string{"LV", "BR", "US", "GB", "FR", "DE", "IT"}}, "places")
	add(notice.AlertDigest{Count: 9, Places: []string{"LV", "BR", "US", "GB", "FR", "DE"}}, "one more place")
	for _, code := range []string{"", "phishing", "malware", "scam", "spam", "genuine", "harmless", "x"} {
		add(notice.ReportVerdict{Report: "R-1042", Verdict: code, ReportedAt: at}, code)
		add(notice.ReportReceived{Report: "R-1042", Settled: code, At: at, NextWord: at}, code)
	}
	for _, code := range []string{"", "password", "mailbox", "bank", "police", "papers", "device", "nothing", "x"} {
		add(notice.ReportVerdict{Report: "R-1042", Verdict: "scam", Advice: []string{code}, ReportedAt: at}, "advice", code)
	}
	for _, code := range []string{"", "genuine", "altered", "not_ours", "unclear", "x"} {
		add(notice.ReportReceived{Report: "R-1042", Known: code, At: at, NextWord: at}, "known", code)
	}
	all = append(all, accountVariants(at)...)
	return append(all, staffVariants(at)...)
}

func accountVariants(at time.Time) (all []variant) {
	add := func(n notice.Notice, more ...any) {
		name := strings.TrimSpace(fmt.Sprintln(append([]any{n.Kind()}, more...)...))
		all = append(all, variant{name, n})
	}
	const to = "a••••@e••••.example"
	for _, staff := range []bool{false, true} {
		for _, isNew := range []bool{false, true} {
			for _, second := range []bool{false, true} {
				add(notice.EmailChanged{To: to, At: at, ByStaff: staff, New: isNew, Notice: second, Undo: "c",
					UndoUntil: at}, staff, isNew, second)
			}
		}
		add(notice.EmailChanged{To: to, At: at, ByStaff: staff}, staff, "no undo")
		add(notice.EmailChanged{To: to, At: at, ByStaff: staff, Removed: true}, staff, "removed")
		add(notice.EmailChanged{To: to, At: at, ByStaff: staff, Removed: true, Notice: true}, staff, "removed second")
		add(notice.ConfirmAddress{Change: "c", Notice: staff, At: at, Expires: at}, staff)
		add(notice.PasswordBlocked{At: at, Known: staff}, staff)
	}
	add(notice.ReproofAgreed{Action: "remove_factor", At: at, Due: at, Veto: "v"})
	add(notice.DeletionAsked{Ticket: "T-2080", At: at})
	add(notice.ReviewRequested{Ticket: "T-2080", At: at})
	add(notice.UrgentReceipt{Case: "C-1042", Ticket: "T-2080", At: at, NextPossible: at})
	add(notice.UrgentReceipt{Case: "C-1042", At: at, NextPossible: at}, "no ticket")
	add(notice.CaseTaken{Case: "C-1042", At: at})
	return all
}

func staffVariants(at time.Time) (all []variant) {
	add := func(n notice.Notice, more ...any) {
		name := strings.TrimSpace(fmt.Sprintln(append([]any{n.Kind()}, more...)...))
		all = append(all, variant{name, n})
	}
	add(notice.SupportReplied{Ticket: "T-2079", At: at, Department: "Account Security", Text: "Hello Ada,\n\n" +
		"your payout date is the same as before.\nSee https://market.example/payouts\n\nBen"})
	add(notice.CallerCode{Code: "7KM-3QX", Expires: at, At: at})
	for _, what := range []notice.MemberNews{notice.NewsPassword, notice.NewsTwoFactor, notice.NewsAddress,
		notice.NewsSignIn, notice.NewsChange, notice.NewsSettings, notice.NewsLocked, notice.NewsOpen,
		notice.NewsData, "x"} {
		add(notice.MemberNotice{Member: "ada", Organisation: "Acme", What: what, At: at}, what)
	}
	add(notice.OrganisationChanged{Organisation: "Acme", Rules: true, At: at}, "rules")
	add(notice.OrganisationChanged{Organisation: "Acme", Moved: true, At: at}, "moved")
	for _, role := range []string{"support", "account_security", "trust_safety", "admin", "x"} {
		add(notice.StaffInvitation{Invitation: "i", Role: role, Expires: at, At: at}, role)
		for _, by := range []string{"", "Max Weber"} {
			add(notice.StaffRoleGiven{Who: "lise@market.example", Role: role, By: by, At: at}, role, by)
		}
	}
	for _, what := range []notice.Kind{"password_updated", "two_factor_on", "two_factor_replaced", "codes_renewed",
		"recovery_code_used", "passkey_added", "passkey_removed", "factor_off", "factor_wrong",
		notice.StaffPasswordWrong, notice.StaffSessionsEnded, "x"} {
		add(notice.StaffOwnChange{What: what, At: at}, what)
	}
	for _, by := range []string{notice.AskedByOwner, notice.AskedBySupport, notice.AskedByWaiting} {
		for _, ticket := range []string{"", "T-2077"} {
			for _, since := range []time.Time{{}, at} {
				add(notice.UrgentReview{Case: "C-1042", Ticket: ticket, Account: "ada", Since: since, AskedBy: by},
					by, ticket, since.IsZero())
			}
		}
	}
	return all
}

// TestReply: a mail that can be replied to says so, in every language, and no other says it.
func TestReply(t *testing.T) {
	t.Parallel()
	n := notice.SupportReplied{Ticket: "T-2079", At: envelope().QueuedAt, Department: "Account Security", Text: "Hello."}
	for _, lang := range words.All {
		ctx := words.With(t.Context(), lang)
		page := words.Code(strings.TrimPrefix(site().BaseURL, "https://") + "/recover")
		for tag, says := range map[string]string{"": "mail.support_replied.do",
			"t2079-abc": "mail.support_replied.do_reply"} {
			e := enveloped(n)
			e.Locale, e.Reply = lang.Tag, tag
			got := plain(render(t, n, e, site()).Text)
			if want := plain(words.Say(says, page).In(ctx)); !strings.Contains(got, want) {
				t.Errorf("%s, tag %q: no %q in %q", lang.Tag, tag, want, got)
			}
		}
	}
}
