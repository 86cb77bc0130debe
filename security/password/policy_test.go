package password

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var ada = Person{
	Username: "enchantress", Emails: []string{"ada.lovelace+shop@analytical.example.org"},
	Name: "Ann Byron-King", BirthDate: "1990-12-10",
}

func withFactor(who Person) Person {
	who.SecondFactor = true
	return who
}

// varied gives n runes without any pattern.
func varied(n int) string {
	const source = "kq7 Zw.m3Xv-r9Tb,p5Lh;d2Gn_s8Jc:f4Ry"
	var text strings.Builder
	for i := range n {
		text.WriteByte(source[(i*i+7*i+i/36*5)%len(source)])
	}
	return text.String()
}

func TestJudgeLength(t *testing.T) {
	t.Parallel()
	const han = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往"
	const emoji = "🦊🚲🌋🎻🥝🗿📎🐙🧲🪁🎲🥨🌵🛶🧦🔭"
	cut := func(text string, n int) string { return string([]rune(text)[:n]) }
	tests := []struct {
		name, candidate string
		policy          Policy
		factor          bool
		want            Code
	}{
		{"empty", "", Policy{}, false, Empty},
		{"not UTF-8", varied(20) + "\xff", Policy{}, false, Invalid},
		{"7 with factor", varied(7), Policy{}, true, Short},
		{"8 with factor", varied(8), Policy{}, true, ""},
		{"8 without factor", varied(8), Policy{}, false, Short},
		{"14", varied(14), Policy{}, false, Short},
		{"15", varied(15), Policy{}, false, ""},
		{"floor with factor", varied(7), Policy{MinLengthMFA: 4}, true, Short},
		{"floor without factor", varied(7), Policy{MinLength: 1}, false, Short},
		{"floor reached", varied(8), Policy{MinLength: 1}, false, ""},
		{"configured 19", varied(19), Policy{MinLength: 20, MinLengthMFA: 12}, false, Short},
		{"configured 20", varied(20), Policy{MinLength: 20, MinLengthMFA: 12}, false, ""},
		{"configured 11", varied(11), Policy{MinLength: 20, MinLengthMFA: 12}, true, Short},
		{"64", varied(64), Policy{}, false, ""},
		{"128", varied(128), Policy{}, false, ""},
		{"256", varied(256), Policy{}, false, ""},
		{"257", varied(257), Policy{}, false, Long},
		{"904 bytes", varied(40) + strings.Repeat("🦊", 216), Policy{}, false, ""},
		{"257 emoji", varied(40) + strings.Repeat("🦊", 217), Policy{}, false, Long},
		{"14 Han", cut(han, 14), Policy{}, false, Short},
		{"15 Han", cut(han, 15), Policy{}, false, ""},
		{"14 emoji", cut(emoji, 14), Policy{}, false, Short},
		{"15 emoji", cut(emoji, 15), Policy{}, false, ""},
		{"NFD counts as NFC", strings.Repeat("e\u0301", 14), Policy{}, false, Short},
		{"small letters", "vjqkzxwtrbnplms", Policy{}, false, ""},
		{"leading space", "   " + varied(12), Policy{}, false, ""},
		{"only spaces", strings.Repeat(" ", 20), Policy{}, false, Guessable},
	}
	for _, tt := range tests {
		got, err := tt.policy.Judge(t.Context(), tt.candidate, Person{SecondFactor: tt.factor})
		if err != nil || got.Code != tt.want {
			t.Errorf("%s: Judge = %+v, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestJudgeGuessable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		candidate string
		factor    bool
		reason    string // "" when accepted
		hint      string
	}{
		{"copper violin marble tunnel", false, "", ""},
		{"coppervioliNmarbletunnel", false, "", ""},
		{"lemonbicycleriver", false, "", ""},
		{"kitchen table chair", false, "", ""},
		{"mein haus ist gruen", false, "", ""},
		{"the cat sat on the mat", false, "", ""},
		{"ilovemydogverymuch", false, "", ""},
		{"пурпурный слон танцует", false, "", ""},
		{"xk3f9a2b", true, "", ""},
		{"aaaaaaaaaaaaaaaaa", false, ReasonRepeat, HintAvoidRepeats},
		{"x9$Kq7!x9$Kq7!x9$Kq7!", false, ReasonRepeat, HintAvoidRepeats},
		{"абвгдежз", true, ReasonSequence, HintAvoidPatterns},
		{"x9$x9$x9$x9$x9$x9$", false, ReasonRepeat, HintAvoidRepeats},
		{"Tulpe77Tulpe77Tulpe77", false, ReasonRepeat, HintAvoidRepeats},
		{"aaaabbbbccccddddd", false, ReasonRepeat, HintAvoidRepeats},
		{"bcdefghijklmnopqrst", false, ReasonSequence, HintAvoidPatterns},
		{"wertyuiop[]sdfghjkl;", false, ReasonKeyboard, HintAvoidPatterns},
		{"20310704sunday", true, ReasonDate, HintAvoidDates},
		{"sun-2027", true, ReasonYear, HintAvoidDates},
		{"goodmorningeveryone", false, ReasonDictionary, HintAddWords},
		{"m0rn1ngeveryone", false, ReasonDictionary, HintAddWords},
		{"83920577", true, ReasonDigits, HintAddWords},
	}
	for _, tt := range tests {
		want := Problem{}
		if tt.reason != "" {
			want = Problem{Guessable, tt.reason, tt.hint}
		}
		got, err := Policy{}.Judge(t.Context(), tt.candidate, Person{SecondFactor: tt.factor})
		if err != nil || got != want {
			t.Errorf("%q: Judge = %+v, %v, want %+v", tt.candidate, got, err, want)
		}
	}
}

func TestJudgePersonal(t *testing.T) {
	t.Parallel()
	policy := Policy{Brand: []string{"Example Market"}}
	tests := []struct {
		candidate string
		code      Code
		kind      string
	}{
		{"Byron-King-1234", Personal, KindName},
		{"8yr0n+Kinq-Byron", Personal, KindName},
		{"gnik-noryb-noryb!", Personal, KindName},
		{"BYRON BYRON BYRON", Personal, KindName},
		{"enchantress12345", Personal, KindUsername},
		{"3nch4ntr355!!!!!", Personal, KindUsername},
		{"ssertnahcne12345", Personal, KindUsername},
		{"lovelace-lovelace", Personal, KindEmail},
		{"ada.lovelace.xyz", Personal, KindEmail},
		{"analytical-12345", Personal, KindEmail},
		{"19901210-10121990", Personal, KindBirthDate},
		{"10.12.1990 ok ok", Personal, KindBirthDate},
		{"121090121090abc", Personal, KindBirthDate},
		{"10dec199010dec1990", Personal, KindBirthDate},
		{"december1990abcd", Personal, KindBirthDate},
		{"ExampleMarket2031", Brand, ""},
		{"example market x", Brand, ""},
		{"3x4mpl3M4rk3t!!", Brand, ""},
		{"Byrön-Kíng-1234", Personal, KindName},
		{"an annual report on marmalade", "", ""},
		{"planning a granny flat", "", ""},
		{"king of the violet umbrella", Personal, KindName},
		{"enchantress hums over wet gravel", Personal, KindUsername},
		{"marmalade violin 1990", "", ""},
		{"marmalade violin 10121990", Personal, KindBirthDate},
		{"for example a violin gravel", "", ""},
		{"super market of umbrellas", "", ""},
		{"my example market umbrella gravel", Brand, ""},
		{"ann sings marmalade violin", "", ""},
		{"marmalade violin 1210 gravel", "", ""},
		{"lovelace sings marmalade", Personal, KindEmail},
	}
	for _, tt := range tests {
		got, err := policy.Judge(t.Context(), tt.candidate, ada)
		if err != nil || got.Code != tt.code || got.Detail != tt.kind {
			t.Errorf("%q: Judge = %+v, %v, want %q %q", tt.candidate, got, err, tt.code, tt.kind)
		}
		if (got.Code == Personal || got.Code == Brand) && got.Hint != HintAvoidPersonal {
			t.Errorf("%q: hint %q", tt.candidate, got.Hint)
		}
	}
}

func TestJudgePersonalShort(t *testing.T) {
	t.Parallel()
	tests := []struct {
		candidate string
		code      Code
		kind      string
	}{
		{"ann19901", Personal, KindBirthDate},
		{"annann7!", Personal, KindName},
		{"x7$kQw1990", "", ""},
		{"byron-x7$kQ2", Personal, KindName},
		{"annual-x7$k", "", ""},
	}
	for _, tt := range tests {
		got, err := Policy{}.Judge(t.Context(), tt.candidate, withFactor(ada))
		if err != nil || got.Code != tt.code || got.Detail != tt.kind {
			t.Errorf("%q: Judge = %+v, %v, want %q %q", tt.candidate, got, err, tt.code, tt.kind)
		}
	}
}

// TestJudgeForeignDomain: a domain is a word as people read it, however mail servers know it.
func TestJudgeForeignDomain(t *testing.T) {
	t.Parallel()
	for _, domain := range []string{"xn--berseehafen-shb", "\u00fcberseehafen"} {
		who := Person{Emails: []string{"q@" + domain + ".example"}}
		got, err := Policy{}.Judge(t.Context(), "\u00dcberseehafen-12345", who)
		if err != nil || got.Code != Personal || got.Detail != KindEmail {
			t.Errorf("%s: Judge = %+v, %v", domain, got, err)
		}
	}
}

func TestJudgeOddPersons(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]Person{
		"nothing known": {}, "no domain": {Emails: []string{"x", "", "@", "a@b"}},
		"short words": {Name: "Li O", Username: "xy", Emails: []string{"q@z.io"}},
		"bad date":    {BirthDate: "10.12.1990"}, "impossible date": {BirthDate: "1990-02-31"},
	} {
		got, err := Policy{Brand: []string{"", " "}}.Judge(t.Context(), "10.12.1990 x9 violin", who)
		if err != nil || got != (Problem{}) {
			t.Errorf("%s: Judge = %+v, %v", name, got, err)
		}
	}
}

type fakeList struct {
	listed bool
	err    error
	asked  []string
}

func (f *fakeList) Contains(_ context.Context, password string) (bool, error) {
	f.asked = append(f.asked, password)
	return f.listed, f.err
}

func TestJudgeBreached(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	tests := []struct {
		name, candidate string
		list            fakeList
		want            Problem
		asked           []string
		outage          error
	}{
		{"listed", "marmalade violin cafe\u0301", fakeList{listed: true},
			Problem{Common, "", HintChooseAnother}, []string{"marmalade violin caf\u00e9"}, nil},
		{"not listed", "marmalade violin", fakeList{}, Problem{}, []string{"marmalade violin"}, nil},
		{"outage", "marmalade violin", fakeList{err: down},
			Problem{}, []string{"marmalade violin"}, down},
		{"outage, common", "1234567890123456", fakeList{err: down},
			Problem{Common, "", HintChooseAnother}, nil, nil},
		{"refused before", "short", fakeList{}, Problem{Short, "", HintLonger}, nil, nil},
	}
	for _, tt := range tests {
		var outage error
		policy := Policy{Breached: &tt.list, Outage: func(err error) { outage = err }}
		got, err := policy.Judge(t.Context(), tt.candidate, Person{})
		if err != nil || got != tt.want || outage != tt.outage {
			t.Errorf("%s: Judge = %+v, %v, outage %v", tt.name, got, err, outage)
		}
		if diff := cmp.Diff(tt.asked, tt.list.asked); diff != "" {
			t.Errorf("%s: asked (-want +got):\n%s", tt.name, diff)
		}
	}
	quiet := Policy{Breached: &fakeList{err: down}}
	got, err := quiet.Judge(t.Context(), "marmalade violin", Person{})
	if err != nil || got != (Problem{}) {
		t.Errorf("no hook: Judge = %+v, %v", got, err)
	}
}

type cancellingList struct{ cancel context.CancelFunc }

func (c cancellingList) Contains(ctx context.Context, _ string) (bool, error) {
	c.cancel()
	return false, ctx.Err()
}

// A visitor who leaves is no outage, and must not end as "accepted".
func TestJudgeCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	policy := Policy{Breached: cancellingList{cancel}, Outage: func(error) { t.Error("outage") }}
	for _, moment := range []string{"during the list", "before"} {
		_, err := policy.Judge(ctx, "marmalade violin", Person{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Judge: %v", moment, err)
		}
	}
}

func TestAdvise(t *testing.T) {
	t.Parallel()
	list := &fakeList{listed: true}
	policy := Policy{Breached: list}
	tests := []struct {
		candidate string
		want      Advice
	}{
		{"", Advice{0, Problem{Empty, "", HintLonger}}},
		{"short", Advice{0, Problem{Short, "", HintLonger}}},
		{varied(257), Advice{0, Problem{Long, "", HintShorter}}},
		{"q1w2e3r4t5y6u7i8o9p0", Advice{0, Problem{Common, "", HintChooseAnother}}},
		{"enchantress12345", Advice{0, Problem{Personal, KindUsername, HintAvoidPersonal}}},
		{"goodmorningeveryone", Advice{1, Problem{Guessable, ReasonDictionary, HintAddWords}}},
		{"lemonbicycleriver", Advice{3, Problem{}}},
		{"correct horse battery staple", Advice{0, Problem{Common, "", HintChooseAnother}}},
		{"copper violin marble tunnel", Advice{4, Problem{}}},
	}
	for _, tt := range tests {
		got, err := policy.Advise(t.Context(), tt.candidate, ada)
		if err != nil || got != tt.want {
			t.Errorf("%q: Advise = %+v, %v, want %+v", tt.candidate, got, err, tt.want)
		}
	}
	if list.asked != nil {
		t.Errorf("the outside list was asked for %d candidates", len(list.asked))
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("correct horse battery staple", "ann", "Ann Byron", "a@b.example")
	f.Add("İİİİİİİİİİİİİİİİ\u0307ſſ", "ſ", "İ K", "ß@ﬀ.com")
	f.Add(strings.Repeat("\u0301", 20), "\u0301\u0301\u0301", "", "")
	f.Add(strings.Repeat("\ufdfa", 40), "x", "y", "z")
	f.Add("\xff\xfe", "\xff\xff\xff", "\xff", "\xff@\xff")
	f.Fuzz(func(t *testing.T, candidate, username, name, email string) {
		if len(candidate)+len(username)+len(name)+len(email) > 600 {
			return
		}
		who := Person{Username: username, Name: name, Emails: []string{email},
			BirthDate: "1990-12-10", SecondFactor: true}
		policy := Policy{Brand: []string{"Example Market"}}
		problem, err := policy.Judge(t.Context(), candidate, who)
		advice, adviceErr := policy.Advise(t.Context(), candidate, who)
		if err != nil || adviceErr != nil {
			t.Fatalf("errors %v, %v", err, adviceErr)
		}
		if problem != advice.Problem || (advice.Level >= 3) != (problem.Code == "") {
			t.Fatalf("Judge %+v, Advise %+v", problem, advice)
		}
		for _, variant := range Variants(candidate) {
			if variant == "" {
				t.Fatal("empty variant")
			}
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	for name, candidate := range map[string]string{
		"passphrase": "correct horse battery staple", "longest": varied(256),
		"lookalikes": "p@55w0rd!1|7$3+p@55w0rd!1|7$3+p@55w0rd!x",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := (Policy{}).Judge(b.Context(), candidate, ada); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
