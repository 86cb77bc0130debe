package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"regain/security/casework"
	"regain/security/datacopy"
	"regain/security/report"
	"regain/views"
	"regain/views/authorities"
	"regain/views/words"
)

// registers are the codes that may stand for the star in what is said by a code: words, the
// values of a type such as ticket.Status, or of constants whose names begin like risk.Was*. What
// says "elsewhere" has a test of its own; what says "known" is only said where it is.
var registers = map[string]string{
	"account_state.*": "active locked closed",
	"activity.*": "password_changed email_changed phone_changed payout_changed two_factor_changed " +
		"security_question_changed profile_changed alerts_changed message_sent job_posted " +
		"proposal_sent withdrawal payment contract_changed signal_credential_compromise " +
		"signal_account_disabled signal_sessions_revoked signal_account_enabled",
	"activity_of.*":       "account.ActivityOf",
	"alert_says.*":        outcomes,
	"alert_to.*":          "all first notice",
	"answer.*":            "me not_me unsure",
	"author.*":            "security.Author",
	"board_step.*":        "unseen verify password two-factor activity done",
	"case_again.*":        "resumed declined",
	"case_again.*.button": "resumed declined",
	"case_answer.*":       "me not_me unsure none",
	"case_cause.*":        "recovery.Cause security.CauseWithheld",
	"case_closed.*":       "resumed declined",
	"case_effect.*": "first stay reason open mail solved note.resume note.approve note.decline link " +
		"codes tries factor status",
	"case_line.*":               "all sign_in change owner staff copy",
	"case_mark.*":               "new gone provisional",
	"case_place.*":              "denied odd",
	"case_origin.*":             "security.Origin*",
	"case_reason.*":             stops,
	"case_state.*":              "recovery.State",
	"case_step.*":               "recovery.Step security.TwoFactorChoice mail factor open",
	"case_tab.*":                "review.CaseTab",
	"case_tab.*.due":            "review.CaseTab",
	"case_tab.*.empty":          "review.CaseTab",
	"case_tab.*.order":          "review.CaseTab",
	"cause.*":                   "recovery.Cause",
	"delivery.*":                "security.Delivery",
	"department.*":              "customer_support account_security trust_safety",
	"desk.case.*":               "recovery.State",
	"desk.cause.*":              "recovery.Cause",
	"desk.link.*":               "live used replaced revoked expired",
	"desk.mail_state.*":         "sent waits expired refused",
	"desk.open.*":               "account ticket",
	"desk.sees.*":               "link nothing verify password two-factor activity",
	"desk.state.*":              "active locked closed",
	"desk.ticket.*":             "ticket.Status",
	"desk.type.*":               "freelancer client",
	"export.*":                  "elsewhere",
	"export_head.*":             "elsewhere",
	"flash.*":                   "elsewhere",
	"how.*":                     "phishing reuse shared_device unknown",
	"key.*":                     "next before open take search help",
	"hook_delivery.*":           "webhook.Standing failed",
	"hook_event.*":              "webhook.Type",
	"hook_mend.*":               "fails failing gone",
	"hook_since.*":              "1h 24h 168h 720h",
	"hook_state.*":              "webhook.State fails",
	"hook_trouble.*":            "fails failing gone",
	"hook_why.*":                "webhook.Why",
	"key_ends.*":                "2160h 8760h 17520h 0s",
	"key_state.*":               "apikey.State",
	"link_reason.*":             "weblink.Reason",
	"link_verdict.*":            "weblink.Verdict",
	"link_verdict_all.*":        "weblink.Verdict",
	"protect.link.advice_*":     "weblink.Verdict",
	"protect.link.advice_all_*": "weblink.Verdict",
	"scope.*":                   "apikey.Scope",
	"kept.*":                    "exports links locked logins mails sessions",
	"lock.outcome.*":            "lockout.LockOutcome would",
	"lock.state.*":              "draft running stopped done",
	"lock.why.*":                "elsewhere",
	"account.sso.state.*":       "refused over down",
	"desk_page.sso.state.*":     "refused over down out",
	"desk_page.organisation.*": "none any as_ours required optional members domains notice idle whole " +
		"second_factor kinds sso countries",
	"mail.reason.*":                "risk.Reason " + measures,
	"board.age.*":                  "day three week older",
	"mail.advice.*":                advised,
	"trust_advice.*":               advised + " nothing",
	"mail.team.*":                  "known",
	"mail_subject.*":               "elsewhere",
	"mail_title.*":                 "elsewhere",
	"method.*":                     "security.Factor* codes password",
	"outcome.*":                    outcomes,
	"own_ticket.*":                 "ticket.Status overdue",
	"own_ticket.*.more":            "ticket.Status overdue",
	"passkey.busy.*":               "create get",
	"protect.details.on.*":         "windows macos android ios linux",
	"protect.do.*":                 strings.Join(authorities.Acts, " "),
	"protect.who.*":                strings.Join(authorities.Acts, " "),
	"protect.gave.*":               strings.Join(casework.Details, " "),
	"protect.hub.*":                "details mail job fraud safer",
	"protect.hub.*_hint":           "details mail job fraud safer",
	"protect.quiz.*":               "ours fake",
	"protect.quiz.text_*":          "code link chat",
	"protect.tips.*":               "password second alerts activity devices link mail update job",
	"protect.tips.fake_*":          "greeting threat ask close",
	"by_mail.*":                    "mail mail_signed",
	"mail.reply_not_taken.*":       "empty many over stranger",
	"mail.report_received.known.*": "genuine altered not_ours",
	"mail_check.how.*":             "apple gmail outlook phone",
	"mail_check.how.*.more":        "apple gmail outlook phone",
	"mail_check.lede.*":            "mailproof.Verdict",
	"mail_check.reason.*": "author_none author_other author_twice code_known code_none code_unknown cut " +
		"file_added form form_bare form_outlook link_fools link_foreign name_ours other_mail " +
		"reply_elsewhere seal_right seal_wrong signature_author signature_none signature_other " +
		"signature_unknown signature_wrong",
	"mail_check.verdict.*":  "mailproof.Verdict",
	"report.known.*":        "before ours not_ours unclear nothing",
	"report_asked.*":        strings.Join(report.AskedFor, " "),
	"report_found.*":        frauds + " genuine harmless",
	"report_kind.*":         "report.Kind",
	"report_verdict.*":      frauds + " genuine harmless",
	"trust.label.*":         "from sender reply_to to return_path subject message_id",
	"trust_asked.*":         strings.Join(report.AskedFor, " "),
	"trust_key.*":           "body dkim host job rest",
	"trust_kind.*":          "report.Kind",
	"trust_known.*":         "mailproof.Verdict ours",
	"trust_link.*":          "ours blocked none other sends",
	"trust_odd.*":           "mailproof.Odd",
	"trust_verdict.*":       frauds + " genuine harmless waiting all",
	"trust_verdict.*.means": frauds + " genuine harmless",
	"trust_signature.*":     "mailproof.SignatureState",
	"trust_via.*":           "report.Via",

	"passkey.cancelled.*":    "create get",
	"problem.**":             "elsewhere",
	"reason.*":               stops,
	"remark.*":               "elsewhere",
	"remark.sign.*":          "unfamiliar withdrawn flood",
	"reproof.*":              reproofs,
	"reproof.*.effect":       reproofs,
	"reproof.*.hint":         reproofs,
	"reproof_state.*":        "lockout.Standing agreed approved sent_back withdrawn vetoed",
	"case_notice.reproof_*":  "agreed vetoed",
	"role.*":                 "staff.Role",
	"role.*.may":             "staff.Role",
	"sessions.kind.*":        "this half recovery",
	"file_state.*":           "attach.State",
	"safe.*":                 strings.Join(views.SafeThings[:], " "),
	"signal.*":               "recovery.Signal* locked_by_same_analyst.own",
	"signal_event.*":         "receiver.Event",
	"staff_since.*":          "staff.StaffState",
	"staff_state.*":          "staff.StaffState",
	"standing.*":             "lockout.Standing approved sent_back withdrawn appealed",
	"strength.*":             "0 1 2 3 4",
	"reply.*":                "working link report device change",
	"reply.*.text":           "working link report device change",
	"ticket_kind.*":          "security.TicketKind",
	"queue_order.*":          "usual oldest newest",
	"queue_sort.*":           "review.Sort",
	"queue_who.*":            "me nobody",
	"ticket_status.*":        "ticket.Status",
	"ticket_status.*.hint":   "open pending on_hold solved closed",
	"ticket_to.*":            "owner staff",
	"ticket_topic.*":         "none phishing malware",
	"tile.*":                 sections(),
	"topic.*":                "mailbox lost_phone link not_me_changes money other",
	"trail.*":                "elsewhere",
	"activity_only.*":        "0 1",
	"alert_kind.*":           "alert.AlertKind",
	"asked_by.*":             "notice.AskedBy*",
	"browser.*":              "known",
	"caller.*":               "known",
	"case_end.*":             "resume.title approve.title decline.title resume.button approve.button decline.button",
	"desk.*":                 "known",
	"export_left.*":          strings.Join(datacopy.LeftOut, " "),
	"hint.*":                 "password.Hint*",
	"note.*":                 "elsewhere",
	"overview.*":             "account.OverviewCode",
	"problem.*":              "elsewhere",
	"step.*":                 "security.Factor* new_codes",
	"step_mark.*":            "recovery.Mark",
	"system.*":               "known",
	"timeline.*":             "known",
	"trail_by.*":             "security.ActorKind",
	"trail_page.*":           "account account_detail case resume ticket",
	"unit.*":                 "minute hour day account",
	"status.*.*":             "known",
	"status.*.lede":          "known",
	"remove_factor.title.*":  "passkey app",
	"remove_factor.button.*": "passkey app",
	"until.*":                "half signed_in recovery",
	"signin_stopped.*":       parts("short locked unfinished review overdue needs_owner declined", "title lede button"),
	"status.*":               parts(strings.Join(slices.Collect(maps.Keys(views.Statuses)), " "), "title lede"),
	"part.page.closes.*":     "staff account recovery",
}

const (
	outcomes = "succeeded stopped failed"
	frauds   = "phishing malware scam spam"
	advised  = "password mailbox bank police papers device"
	measures = "stopped.security_question stopped.two_factor stopped.device_check"
	stops    = "risk.Reason stopped.other " + measures
	reproofs = "remove_factor set_address"
)

// parts are the codes, each with every part behind it.
func parts(codes, parts string) string {
	var list []string
	for code := range strings.FieldsSeq(codes) {
		for part := range strings.FieldsSeq(parts) {
			list = append(list, code+"."+part)
		}
	}
	return strings.Join(list, " ")
}

// sections are where the tiles of the overview lead.
func sections() string {
	var paths []string
	for _, l := range views.Sections("")[1:] {
		paths = append(paths, l.Path)
	}
	return strings.Join(paths, " ")
}

// TestEveryCodeHasWords: nobody reads a key where words belong. What a page says by a code stands
// in a register, and each code of a register has words.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	constant := codes(t)
	said := saidByCode(t)
	for pattern, register := range registers {
		if !said[pattern] {
			t.Errorf("nothing is said by %s", pattern)
		}
		for _, word := range strings.Fields(register) {
			list := constant[word]
			if list == nil {
				list = []string{word}
			}
			for _, code := range list {
				key := strings.Replace(pattern, "*", code, 1)
				if register != "elsewhere" && register != "known" && !words.Known(key) {
					t.Errorf("no words for %s", key)
				}
			}
		}
	}
	for pattern := range said {
		if _, ok := registers[pattern]; !ok && strings.Contains(pattern, "*") {
			t.Errorf("%s has no register", pattern)
		}
		if !strings.Contains(pattern, "*") && !words.Known(pattern) {
			t.Errorf("no words for %s", pattern)
		}
	}
}

// walk hands over the syntax of every file below a folder that is shipped.
func walk(t *testing.T, root string, see func(*ast.File)) {
	t.Helper()
	check(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		shipped := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
			!strings.Contains(path, "gallery") && !strings.Contains(path, "handlertest")
		if err != nil || !shipped {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			see(f)
		}
		return err
	}))
}

// codes are the constants of security: by package and type, by package and name, and by package
// and the beginning or the end of the name with a star.
func codes(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	walk(t, "../../security", func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			code, ok := text(spec.Values[0])
			if !ok {
				return true
			}
			in, name := f.Name.Name+".", spec.Names[0].Name
			if kind, ok := spec.Type.(*ast.Ident); ok {
				all[in+kind.Name] = append(all[in+kind.Name], code)
			}
			all[in+name] = append(all[in+name], code)
			for i := range name {
				all[in+name[:i+1]+"*"] = append(all[in+name[:i+1]+"*"], code)
				all[in+"*"+name[i:]] = append(all[in+"*"+name[i:]], code)
			}
			return true
		})
	})
	return all
}

// saidByCode are the keys of everything that is said, with a star for what is a code.
func saidByCode(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	see := func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if s, ok := text(lit); ok && prefix.MatchString(s) {
					all[s+"*"] = true
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if s, is := call.Fun.(*ast.SelectorExpr); is {
				name, ok = s.Sel, true
			}
			if ok && (name.Name == "Say" || name.Name == "In") {
				// Whole codes and their arguments have a test in views/words.
				if key := pattern(saidBy(name.Name, call.Args)); partly(key) {
					all[key] = true
				}
			}
			if ok && slices.Contains([]string{"Text", "ChoicesOf"}, name.Name) {
				if key := pattern(call.Args[0]); !strings.HasPrefix(key, "*") &&
					!strings.HasSuffix(key, ".") {
					all[key] = true
				}
			}
			return true
		})
	}
	walk(t, "../../handlers", see)
	walk(t, "../../views", see)
	return all
}

// saidBy is the code that words.Say or words.In are called with.
func saidBy(name string, args []ast.Expr) ast.Expr {
	if name == "In" && len(args) > 1 {
		return args[1]
	}
	return args[0]
}

// partly reports whether a part of the key is a code.
func partly(key string) bool {
	return strings.Contains(key, "*") && !strings.HasPrefix(key, "*") && !strings.HasSuffix(key, ".")
}

// prefix is the beginning of a key, wherever it stands.
var prefix = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*\.$`)

// pattern is a key as it is put together.
func pattern(e ast.Expr) string {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return pattern(sum.X) + pattern(sum.Y)
	}
	if lit, ok := e.(*ast.BasicLit); ok {
		s, err := strconv.Unquote(lit.Value)
		if err == nil {
			return s
		}
	}
	return "*"
}
