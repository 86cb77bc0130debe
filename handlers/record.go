package handlers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/views"
	"regain/views/words"
)

// Login is a sign-in as a page tells it, with the reasons to ask about it.
func Login(k Clock, f risk.Finding) views.Login {
	l := views.Login{ID: f.Login.ID, When: k.Plain(f.Login.At),
		Device: views.DeviceWords(f.Login.Device),
		IP:     f.Login.IP, Outcome: f.Login.Outcome, OutsideOf: f.Login.OutsideOf}
	if f.Login.Country != "" {
		l.Place = views.CountryWords(f.Login.Country)
	}
	for _, reason := range f.Reasons {
		code := string(reason)
		if exact := code + "." + f.Login.StoppedBy; words.Known("reason." + exact) {
			code = exact
		}
		l.Reasons = append(l.Reasons, code)
	}
	return l
}

// Failures sums up failed sign-ins from one place in a sentence.
func Failures(k Clock, g risk.FailureGroup) templ.Component {
	place := words.Say("failures.place")
	if g.Country != "" {
		place = views.CountryWords(g.Country)
	}
	if g.Count == 1 {
		return words.Say("failures.one", place, k.Plain(g.Last))
	}
	return words.Say("failures.many", g.Count, place, k.Plain(g.First),
		k.Plain(g.Last))
}

// Change is a change of an account as a page tells it.
func Change(k Clock, a security.Activity) views.Change {
	masked := a.Masked()
	from, to := FromTo(masked)
	if !masked.Coded() && masked.From != masked.To {
		from, to = views.Ending(masked.From), views.Ending(masked.To)
	}
	return views.Change{Kind: a.Kind, When: k.Plain(a.At), Summary: a.Summary,
		From: from, To: to,
		Hidden: from.IsZero() && to.IsZero() && a.From+a.To != ""}
}

// FromTo is what stood there before and after, in words; both are empty where that looks the same.
func FromTo(a security.Activity) (from, to words.Text) {
	switch {
	case a.Coded():
		return views.Step(a.From), views.Step(a.To)
	case a.From == a.To:
		return from, to
	}
	return words.As(a.From), words.As(a.To)
}

// Device is what somebody used, in words.
func Device(v security.Visitor) words.Text { return views.DeviceWords(risk.Device(v.Agent)) }

// Said is what a person wrote, or what the portal says itself.
func Said(text string, r security.Remark) words.Text { return views.Said(text, r.Kind, r.Args) }

// NoteText is a note on a case as staff read and copy it.
func NoteText(n security.Note) string {
	return n.Text(func(text string, r security.Remark) string { return Said(text, r).String() })
}

// Messages is what was said on a ticket, as its owner reads it, with the files of each message.
func Messages(k Clock, st guided.Status, files map[string][]views.File) (list []views.Message) {
	for _, msg := range st.Messages {
		from := words.Say("author." + string(msg.Author))
		if role := st.Roles[msg.By]; role != "" {
			from = words.Say("role." + string(role))
		}
		list = append(list, views.Message{From: from, At: k.Plain(msg.At),
			Text:  Said(msg.Body, msg.Remark),
			Files: files[msg.ID],
			Own:   msg.Author == security.AuthorOwner, How: byMail(msg.Via)})
	}
	return list
}

// byMail says that a message came by mail, as its owner reads it.
func byMail(v security.Via) (how words.Text) {
	if v.ByMail() {
		how = words.Say("by_mail")
	}
	return how
}

// StepNumber counts the steps from one; with none left it is the last one.
func StepNumber(next recovery.Step) int {
	all := recovery.Steps()
	if i := slices.Index(all, next); i >= 0 {
		return i + 1
	}
	return len(all)
}

// Use is how a link was used, in words.
func Use(k Clock, u access.Use) views.Use {
	shown := views.Use{At: k.Tell(u.At)}
	if u.Device != "" {
		shown.Device = views.DeviceWords(u.Device)
	}
	return shown
}

// AlertView is an alert without its frame and its ways to answer. Its moment has the zone beside it:
// the mail that led here may tell it by another clock.
func AlertView(k Clock, at alert.AlertPage) views.Alert {
	m := views.Alert{State: string(at.State), Masked: at.Masked, Locks: at.Locks,
		Locked: at.Locked, Before: at.Before, LinkTo: at.LinkTo, Use: Use(k, at.Use)}
	if at.State == alert.AlertUnknown {
		return m
	}
	if at.Alert.Login == "" {
		m.Change = &views.Change{Kind: at.Alert.What, When: k.Tell(at.Alert.At)}
		return m
	}
	f := risk.Finding{Login: at.Login}
	for _, reason := range at.Alert.Reasons {
		f.Reasons = append(f.Reasons, risk.Reason(reason))
	}
	l := Login(k, f)
	l.When = k.Tell(f.Login.At)
	m.Login = &l
	return m
}

// CursorText is where a page ends, as it stands in an address; "" for the beginning.
func CursorText(k security.Cursor) string {
	if k.ID == "" {
		return ""
	}
	return strconv.FormatInt(k.At.UnixMilli(), 10) + "." + k.ID
}

// ReadCursor reads what cursorText wrote, and the beginning from anything else.
func ReadCursor(text string) security.Cursor {
	at, id, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || id == "" || !IsText(id) {
		return security.Cursor{}
	}
	return security.Cursor{At: time.UnixMilli(ms).UTC(), ID: id}
}

// UpTo is how many there are, as far as they were counted.
func UpTo(n, limit int) words.Text {
	if n > limit {
		return words.Say("queue.more", limit)
	}
	return words.Number(n)
}
