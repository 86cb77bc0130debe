package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"regain/cmd/regain/settings"
	"regain/security/notice"
)

// How long a mail server may take to answer a connection, and for one whole mail.
const (
	connectTime = 10 * time.Second
	mailTime    = 30 * time.Second
)

// smtpSender hands mails to a mail server, on a connection of its own for each.
type smtpSender struct {
	settings.MailServer
	from *netmail.Address
	tls  *tls.Config
	// dial connects to the server; tests lead it to a server of their own.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func newSMTPSender(setting string, from *netmail.Address, roots *x509.CertPool) (Sender, error) {
	server, err := settings.ParseMailServer(setting)
	if err != nil {
		return nil, err
	}
	// Nobody stands between the portal and its own machine, where certificates are self-made.
	near := roots == nil && settings.Loopback(server.Host)
	return &smtpSender{MailServer: server, from: from,
		tls: &tls.Config{ServerName: server.Host, MinVersion: tls.VersionTLS12,
			RootCAs: roots, InsecureSkipVerify: near},
		dial: (&net.Dialer{Timeout: connectTime}).DialContext}, nil
}

// tlsPolicy demands STARTTLS of every server that has to prove who it is.
func (s *smtpSender) tlsPolicy() gomail.TLSPolicy {
	if s.tls.InsecureSkipVerify {
		return gomail.TLSOpportunistic
	}
	return gomail.TLSMandatory
}

// Send delivers one mail. A recipient or a content that the server refuses with 5xx is refused
// for good; a server that refuses the portal itself (sign-in, sender) is a matter of the set-up
// and worth another try once that is mended.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	if _, err := buildMail(m, s.from, gomail.EncodingQP); err != nil {
		return err
	}
	return s.talk(ctx, func(c *gomail.Client, conn *smtp.Client) error {
		encoding := gomail.EncodingQP
		if ok, _ := conn.Extension("8BITMIME"); ok {
			encoding = gomail.NoEncoding
		}
		msg, err := buildMail(m, s.from, encoding)
		if err != nil {
			return err
		}
		err = c.SendWithSMTPClient(conn, msg)
		if msg.IsDelivered() {
			return nil // what failed came after the server had taken the mail
		}
		return mailRefusal(err)
	})
}

// Check connects, starts TLS, signs in and asks for an answer.
func (s *smtpSender) Check(ctx context.Context) error {
	return s.talk(ctx, func(_ *gomail.Client, conn *smtp.Client) error {
		if err := conn.Noop(); err != nil {
			return s.hidden(err)
		}
		return nil
	})
}

// talk has a conversation with the server, of mailTime at most, that ends with ctx.
func (s *smtpSender) talk(ctx context.Context,
	say func(*gomail.Client, *smtp.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	client, err := s.client(ctx)
	if err != nil {
		return s.hidden(err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if ctx.Err() != nil {
		err = ctx.Err() // says more than the connection that was closed for it
	}
	if err != nil {
		return s.hidden(err)
	}
	err = say(client, conn)
	_ = conn.Quit() // the mail is taken or refused by now
	return err
}

func (s *smtpSender) client(ctx context.Context) (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(mailTime),
		gomail.WithTLSConfig(s.tls), gomail.WithTLSPolicy(s.tlsPolicy()),
		gomail.WithDialContextFunc(s.connect(ctx))}
	if s.Implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

// connect dials such that the connection closes when the conversation's context ends: the
// library looks at a context only while it dials.
func (s *smtpSender) connect(conversation context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(conversation, func() { conn.Close() })
		if !s.Implicit {
			return conn, nil
		}
		secure := tls.Client(conn, s.tls)
		return secure, secure.HandshakeContext(ctx)
	}
}

// hidden is for errors from before the mail itself is spoken of: they may say what the server
// says, but never the password.
func (s *smtpSender) hidden(err error) error {
	text := err.Error()
	if s.Password != "" {
		for _, secret := range []string{s.Password,
			base64.StdEncoding.EncodeToString([]byte(s.Password)),
			base64.StdEncoding.EncodeToString([]byte("\x00" + s.User + "\x00" + s.Password))} {
			text = strings.ReplaceAll(text, secret, "[password]")
		}
	}
	return fmt.Errorf("mail server %s: %s", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), text)
}

// mailRefusal tells where and with which code a mail failed. It leaves out the server's words: some
// filters quote what they object to, which can be the recovery link.
func mailRefusal(err error) error {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return errors.New("mail server: connection lost")
	}
	if failed.ErrorCode() == 0 {
		return fmt.Errorf("mail server: %s: connection lost", failed.Reason)
	}
	code := strings.TrimSpace(fmt.Sprint(failed.ErrorCode(), " ", failed.EnhancedStatusCode()))
	told := fmt.Errorf("mail server: %s: %s", failed.Reason, code)
	switch failed.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		if failed.ErrorCode() >= 500 {
			return notice.Permanent{Err: told}
		}
	}
	return told
}
