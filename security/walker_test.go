package security_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/ticket"
)

// A walker does, at random, whatever the public and members of Customer Support
// can do: it calls every exported method of the service with values that it has
// come across (tokens, codes, numbers, ids), and now and then the one thing that
// leads an owner further. It never is an analyst.
type walker struct {
	*world
	rng     *rand.Rand
	desk    []int    // the methods that are for staff
	home    []int    // those that are for owners who are signed in
	rest    []int    // and all others
	hot     []string // what it types most: names and numbers
	seen    []string // and what else it has come across
	owners  []*security.Owner
	users   []*security.SignedIn // as they were when they came in, whatever happened since
	tokens  map[string]string    // newest, by session
	seed    string               // of the authenticator, once one was enrolled
	staff   []*security.Member
	version int64
	called  map[string]int // by method, those that went through
	steps   map[string]bool
}

// leftOut are the methods that the public and support have no way to, and those
// that only read with no one to ask for permission: the command line's.
var leftOut = map[string]string{
	"InviteStaff":  "command line",
	"DisableStaff": "command line",
	"ListStaff":    "command line",
	"OpenMail":     "the courier",
	"LinkToken":    "the courier",
	"CallerCode":   "the courier", "TypedCode": "the courier", "InvitationToken": "the courier",
	"AlertToken": "the courier", "AddressToken": "the courier", "UndoToken": "the courier",
}

func newWalker(w *world, seed uint64) *walker {
	x := &walker{world: w, rng: rand.New(rand.NewPCG(seed, 1)), called: map[string]int{},
		steps: map[string]bool{}, tokens: map[string]string{}}
	x.hot = []string{"ada", "u-1001", "u-1001", "C-1001", "C-1001", "T-2001", "T-2001", "a reason"}
	x.seen = append(x.seen, "bob", "u-1002", "ada@example.org", "", oldPassword, newPassword,
		"other", "phishing", "not_me", "me", "resumed", "solved", "open", "123456",
		string(recovery.Hijacked), security.AccountSecurity)
	service := reflect.TypeFor[*security.Service]()
	for i := range service.NumMethod() {
		f := service.Method(i).Type
		switch {
		case takes(f, reflect.TypeFor[*security.Member]()):
			x.desk = append(x.desk, i)
		case takes(f, reflect.TypeFor[*security.SignedIn]()):
			x.home = append(x.home, i)
		default:
			x.rest = append(x.rest, i)
		}
	}
	x.staff = append(x.staff, w.member("sam", security.RoleSupport),
		w.member("sue", security.RoleSupport))
	return x
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
	case reflect.TypeFor[*security.Owner]():
		if len(x.owners) == 0 {
			return reflect.Value{}, false
		}
		return reflect.ValueOf(pick(x, x.owners)), true
	case reflect.TypeFor[*security.Member]():
		return reflect.ValueOf(pick(x, x.staff)), true
	case reflect.TypeFor[*security.SignedIn]():
		if len(x.users) == 0 {
			return reflect.Value{}, false
		}
		return reflect.ValueOf(pick(x, x.users)), true
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
func (x *walker) fresh(from []int) (left []int) {
	service := reflect.TypeFor[*security.Service]()
	for _, n := range from {
		if x.called[service.Method(n).Name] == 0 {
			left = append(left, n)
		}
	}
	if len(left) == 0 {
		return from
	}
	return left
}

// anything calls one exported method and learns from what it returns.
func (x *walker) anything() {
	service := reflect.ValueOf(x.Service)
	from := [][]int{x.desk, x.desk, x.desk, x.desk, x.rest, x.home}[x.rng.IntN(6)]
	if x.rng.IntN(2) == 0 {
		from = x.fresh(from)
	}
	n := pick(x, from)
	method := service.Type().Method(n)
	if _, out := leftOut[method.Name]; out || strings.HasPrefix(method.Name, "Import") {
		return
	}
	var args []reflect.Value
	for i := 1; i < method.Type.NumIn(); i++ {
		arg, ok := x.value(method.Type.In(i))
		if !ok {
			return
		}
		args = append(args, arg)
	}
	out := service.Method(n).Call(args)
	if last := out[len(out)-1]; last.Type() == reflect.TypeFor[error]() && !last.IsNil() {
		x.check(method.Name, last.Interface().(error))
		return
	}
	x.called[method.Name]++
	for _, v := range out {
		x.keep(v)
	}
}

// check wants refusals, not failures.
func (x *walker) check(what string, err error) {
	var refusal *security.Refusal
	var gone *security.LinkGone
	if errors.As(err, &refusal) || errors.As(err, &gone) || errors.Is(err, security.ErrNotFound) ||
		errors.Is(err, security.ErrConflict) || errors.Is(err, security.ErrNoSession) {
		return
	}
	x.t.Fatalf("%s: %v", what, err)
}

func (x *walker) keep(v reflect.Value) {
	switch found := v.Interface().(type) {
	case string:
		x.learn(found)
	case *security.Owner:
		x.meet(found)
	case *security.SignedIn:
		x.users = append(x.users[:min(len(x.users), 5)], found)
	case *security.Member:
		if found.Role.Has(security.RightReview) || found.Role.Has(security.RightManage) {
			x.t.Fatalf("a session with the role %s", found.Role)
		}
		x.staff = append(x.staff, found)
	}
}

// meet makes the owner one of those who act, with a view of the account of now.
func (x *walker) meet(o *security.Owner) {
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
	if o, err := x.Enter(x.t.Context(), phone, tok); err == nil {
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
	x.steps[string(o.Progress.Next())] = true
	switch o.Progress.Next() {
	case recovery.Verify:
		x.forward(func() (string, error) { return x.ProveFactor(ctx, o, x.code()) })
	case recovery.Password:
		x.forward(func() (string, error) { return x.UpdatePassword(ctx, o, newPassword) })
	case recovery.TwoFactor:
		x.enrol(ctx, o)
	case recovery.Activity:
		x.forward(func() (string, error) { return "", x.answerAll(ctx, o) })
	case recovery.Support:
		x.forward(func() (string, error) { return "", x.SendSupport(ctx, o, "other", "hello", "") })
	default:
		x.forward(func() (string, error) { return "", x.SendMessage(ctx, o, "and now?") })
	}
}

// deed is something that has a reason: a use case with what belongs to it.
type deed struct {
	method string
	do     func(context.Context, *security.Member) error
}

// deeds are what support and the public do about ada's account on most days.
func (x *walker) deeds() []deed {
	const ada = "u-1001"
	return []deed{
		{"FindAccounts", func(ctx context.Context, m *security.Member) error {
			_, err := x.FindAccounts(ctx, m, "ada", "a reason")
			return err
		}},
		{"DeskAccount", func(ctx context.Context, m *security.Member) error {
			_, err := x.DeskAccount(ctx, m, ada)
			return err
		}},
		{"TakeTicket", func(ctx context.Context, m *security.Member) error {
			return x.TakeTicket(ctx, m, pick(x, x.hot), 0)
		}},
		{"SendSupportLink", func(ctx context.Context, m *security.Member) error {
			return x.SendSupportLink(ctx, m, ada)
		}},
		{"AskCallerCode", func(ctx context.Context, m *security.Member) error {
			return x.AskCallerCode(ctx, m, ada)
		}},
		{"EscalateForOwner", func(ctx context.Context, m *security.Member) error {
			return x.EscalateForOwner(ctx, m, ada, "a reason")
		}},
		{"Request", func(ctx context.Context, _ *security.Member) error {
			_, err := x.Request(ctx, phone, "ada")
			return err
		}},
		{"WorkTicket", func(ctx context.Context, m *security.Member) error {
			return x.WorkTicket(ctx, m, pick(x, x.hot), 0, security.Work{
				Message: "We look into it.", Internal: x.rng.IntN(2) == 0,
				Status: pick(x, []ticket.Status{"", ticket.Open, ticket.Pending, ticket.Solved})})
		}},
	}
}

// work is a deed, of those that have not gone through yet if there are any.
func (x *walker) work(ctx context.Context) {
	all := x.deeds()
	left := slices.DeleteFunc(slices.Clone(all), func(d deed) bool { return x.called[d.method] > 0 })
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
		x.learn(x.LinkToken(n.Link), n.Case)
		x.forward(func() (string, error) { return x.UseLink(ctx, phone, x.LinkToken(n.Link)) })
	case notice.RecoveryLink:
		x.learn(x.LinkToken(n.Link), x.TypedCode(n.Request))
		x.forward(func() (string, error) { return x.UseLink(ctx, phone, x.LinkToken(n.Link)) })
	case notice.CallerCode:
		x.learn(x.CallerCode(n.Check))
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

func (x *walker) enrol(ctx context.Context, o *security.Owner) {
	if x.rng.IntN(2) == 0 {
		x.forward(func() (string, error) { return "", x.SkipTwoFactor(ctx, o) })
		return
	}
	e, err := x.Enrol(ctx, o)
	if err != nil {
		x.check("enrol", err)
		return
	}
	code, err := totp.GenerateCode(e.Secret, x.Now())
	x.must(err)
	x.forward(func() (string, error) {
		tok, err := x.ConfirmTwoFactor(ctx, o, code)
		if err == nil && o.Recovery.TwoFactor != security.TwoFactorOn {
			x.seed = e.Secret
		}
		return tok, err
	})
}

func (x *walker) answerAll(ctx context.Context, o *security.Owner) error {
	r, err := x.ReviewActivity(ctx, o)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, f := range r.Asked() {
		said[f.Login.ID] = pick(x, []string{risk.Me, risk.NotMe})
	}
	return x.AnswerLogins(ctx, o, said)
}
