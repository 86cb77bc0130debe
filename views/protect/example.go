package protect

import (
	"slices"
	"strings"

	"regain/views/mail"
	"regain/views/words"
)

// Part is a paragraph of an email that is shown as an example. Sign is the number of what it shows, 0 for
// none. What is ours is said; a part of a mail that was written is Text as it stands there.
type Part struct {
	Sign int
	Text words.Text
}

// Letter is an email that is shown as an example.
type Letter struct {
	Subject words.Text
	Parts   []Part
}

// The signs by which a genuine mail is told from a fake one, in the order of their list.
const (
	byGreeting = iota + 1
	byTone
	byWish
	byLink
	byCode
)

// gone stands where paragraphs of a mail are left out.
var gone = Part{Text: words.As("…")}

// paragraphs are those of a mail as text, each on one line.
func paragraphs(m mail.Mail) []string {
	all := strings.Split(strings.TrimSpace(m.Text), "\n\n")
	for i, p := range all {
		all[i] = strings.ReplaceAll(p, " \n", " ")
	}
	return all
}

// Real is a mail of ours with a link, by what it can be told: the greeting, what happened, the link
// that begins with start, what we never ask, and the code.
func Real(m mail.Mail, start string) Letter {
	all := paragraphs(m)
	last := len(all) - 1
	link := slices.IndexFunc(all, func(p string) bool { return strings.HasPrefix(p, start) })
	as := func(sign, i int) Part { return Part{sign, words.As(all[i])} }
	return Letter{words.As(m.Subject), []Part{as(byGreeting, 0), as(0, 1), as(byTone, 2), gone,
		as(byLink, link), as(0, link+1), gone, as(byWish, last-1), as(byCode, last)}}
}

// Fake is a mail that somebody sends who wants to be taken for us, with a link to host.
func Fake(host string) Letter {
	say := func(sign int, code string) Part {
		return Part{sign, words.Say("protect.tips.fake_" + code)}
	}
	return Letter{words.Say("protect.tips.fake_subject"), []Part{say(byGreeting, "greeting"),
		say(byTone, "threat"), say(byWish, "ask"), {byLink, words.As("https://" + host + "/signin")},
		say(byWish, "close")}}
}

// FakeHost is a name that begins like ours and belongs to somebody else. It cannot be registered
// (RFC 2606 §2).
func FakeHost(ours string) string {
	name, _, _ := strings.Cut(ours, ":")
	return name + ".account-check.example"
}

// QuizItem is one example: what it says, and whether it is from us. Name is the field of its answer.
type QuizItem struct {
	Name   string
	Ours   bool
	Letter Letter
	Why    words.Text
	// Answer is what was chosen, "" for nothing.
	Answer string
}

// The answers.
const (
	saysOurs = "ours"
	saysFake = "fake"
)

// QuizNames are the fields of the answers.
var QuizNames = [...]string{"q1", "q2", "q3", "q4", "q5", "q6"}

// IsAnswer reports whether an example can be answered so.
func IsAnswer(said string) bool { return said == saysOurs || said == saysFake }

// Right reports whether the answer was.
func (q QuizItem) Right() bool {
	return q.Answer == saysOurs && q.Ours || q.Answer == saysFake && !q.Ours
}

// Mails are real ones, for the examples: a link that gets an account back, an answer of support,
// 2-step verification that was turned on, and a sign-in that is asked about.
type Mails struct{ Link, Answered, On, SignIn mail.Mail }

// Quiz is the six examples. origin is what our addresses begin with, brand the marketplace.
func Quiz(m Mails, origin, host, brand string) []QuizItem {
	of := func(m mail.Mail, which ...int) Letter {
		all, x := paragraphs(m), Letter{Subject: words.As(m.Subject)}
		for _, i := range which {
			if i < 0 {
				i += len(all)
			}
			x.Parts = append(x.Parts, Part{Text: words.As(all[i])})
		}
		return x
	}
	text := func(code string, args ...any) Letter {
		return Letter{Parts: []Part{{Text: words.Say("protect.quiz.text_"+code, args...)}}}
	}
	fake := FakeHost(host)
	link := text("link")
	link.Parts = append(link.Parts, Part{Text: words.As("https://" + fake + "/pay")})
	asked := slices.IndexFunc(paragraphs(m.SignIn),
		func(p string) bool { return strings.HasPrefix(p, origin+"/") })
	typed := slices.IndexFunc(paragraphs(m.Answered),
		func(p string) bool { return strings.Contains(p, host+"/recover") })
	list := []QuizItem{
		{Letter: text("code"), Why: words.Say("protect.quiz.why_code")},
		{Ours: true, Letter: of(m.Answered, 0, 2, typed, -1), Why: words.Say("protect.quiz.why_answered")},
		{Ours: true, Letter: of(m.On, 0, 2, -1), Why: words.Say("protect.quiz.why_on")},
		{Letter: link, Why: words.Say("protect.quiz.why_link", words.Code(fake))},
		{Letter: text("chat", brand), Why: words.Say("protect.quiz.why_chat")},
		{Ours: true, Letter: of(m.SignIn, 0, 2, asked-1, asked), Why: words.Say("protect.quiz.why_sign_in")},
	}
	for i := range list {
		list[i].Name = QuizNames[i]
	}
	return list
}
