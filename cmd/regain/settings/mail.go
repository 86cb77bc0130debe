package settings

import (
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"regain/security"
	"regain/security/identifier"
)

func (f *faults) mail(v string) {
	if v == "" || strings.HasPrefix(v, "dir:") && v != "dir:" {
		return
	}
	if _, err := ParseMailServer(v); err != nil {
		f.add("REGAIN_MAIL", "%s", strings.TrimPrefix(err.Error(), "REGAIN_MAIL: "))
	}
}

func (f *faults) sender(v, baseURL string) string {
	if v == "" {
		host := hostOf(baseURL)
		if strings.HasPrefix(host, "[") {
			host = "localhost"
		}
		return "no-reply@" + host
	}
	a, err := netmail.ParseAddress(v)
	if err == nil {
		v = strings.ReplaceAll(v, a.Address, identifier.Mailbox(a.Address))
		a, err = netmail.ParseAddress(v)
	}
	if err != nil || !security.ValidEmail(a.Address) {
		f.add("REGAIN_MAIL_FROM", "want an address such as Example Market <no-reply@example.com>")
	}
	return v
}

// mostCouriers is how many connections a mail server may well refuse to one client.
const mostCouriers = 32

var greeting = regexp.MustCompile(
	`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[a-z0-9.:]+\])$`)

// helo is the name that the portal greets mail servers with: a host, or an address in brackets
// (RFC 5321 §4.1.3).
func (f *faults) helo(v, baseURL string) string {
	if v == "" {
		return hostOf(baseURL)
	}
	if !greeting.MatchString(v) {
		f.add("REGAIN_MAIL_HELO", "want a host name such as protect.example.com, or [192.0.2.1]")
	}
	return v
}

// hostOf is the host of the base URL as mail servers want to read it.
func hostOf(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	switch ip := net.ParseIP(u.Hostname()); {
	case ip == nil:
		return u.Hostname()
	case ip.To4() == nil:
		return "[IPv6:" + ip.String() + "]"
	default:
		return "[" + ip.String() + "]"
	}
}

func (f *faults) email(name, v string) string {
	if v = identifier.Mailbox(v); v != "" && !security.ValidEmail(v) {
		f.add(name, "%q is no e-mail address", v)
	}
	return v
}

// MailServer is a mail server as REGAIN_MAIL names it.
type MailServer struct {
	Host           string
	Port           int
	Implicit       bool   // TLS from the first byte, not by STARTTLS
	User, Password string // both or none
}

// ErrMail does not repeat the setting, nor what the URL parser says of it: both hold the
// password.
var ErrMail = errors.New("REGAIN_MAIL: not smtp://user:password@host:587, " +
	"smtps://user:password@host:465 or dir:PATH; special characters of the user and the " +
	"password are written as %XX")

// ParseMailServer reads an smtp or smtps setting. Its only error is ErrMail.
func ParseMailServer(setting string) (MailServer, error) {
	u, err := url.Parse(setting)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" {
		return MailServer{}, ErrMail
	}
	m := MailServer{Host: u.Hostname(), User: u.User.Username()}
	m.Password, _ = u.User.Password()
	if (m.User == "") != (m.Password == "") {
		return MailServer{}, ErrMail
	}
	switch u.Scheme {
	case "smtp":
		m.Port = 587
	case "smtps":
		m.Port, m.Implicit = 465, true
	default:
		return MailServer{}, ErrMail
	}
	if u.Port() != "" {
		if m.Port, err = strconv.Atoi(u.Port()); err != nil || m.Port < 1 || m.Port > 65535 {
			return MailServer{}, ErrMail
		}
	}
	return m, nil
}
