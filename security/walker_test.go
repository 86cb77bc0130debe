package security_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/account"
	"regain/security/apikey"
	"regain/security/desk"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/fraud"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/paging"
	"regain/security/receiver"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/rooms"
	"regain/security/staff"
	"regain/security/ticket"
)

// A walker does, at random, whatever the public and members of Customer Support
// can do: it calls every use case that handlers and commands call with values that it has
// come across (tokens, codes, numbers, ids), and now and then the one thing that
// leads an owner further. It never is an analyst.
type walker struct {
	*world
	issuer  *issuer // that signals
	rng     *rand.Rand
	desk    []offered // the use cases that are for staff
	home    []offered // those that are for owners who are signed in
	rest    []offered // and all others
	hot     []string  // what it types most: names and numbers
	seen    []string  // and what else it has come across
	owners  []*guided.Owner
	users   []*account.SignedIn // as they were when they came in, whatever happened since
	tokens  map[string]string   // newest, by session
	seed    string              // of the authenticator, once one was enrolled
	staff   []*staff.Member
	version int64
	called  map[string]int // by method, those that went through
	steps   map[string]bool
}

// leftOut are the methods that the public and support have no way to, and those
// that only read with no one to ask for permission: the command line's.
var leftOut = map[string]string{
	"InviteStaff":     "command line",
	"DisableStaff":    "command line",
	"ListStaff":       "command line",
	"Admit":           "command line",
	"EndWaysIn":       "command line",
	"Erase":           "command line",
	"Check":           "command line",
	"Rotate":          "command line",
	"SignInSSO":       "whom an issuer vouches for, as Come alone says",
	"ProveSSO":        "likewise",
	"OpenMail":        "the courier",
	"LinkToken":       "the courier",
	"InvitationToken": "the courier",
	"AlertToken":      "the courier", "AddressToken": "the courier", "UndoToken": "the courier",
}

func newWalker(w *world, seed uint64) *walker {
	w.Receiver.Actions = receiver.Actions{receiver.Compromised: receiver.Lock}
	x := &walker{world: w, issuer: newIssuer(w), rng: rand.New(rand.NewPCG(seed, 1)), called: map[string]int{},
		steps: map[string]bool{}, tokens: map[string]string{}}
	x.hot = []string{"ada", "u-1001", "u-1001", "C-1001", "C-1001", "T-2001", "T-2001", "a reason"}
	x.seen = append(x.seen, "bob", "u-1002", "ada@example.org", "", oldPassword, newPassword,
		"other", "phishing", "not_me", "me", "resumed", "solved", "open", "123456",
		string(recovery.Hijacked), security.AccountSecurity)
	for _, use := range everyOffer(w.t) {
		if !use.isUseCase(w.All) {
			continue
		}
		switch f := use.of(w.All).Type(); {
		case takes(f, reflect.TypeFor[*staff.Member]()):
			x.desk = append(x.desk, use)
		case takes(f, reflect.TypeFor[*account.SignedIn]()):
			x.home = append(x.home, use)
		default:
			x.rest = append(x.rest, use)
		}
	}
	x.staff = append(x.staff, w.member("sam", staff.RoleSupport),
		w.member("sue", staff.RoleSupport), w.program("desk", nil, slices.DeleteFunc(
			slices.Clone(apikey.Scopes), func(s apikey.Scope) bool { return s == apikey.CasesDecide })...))
	return x
}

// offered is a use case of a room that somebody outside can reach.
type offered struct{ room, name string }

func (o offered) of(all *rooms.All) reflect.Value {
	return reflect.ValueOf(all).Elem().FieldByName(o.room).MethodByName(o.name)
}

// isUseCase leaves out what a room holds beside its use cases.
func (o offered) isUseCase(all *rooms.All) bool { return o.of(all).IsValid() }

// everyOffer are the use cases that handlers, commands and workers name.
func everyOffer(t testing.TB) (all []offered) {
	t.Helper()
	var names []string
	for i := range reflect.TypeFor[rooms.All]().NumField() {
		names = append(names, reflect.TypeFor[rooms.All]().Field(i).Name)
	}
	named := regexp.MustCompile(`\.(` + strings.Join(names, "|") + `)\.([A-Z]\w+)`)
	for _, pattern := range []string{"../handlers/*.go", "../handlers/*/*.go",
		"../cmd/regain/*.go", "../cmd/regain/courier/*.go", "../cmd/regain/hostcmd/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, found := range named.FindAllStringSubmatch(read(t, path), -1) {
				if o := (offered{found[1], found[2]}); !slices.Contains(all, o) {
					all = append(all, o)
				}
			}
		}
	}
	if len(all) < 160 {
		t.Fatalf("only %d use cases were found", len(all))
	}
	return all
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// takes reports whether a use case is for somebody of this kind.
func takes(f, who reflect.Type) bool {
	for i := range f.NumIn() {
		if f.In(i) == who {
			return true
		}
	}
	return false
}

func pick[T any](x *walker, from []T) T { return from[x.rng.IntN(len(from))] }

// word is something to type; what was found lately is likelier than what is old.
func (x *walker) word() string {
	if x.rng.IntN(3) > 0 {
		return pick(x, x.hot)
	}
	return pick(x, x.seen[max(0, len(x.seen)-40):])
}

// learn keeps what may be typed later.
func (x *walker) learn(words ...string) {
	for _, word := range words {
		if word != "" && !slices.Contains(x.seen, word) {
			x.seen = append(x.seen, word)
		}
	}
}

// value makes an argument of any type that a use case takes.
func (x *walker) value(t reflect.Type) (reflect.Value, bool) {
	switch t {
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(x.t.Context()), true
	case reflect.TypeFor[*guided.Owner]():
		if len(x.owners) == 0 {
			return reflect.Value{}, false
		}
		return reflect.ValueOf(pick(x, x.owners)), true
	case reflect.TypeFor[*staff.Member]():
		return reflect.ValueOf(pick(x, x.staff)), true
	case reflect.TypeFor[*account.SignedIn]():
		if len(x.users) == 0 {
			return reflect.Value{}, false
		}
		return reflect.ValueOf(pick(x, x.users)), true
	case reflect.TypeFor[fraud.Owner]():
		if len(x.users) == 0 {
			return reflect.Value{}, false
		}
		return reflect.ValueOf(fraud.SignedIn(pick(x, x.users))), true
	case reflect.TypeFor[security.Visitor]():
		return reflect.ValueOf(phone), true
	case reflect.TypeFor[security.Actor]():
		return reflect.ValueOf(security.Actor{Kind: security.ByOwner, ID: "u-1001"}), true
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString(x.word())
	case reflect.Bool:
		v.SetBool(x.rng.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(pick(x, []int64{0, 0, 1, x.version}))
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(x.Now()))
			return v, true
		}
		for i := range t.NumField() {
			if part, ok := x.value(t.Field(i).Type); ok && v.Field(i).CanSet() {
				v.Field(i).Set(part)
			}
		}
	}
	return v, true
}

// fresh are those methods that have not gone through yet; all of them when all have.
func (x *walker) fresh(from []offered) (left []offered) {
	for _, use := range from {
		if x.called[use.name] == 0 {
			left = append(left, use)
		}
	}
	if len(left) == 0 {
		return from
	}
	return left
}

// anything calls one exported method and learns from what it returns.
func (x *walker) anything() {
	from := [][]offered{x.desk, x.desk, x.desk, x.desk, x.rest, x.home}[x.rng.IntN(6)]
	if x.rng.IntN(2) == 0 {
		from = x.fresh(from)
	}
	use := pick(x, from)
	if _, out := leftOut[use.name]; out || strings.HasPrefix(use.name, "Import") {
		return
	}
	method := use.of(x.All)
	var args []reflect.Value
	for i := range method.Type().NumIn() {
		arg, ok := x.value(method.Type().In(i))
		if !ok {
			return
		}
		args = append(args, arg)
	}
	call := method.Call
	if method.Type().IsVariadic() {
		call = method.CallSlice
	}
	out := call(args)
	if last := out[len(out)-1]; last.Type() == reflect.TypeFor[error]() && !last.IsNil() {
		x.check(use.name, last.Interface().(error))
		return
	}
	x.called[use.name]++
	for _, v := range out {
		x.keep(v)
	}
}

// check wants refusals, not failures.
func (x *walker) check(what string, err error) {
	var refusal *security.Refusal
	var gone *security.LinkGone
	var told *feed.LineError
	// There is no issuer in this world to lead to, or to say that somebody signed out.
	if what == "Begin" && errors.Is(err, security.ErrUnavailable) || what == "SignedOut" && federation.IsFault(err) != "" {
		return
	}
	if errors.As(err, &refusal) || errors.As(err, &told) || errors.As(err, new(paging.Error)) ||
		errors.As(err, new(*receiver.Fault)) || errors.As(err, &gone) || errors.Is(err, security.ErrNotFound) ||
		errors.Is(err, security.ErrConflict) || errors.Is(err, security.ErrNoSession) ||
		errors.Is(err, apikey.ErrKey) || errors.Is(err, apikey.ErrRunning) ||
		errors.Is(err, apikey.ErrOtherRequest) {
		return
	}
	x.t.Fatalf("%s: %v", what, err)
}

func (x *walker) keep(v reflect.Value) {
	switch found := v.Interface().(type) {
	case string:
		x.learn(found)
	case *guided.Owner:
		x.meet(found)
	case *account.SignedIn:
		x.users = append(x.users[:min(len(x.users), 5)], found)
	case *staff.Member:
		if found.Role.Has(staff.RightReview) || found.Role.Has(staff.RightManage) {
			x.t.Fatalf("a session with the role %s", found.Role)
		}
		x.staff = append(x.staff, found)
	}
}

// meet makes the owner one of those who act, with a view of the account of now.
func (x *walker) meet(o *guided.Owner) {
	if len(x.owners) > 5 {
		x.owners = x.owners[1:]
	}
	x.owners = append(x.owners, o)
}

// forward is the next thing that an owner would rightly do.
func (x *walker) forward(do func() (string, error)) {
	tok, err := do()
	if err != nil {
		x.check("forward", err)
		return
	}
	if tok == "" {
		return
	}
	if o, err := x.Guided.Enter(x.t.Context(), phone, tok); err == nil {
		x.tokens[o.Session.ID] = tok
		x.meet(o)
	}
}

func (x *walker) guided() {
	ctx := x.t.Context()
	if len(x.owners) == 0 || x.rng.IntN(4) == 0 {
		for _, p := range x.deliver() {
			x.read(p.Notice)
		}
		return
	}
	if x.rng.IntN(6) == 0 {
		x.work(ctx)
		return
	}
	o := pick(x, x.owners)
	if x.rng.IntN(2) == 0 { // most people go on at once, before their session is over
		o = x.owners[len(x.owners)-1]
	}
	x.steps[string(o.Progress.Next())] = true
	switch o.Progress.Next() {
	case recovery.Verify:
		x.forward(func() (string, error) { return x.Guided.ProveFactor(ctx, o, x.code()) })
	case recovery.Password:
		if by, err := x.Guided.Updater(ctx, o); by != nil && err == nil {
			x.forward(func() (string, error) {
				err := x.Guided.KeepPassword(ctx, o)
				return x.tokens[o.Session.ID], err
			})
			break
		}
		// Each is another one: what was denied is not taken again.
		chosen := fmt.Sprint(newPassword, " ", x.rng.Uint32())
		x.forward(func() (string, error) { return x.Guided.UpdatePassword(ctx, o, chosen) })
	case recovery.TwoFactor:
		x.enrol(ctx, o)
	case recovery.Activity:
		x.forward(func() (string, error) { return x.tokens[o.Session.ID], x.answerAll(ctx, o) })
	case recovery.Support:
		x.forward(func() (string, error) {
			return "", x.Guided.SendSupport(ctx, o, "other", "hello", "")
		})
	default:
		x.forward(func() (string, error) { return "", x.Guided.SendMessage(ctx, o, "and now?") })
	}
}

// deed is something that has a reason: a use case with what belongs to it.
type deed struct {
	method string
	do     func(context.Context, *staff.Member) error
}

// deeds are what support and the public do about ada's account on most days.
func (x *walker) deeds() []deed {
	const ada = "u-1001"
	return []deed{
		{"FindAccounts", func(ctx context.Context, m *staff.Member) error {
			_, err := x.Desk.FindAccounts(ctx, m, "ada", "a reason")
			return err
		}},
		{"DeskAccount", func(ctx context.Context, m *staff.Member) error {
			_, err := x.Desk.DeskAccount(ctx, m, ada)
			return err
		}},
		{"TakeTicket", func(ctx context.Context, m *staff.Member) error {
			return x.Desk.TakeTicket(ctx, m, pick(x, x.hot), 0)
		}},
		{"SendSupportLink", func(ctx context.Context, m *staff.Member) error {
			return x.Desk.SendSupportLink(ctx, m, ada)
		}},
		{"AskCallerCode", func(ctx context.Context, m *staff.Member) error {
			return x.Desk.AskCallerCode(ctx, m, ada)
		}},
		{"EscalateForOwner", func(ctx context.Context, m *staff.Member) error {
			return x.Desk.EscalateForOwner(ctx, m, ada, "a reason")
		}},
		{"Take", func(ctx context.Context, _ *staff.Member) error {
			event := pick(x, []string{"account-enabled", "account-disabled", "credential-compromise",
				"sessions-revoked"})
			return x.Receiver.Take(ctx, x.issuer.token(risc+event, claims{"jti": fmt.Sprint(x.rng.Uint32())}))
		}},
		{"Request", func(ctx context.Context, _ *staff.Member) error {
			_, err := x.Guided.Request(ctx, phone, "ada")
			return err
		}},
		{"LockMany", func(ctx context.Context, m *staff.Member) error {
			id := fmt.Sprint("u-m", x.rng.Uint32())
			x.account(id, id, id+"@example.org")
			j, err := x.Lockout.LockMany(ctx, m, order("="+id, "="+ada, pick(x, x.hot)))
			x.learn(j.ID)
			return err
		}},
		{"WorkTicket", func(ctx context.Context, m *staff.Member) error {
			return x.Desk.WorkTicket(ctx, m, pick(x, x.hot), 0, desk.Work{
				Message: "We look into it.", Internal: x.rng.IntN(2) == 0,
				Status: pick(x, []ticket.Status{"", ticket.Open, ticket.Pending, ticket.Solved})})
		}},
	}
}

// work is a deed, of those that have not gone through yet if there are any.
func (x *walker) work(ctx context.Context) {
	all := x.deeds()
	left := slices.DeleteFunc(slices.Clone(all),
		func(d deed) bool { return x.called[d.method] > 0 })
	if len(left) == 0 {
		left = all
	}
	d := pick(x, left)
	if err := d.do(ctx, pick(x, x.staff)); err != nil {
		x.check(d.method, err)
		return
	}
	x.called[d.method]++
}

// read follows what a mail offers to whoever reads it.
func (x *walker) read(n notice.Notice) {
	ctx := x.t.Context()
	switch n := n.(type) {
	case notice.LockedOut:
		x.learn(x.Lockout.LinkToken(n.Link), n.Case)
		x.forward(func() (string, error) {
			return x.Lockout.UseLink(ctx, phone, x.Lockout.LinkToken(n.Link))
		})
	case notice.RecoveryLink:
		x.learn(x.Lockout.LinkToken(n.Link), n.Code)
		x.forward(func() (string, error) {
			return x.Lockout.UseLink(ctx, phone, x.Lockout.LinkToken(n.Link))
		})
	case notice.CallerCode:
		x.learn(n.Code)
	case notice.PasswordUpdated:
		x.learn(n.Case, n.Ticket)
	case notice.ReviewRequested:
		x.learn(n.Ticket)
	case notice.StaffInvitation:
		x.t.Fatal("somebody was invited to be staff")
	}
}

func (x *walker) code() string {
	code, err := totp.GenerateCode(x.seed, x.Now())
	if err != nil {
		return "123456"
	}
	return code
}

func (x *walker) enrol(ctx context.Context, o *guided.Owner) {
	if o.Progress.CodesUnsaved {
		x.forward(func() (string, error) {
			err := x.Guided.SaveCodes(ctx, o, true)
			return x.tokens[o.Session.ID], err
		})
		return
	}
	if x.rng.IntN(2) == 0 {
		x.forward(func() (string, error) { return "", x.Guided.SkipTwoFactor(ctx, o) })
		return
	}
	e, err := x.Guided.Enrol(ctx, o)
	if err != nil {
		x.check("enrol", err)
		return
	}
	code, err := totp.GenerateCode(e.Secret, x.Now())
	x.must(err)
	x.forward(func() (string, error) {
		before, err := x.db.FactorsEver(ctx, o.Account.ID)
		x.must(err)
		tok, err := x.Guided.ConfirmTwoFactor(ctx, o, code)
		after, readErr := x.db.FactorsEver(ctx, o.Account.ID)
		x.must(readErr)
		if after > before { // and no second press of the form
			x.seed = e.Secret
		}
		return tok, err
	})
}

func (x *walker) answerAll(ctx context.Context, o *guided.Owner) error {
	r, err := x.Guided.ReviewActivity(ctx, o)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, f := range r.Asked() {
		said[f.Login.ID] = pick(x, []string{risk.Me, risk.NotMe})
	}
	return x.Guided.AnswerLogins(ctx, o, said)
}
