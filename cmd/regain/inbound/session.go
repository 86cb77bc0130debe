package inbound

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-smtp"

	"regain/security"
	"regain/security/inbound"
)

// What one mail may take of the memory before it counts as large, and how many large ones there may be.
const (
	small    = 256 << 10
	maxLarge = 4
)

// The answers. Those with 4 ask the mail server to keep the mail and try again.
var (
	noMailbox = answer(550, 5, 1, 1, "No such mailbox here")
	badSender = answer(501, 5, 1, 7, "Not an address")
	badHead   = answer(554, 5, 6, 0, "The headers are too long")
	full      = answer(452, 4, 3, 1, "Too many mails wait here, try again later")
	later     = answer(451, 4, 3, 0, "Not now, try again later")
)

func answer(code, class, subject, detail int, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: text}
}

// Reasons are why mail is not taken, as Refused hears them: what was sent to no mailbox of ours, from what is
// no address, with headers that are too long, or as a whole, while too many mails wait, or too many programs
// are connected, and while it cannot be kept.
var Reasons = []string{forNobody, fromNobody, headTooLong, tooLarge, tooMany, tooBusy, notNow}

const (
	forNobody   = "mailbox"
	fromNobody  = "sender"
	headTooLong = "headers"
	tooLarge    = "size"
	tooMany     = "waiting"
	tooBusy     = "connections"
	notNow      = "unavailable"
)

// refused tells of an answer that takes no mail, and returns it.
func (s *Server) refused(reason string, err error) error {
	if s.Refused != nil {
		s.Refused(reason)
	}
	return err
}

// session is one conversation.
type session struct {
	*Server
	conn *conn
	from string
	to   []inbound.Target
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	own, _ := c.Conn().(*conn)
	if own == nil {
		return nil, later
	}
	return &session{Server: s, conn: own}, nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if len(from) > maxSender {
		return s.refused(fromNobody, badSender)
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	if err := s.mails.Room(ctx); err != nil {
		return s.failed(err)
	}
	s.from, s.to = from, nil
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	target, ok := s.mails.Accepts(to)
	if !ok {
		return s.refused(forNobody, noMailbox)
	}
	if !slices.Contains(s.to, target) {
		s.to = append(s.to, target)
	}
	return nil
}

// Data implements smtp.Session: all that a mail is for is kept in one commit, or none.
func (s *session) Data(r io.Reader) error {
	done := s.conn.work()
	defer done()
	raw, release, err := s.read(r)
	defer release()
	if errors.Is(err, smtp.ErrDataTooLarge) || errors.Is(err, errFlood) {
		return s.refused(tooLarge, err)
	}
	if err != nil {
		return err
	}
	if s.conn.isCut() {
		return later
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	if err := s.mails.Keep(ctx, s.from, s.to, raw); err != nil {
		return s.failed(err)
	}
	return nil
}

// read reads a mail. Few large ones are read at a time.
func (s *session) read(r io.Reader) (raw []byte, release func(), err error) {
	release = func() {}
	var b bytes.Buffer
	_, err = io.CopyN(&b, r, small)
	if errors.Is(err, io.EOF) {
		return b.Bytes(), release, nil
	}
	if err != nil {
		return nil, release, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	select {
	case s.large <- struct{}{}:
		release = func() { <-s.large }
	case <-ctx.Done():
		return nil, release, s.refused(tooBusy, later)
	}
	_, err = io.Copy(&b, r)
	return b.Bytes(), release, err
}

// failed is what a mail server is told of an error. Operators hear of it but when the database is away,
// which they hear elsewhere.
func (s *session) failed(err error) error {
	switch {
	case errors.Is(err, inbound.ErrHead):
		return s.refused(headTooLong, badHead)
	case errors.Is(err, inbound.ErrFull):
		return s.refused(tooMany, full)
	case !errors.Is(err, security.ErrUnavailable):
		s.log.Error("failure", "error", err.Error())
	}
	return s.refused(notNow, later)
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
