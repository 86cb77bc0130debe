// Package courier writes the mails of the outbox and hands them to a mail server or into a folder.
package courier

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"regain/security/mailproof"
	"regain/security/notice"
	"regain/views/mail"
)

// Message is one mail, ready but for its sender.
type Message struct {
	ID                  string // Message-ID without the angle brackets
	To                  string // bare address
	Language            string // BCP 47 tag
	Subject, Text, HTML string
	Notice, Code, Seal  string // X-Regain-Notice, X-Regain-Message, X-Regain-Seal
	Date                time.Time
	ReplyTo             string // bare address; "" for none but the sender
	Answer              bool   // to a mail of somebody (RFC 3834)
}

// Sender hands mails on. Its errors hold no password and no content of a mail; one that wraps
// notice.Permanent says that a later try is useless, and one that wraps notice.SetUp that somebody
// has to mend something first.
type Sender interface {
	Send(ctx context.Context, m Message) error
	// Check goes as far as possible without sending anything.
	Check(ctx context.Context) error
	// Close ends the connections that are kept for the next mail.
	Close() error
}

// Setup is where mails go and from whom: the settings REGAIN_MAIL, REGAIN_MAIL_FROM, which may carry a
// display name, and REGAIN_MAIL_HELO. Roots are who vouches for the server, nil those whom the system
// knows.
type Setup struct {
	Mail, From, Helo string
	Roots            *x509.CertPool
}

// New makes the way to the server or the folder that s names.
func New(s Setup) (Sender, error) {
	author, err := netmail.ParseAddress(s.From)
	if err != nil || !mailable(author.Address) {
		return nil, errors.New("REGAIN_MAIL_FROM: not an address such as " +
			"\"Example Market <protect@market.example>\"")
	}
	if path, ok := strings.CutPrefix(s.Mail, "dir:"); ok {
		return newDirSender(path, author)
	}
	return newSMTPSender(s, author)
}

// Address is the bare address of a sender as REGAIN_MAIL_FROM names it; "" of none.
func Address(from string) string {
	author, err := netmail.ParseAddress(from)
	if err != nil {
		return ""
	}
	return author.Address
}

// compose puts a notice into the words and headers of a mail.
func compose(n notice.Notice, e notice.Envelope, site mail.Site) (Message, error) {
	written, err := mail.Render(n, e, site)
	if err != nil {
		return Message{}, err
	}
	return Message{ID: messageID(e.ID, site.BaseURL), To: e.To, Language: written.Language.Tag,
		Subject: written.Subject, Text: written.Text, HTML: written.HTML, Notice: string(n.Kind()),
		Code: e.Code, Date: e.QueuedAt, Answer: notice.IsAnswer(n.Kind())}, nil
}

// messageID is the same for every try at one mail.
func messageID(id, baseURL string) string { return id + "@" + Host(baseURL) }

// Host is what the ids of the mails of a portal end in, behind the "@".
func Host(baseURL string) string {
	host := "localhost"
	if u, err := url.Parse(baseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	if strings.Contains(host, ":") {
		host = "[IPv6:" + host + "]"
	}
	return host
}

// mailable refuses what mail servers are known to read differently: quoted local parts, names,
// comments, line breaks. Such an address could send a link somewhere else.
func mailable(address string) bool {
	parsed, err := netmail.ParseAddress(address)
	return err == nil && parsed.Address == address && oneLine(address)
}

func oneLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

// flowedText is plain text whose paragraphs fit every screen (RFC 3676), as views/mail writes it.
const flowedText gomail.ContentType = "text/plain; format=flowed"

// check refuses what cannot be mailed, for good.
func (m Message) check() error {
	if !mailable(m.To) {
		return notice.Permanent{Err: errors.New("the recipient's address is not one to mail to")}
	}
	for _, header := range []string{m.ID, m.Language, m.Subject, m.Notice, m.Code, m.Seal} {
		if !oneLine(header) {
			return notice.Permanent{Err: errors.New("line break in a mail header")}
		}
	}
	return nil
}

// buildMail makes the multipart message of what was checked. Text that goes out as 8bit keeps each line
// as it is, so that the link stays in one piece.
func buildMail(m Message, from *netmail.Address, encoding gomail.Encoding) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding))
	msg.FromMailAddress(from)
	msg.ToMailAddress(&netmail.Address{Address: m.To})
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	auto := "auto-generated"
	if m.Answer {
		auto = "auto-replied"
	}
	msg.SetGenHeader("Auto-Submitted", auto)
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	msg.SetGenHeader(gomail.HeaderContentLang, m.Language)
	msg.SetGenHeader("X-Regain-Notice", m.Notice)
	msg.SetGenHeader("X-Regain-Message", m.Code)
	msg.SetGenHeader(mailproof.SealField, m.Seal)
	msg.SetBodyString(flowedText, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg
}

// dirSender writes each mail into a folder, as a file that is named by the mail's id.
type dirSender struct {
	path string
	from *netmail.Address
}

func newDirSender(path string, from *netmail.Address) (Sender, error) {
	if path == "" {
		return nil, errors.New("REGAIN_MAIL: dir: without a folder")
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("REGAIN_MAIL: %w", err)
	}
	return dirSender{path, from}, nil
}

// Send writes the file whole or not at all. Sending a mail again replaces it.
func (d dirSender) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	var text bytes.Buffer
	if _, err := buildMail(m, d.from, gomail.NoEncoding).WriteTo(&text); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	id, _, _ := strings.Cut(m.ID, "@")
	return d.write(id, bytes.ReplaceAll(text.Bytes(), []byte("\r\n"), []byte("\n")))
}

// write goes through os.Root, so that no id leads out of the folder.
func (d dirSender) write(id string, text []byte) error {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	defer root.Close()
	part := "." + id + ".part"
	err = writeSynced(root, part, text)
	if err == nil {
		err = root.Rename(part, id+".eml")
	}
	if err != nil {
		_ = root.Remove(part) // the first error is the one to tell
		return fmt.Errorf("mail folder: %w", err)
	}
	return nil
}

func writeSynced(root *os.Root, name string, text []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func (d dirSender) Check(context.Context) error {
	f, err := os.CreateTemp(d.path, ".check-*")
	if err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Close implements Sender.
func (dirSender) Close() error { return nil }
