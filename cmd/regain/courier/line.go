package courier

import (
	"context"
	"io"
	"net"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// step is a part of a conversation that a server has its own time for.
type step struct {
	name string
	wait time.Duration
}

// The times are those of RFC 5321 §4.5.3.2: who gives up earlier after the last dot sends copies.
// What that section does not name has five minutes like most.
var (
	stepConnect   = step{"connect", connectTime}
	stepGreeting  = step{"greeting", 5 * time.Minute}
	stepHello     = step{"EHLO", 5 * time.Minute}
	stepTLS       = step{"STARTTLS", 5 * time.Minute}
	stepSignIn    = step{"AUTH", 5 * time.Minute}
	stepSender    = step{"MAIL FROM", 5 * time.Minute}
	stepRecipient = step{"RCPT TO", 5 * time.Minute}
	stepData      = step{"DATA", 2 * time.Minute}
	stepText      = step{"text", 3 * time.Minute}
	stepEnd       = step{"end of text", 10 * time.Minute}
	stepReset     = step{"RSET", 5 * time.Second}
	stepQuit      = step{"QUIT", 5 * time.Second}
)

// connectTime is how long a mail server may take to take a connection, and lastWait what it has
// left to answer the last dot when the portal stops.
const (
	connectTime = 30 * time.Second
	lastWait    = 5 * time.Second
)

// line is a connection to the mail server that is past its sign-in.
type line struct {
	*smtp.Client
	conn   net.Conn // below TLS
	mails  int      // that it was used for
	retire *time.Timer
	cut    func() bool // keeps the end of the context from closing the connection
}

// hold lets talk have the line until ctx ends: the library looks at no context.
func (l *line) hold(ctx context.Context, talk func() error) error {
	l.cut = context.AfterFunc(ctx, func() { l.conn.Close() })
	defer func() { l.cut() }()
	err := talk()
	if err != nil && ctx.Err() != nil {
		return stepError{"", ctx.Err()} // says more than the connection that was closed for it
	}
	return err
}

// do has one step within its time.
func (l *line) do(s step, talk func() error) error {
	late := l.closeAfter(s.wait)
	defer late.Stop()
	if err := talk(); err != nil {
		return stepError{s.name, err}
	}
	return nil
}

func (l *line) closeAfter(wait time.Duration) *time.Timer {
	return time.AfterFunc(wait, func() { l.conn.Close() })
}

func (l *line) address(from, to string) error {
	err := l.do(stepSender, func() error { return l.Mail("<" + from + ">") })
	if err == nil {
		err = l.do(stepRecipient, func() error { return l.Rcpt("<" + to + ">") })
	}
	return err
}

// deliver sends one mail over the line.
func (l *line) deliver(ctx context.Context, m Message, from *netmail.Address) error {
	l.mails++
	encoding := gomail.EncodingQP
	if ok, _ := l.Extension("8BITMIME"); ok {
		encoding = gomail.NoEncoding
	}
	sender := from.Address
	if m.Answer { // which nobody answers again, nor tells us of (RFC 3834 §3.3)
		sender = ""
	}
	if err := l.address(sender, m.To); err != nil {
		return err
	}
	return l.text(ctx, buildMail(m, from, encoding))
}

// text sends the mail itself. Once its last dot is out the server may have taken it: then the end
// of ctx leaves it a moment to say so.
func (l *line) text(ctx context.Context, msg *gomail.Msg) error {
	var w io.WriteCloser
	err := l.do(stepData, func() (err error) { w, err = l.Data(); return err })
	if err == nil {
		err = l.do(stepText, func() error { _, err := msg.WriteTo(w); return err })
	}
	if err != nil {
		return err
	}
	if !l.cut() {
		return stepError{stepText.name, ctx.Err()}
	}
	return l.do(stepEnd, func() error {
		l.cut = context.AfterFunc(ctx, func() { l.closeAfter(lastWait) })
		return w.Close()
	})
}

// end says good-bye; the mail is taken or refused by now.
func (l *line) end() {
	_ = l.do(stepQuit, l.Quit)
	l.conn.Close()
}
