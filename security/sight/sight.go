// Package sight says what a member of staff may read of an account. What the use cases of staff
// hand out has gone through it, so that a page, a copied note and a list all keep back the same.
package sight

import (
	"regain/security"
	"regain/security/notice"
	"regain/security/risk"
	"regain/security/staff"
)

// Reader is what somebody may read.
type Reader struct {
	Full   bool // everything, the cause of a lockout too
	Detail bool // the name, whole addresses, sign-ins and activity
}

// Of decides it all: what the role may read, and after the caller was verified.
func Of(role staff.Role, verified bool) Reader {
	full := role.Has(staff.RightReview)
	return Reader{full, full || verified && role.Has(staff.RightHelp)}
}

// Account is the account without password and birth date, which nobody reads.
func (r Reader) Account(a security.Account) security.Account {
	a.PasswordHash, a.BirthDate = "", ""
	a.Username = r.Address(a.Username)
	if !r.Detail {
		a.Name = security.Mask(a.Name)
	}
	return a
}

// Case is the case without its cause and what speaks for it.
func (r Reader) Case(c security.Case) security.Case {
	if !r.Full {
		c.Cause, c.Proposed, c.Facts = "", "", nil
		c.Evidence, c.Remark = "", security.Remark{}
	}
	return c
}

// Ticket is the ticket with a subject that can be read.
func (r Reader) Ticket(t security.Ticket) security.Ticket {
	t.Subject = r.Text(t.Subject)
	return t
}

// Login is the sign-in, at worst with the network that it came from.
func (r Reader) Login(l risk.Login) risk.Login {
	l.IP = r.ip(l.IP)
	return l
}

// Activity is the activity, at worst with masked values.
func (r Reader) Activity(a security.Activity) security.Activity {
	if r.Full {
		return a
	}
	a = a.Masked()
	a.From, a.To, a.Summary = r.Text(a.From), r.Text(a.To), r.Text(a.Summary)
	a.IP = r.ip(a.IP)
	return a
}

// Mail is what became of a mail. The address of an organisation is nothing that the owner of an account, who
// was verified, could have told.
func (r Reader) Mail(m security.MailState) security.MailState {
	if m.Kind == string(notice.MemberNotice{}.Kind()) && !r.Full {
		r = Reader{}
	}
	m.To, m.Reason = r.Address(m.To), r.Text(m.Reason)
	return m
}

// Message is what was said on a ticket. What an earlier version said in sentences names the
// cause at the beginning of a line.
func (r Reader) Message(m security.Message) security.Message {
	if !r.Full && m.Author == security.AuthorRegain {
		m.Body = oldCause.ReplaceAllString(m.Body, "$1 "+dots)
	}
	m.Body, m.Remark = r.Text(m.Body), r.remark(m.Remark)
	return m
}

// Note is the note, also as it is copied.
func (r Reader) Note(n security.Note) security.Note {
	if r.Full {
		return n
	}
	if n.Cause != "" {
		n.Cause = security.CauseWithheld
	}
	if n.Action == security.NoteLockout || n.Action == security.NoteCause {
		n.Evidence, n.Remark = "", withheld
	}
	n.Evidence, n.Remark = r.Text(n.Evidence), r.remark(n.Remark)
	return n
}

var withheld = security.Remark{Kind: security.SaidWithheld}

// remark keeps back the arguments that name the cause or speak for it.
func (r Reader) remark(x security.Remark) security.Remark {
	if r.Full {
		return x
	}
	args := Each(r.Text, x.Args)
	switch {
	case x.Kind == security.SaidCause:
		args = nil
	case (x.Kind == security.SaidSecured || x.Kind == security.SaidSecuredSignedIn) && len(args) > signs:
		cause := string(security.CauseWithheld)
		args[0], args[1], args[signs] = cause, cause, ""
		args = append(args[:signs+1], "", withheld.Kind)
	}
	x.Args = args
	return x
}

// signs is the argument of SaidSecured behind which the evidence stands.
const signs = 4

// Each shows every thing of a list.
func Each[T any](show func(T) T, list []T) []T {
	shown := make([]T, len(list))
	for i, x := range list {
		shown[i] = show(x)
	}
	return shown
}

// Address is an address, or a username that may be one.
func (r Reader) Address(s string) string {
	if r.Detail {
		return s
	}
	return addressIn.ReplaceAllStringFunc(s, security.Mask)
}

func (r Reader) ip(ip string) string {
	if r.Full {
		return ip
	}
	return ShortIP(ip)
}
