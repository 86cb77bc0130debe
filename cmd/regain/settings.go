package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regain/security"
	"regain/security/password"
	"regain/security/password/breach"
	"regain/security/token"
)

// settings is the configuration, read and checked. What is at fault has its
// zero value; need tells.
type settings struct {
	listen, metricsListen string
	baseURL               string // origin without a slash at the end
	baseHost              string // with the port, as people see it
	database              string
	secret                []byte
	mail, mailFrom        string
	brand, hostURL        string
	supportEmail          string
	escalationEmail       string
	abuseEmail            string
	trustedProxies        []netip.Prefix
	minLength             int
	minLengthMFA          int
	breachFile, breachURL string // at most one of them
	geo                   string
	linkLockout           time.Duration
	linkRequested         time.Duration
	codeTTL               time.Duration
	escalateAfter         time.Duration
	keep                  security.Keep
	twoFactorRequired     bool

	faults faults
}

// longestLife bounds everything that lets somebody in by mail.
const longestLife = 24 * time.Hour

func (c config) settings() *settings {
	s := &settings{database: c.Database, mail: c.Mail, geo: c.Geo}
	f := &s.faults
	s.listen = f.address("REGAIN_LISTEN", c.Listen)
	s.metricsListen = f.address("REGAIN_METRICS_LISTEN", c.MetricsListen)
	s.baseURL, s.baseHost = f.origin(c.BaseURL)
	f.database(c.Database)
	s.secret = f.secret(c.Secret, c.SecretFile)
	f.mail(c.Mail)
	s.mailFrom = f.sender(c.MailFrom, s.baseURL)
	s.brand = f.brand(c.Brand)
	s.hostURL = f.home(c.HostURL)
	s.supportEmail = f.email("REGAIN_SUPPORT_EMAIL", c.SupportEmail)
	s.escalationEmail = f.email("REGAIN_ESCALATION_EMAIL", c.EscalationEmail)
	s.abuseEmail = f.email("REGAIN_ABUSE_EMAIL", c.AbuseEmail)
	s.trustedProxies = f.networks(c.TrustedProxies)
	s.minLength = f.length("REGAIN_PASSWORD_MIN_LENGTH", c.PasswordMinLength)
	s.minLengthMFA = f.length("REGAIN_PASSWORD_MIN_LENGTH_MFA", c.PasswordMinLengthMFA)
	s.breachFile, s.breachURL = f.breachList(c.BreachList)
	f.file("REGAIN_GEO", c.Geo)
	s.linkLockout = f.life("REGAIN_LINK_TTL_LOCKOUT", c.LinkTTLLockout)
	s.linkRequested = f.life("REGAIN_LINK_TTL_REQUESTED", c.LinkTTLRequested)
	s.codeTTL = f.life("REGAIN_CODE_TTL", c.CodeTTL)
	s.escalateAfter = f.duration("REGAIN_ESCALATE_AFTER", c.EscalateAfter)
	s.keep = f.keep(c)
	s.twoFactorRequired = f.twoFactor(c.TwoFactor)
	return s
}

func (f *faults) address(name, v string) string {
	if v == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(v)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || numErr != nil || n > 65535 {
		f.add(name, "want HOST:PORT, such as 127.0.0.1:8080")
		return ""
	}
	return v
}

// origin reads the base URL. Every link is built from it, so it has to be one
// that nobody on the way can read.
func (f *faults) origin(v string) (origin, host string) {
	const name = "REGAIN_BASE_URL"
	if v == "" {
		f.add(name, "is not set; want the public origin, such as https://protect.example.com")
		return "", ""
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add(name, "want an origin such as https://protect.example.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		f.add(name, "want the origin alone, without a path")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		f.add(name, "http:// is for loopback only; want https://")
	default:
		host = strings.ToLower(u.Host)
		return u.Scheme + "://" + host, host
	}
	return "", ""
}

func (f *faults) database(v string) {
	path, sqlite := strings.CutPrefix(v, "sqlite:")
	postgres := strings.HasPrefix(v, "postgres://") || strings.HasPrefix(v, "postgresql://")
	if !postgres && (!sqlite || path == "") {
		f.add("REGAIN_DATABASE", "want sqlite:PATH or postgres://…")
	}
}

// maxSecretFile keeps a wrong path, such as that of a device, from being read
// without end.
const maxSecretFile = 4 << 10

func (f *faults) secret(v, path string) []byte {
	const name, fileName = "REGAIN_SECRET", "REGAIN_SECRET_FILE"
	switch {
	case v != "" && path != "":
		f.add(name, "is set beside REGAIN_SECRET_FILE; set one of them")
		return nil
	case v == "" && path == "":
		f.add(name, "is not set; make one with: openssl rand -base64 32")
		return nil
	case path == "":
		return f.decode(name, v)
	}
	text, err := readSmall(path)
	if err != nil {
		f.add(name, "cannot be read from the file")
		f.add(fileName, "%v", err)
		return nil
	}
	return f.decode(name, text)
}

func readSmall(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	if err == nil && len(text) > maxSecretFile {
		err = errors.New("the file is too large to be a secret")
	}
	return string(text), err
}

func (f *faults) decode(name, v string) []byte {
	v = strings.TrimRight(strings.TrimSpace(v), "=")
	v = strings.NewReplacer("-", "+", "_", "/").Replace(v)
	secret, err := base64.RawStdEncoding.DecodeString(v)
	switch {
	case err != nil:
		f.add(name, "is not base64")
	case len(secret) < token.MinSecret:
		f.add(name, "is shorter than %d bytes", token.MinSecret)
	default:
		return secret
	}
	return nil
}

func (f *faults) mail(v string) {
	if v == "" || strings.HasPrefix(v, "dir:") && v != "dir:" {
		return
	}
	if _, err := newSMTPSender(v, &netmail.Address{}); err != nil {
		f.add("REGAIN_MAIL", "%s", strings.TrimPrefix(err.Error(), "REGAIN_MAIL: "))
	}
}

func (f *faults) sender(v, baseURL string) string {
	if v == "" {
		host := "localhost"
		if u, err := url.Parse(baseURL); err == nil && net.ParseIP(u.Hostname()) == nil {
			host = u.Hostname()
		}
		return "no-reply@" + host
	}
	a, err := netmail.ParseAddress(v)
	if err != nil || !security.ValidEmail(a.Address) {
		f.add("REGAIN_MAIL_FROM", "want an address such as Example Market <no-reply@example.com>")
	}
	return v
}

// maxBrand keeps mails' subjects and the titles of pages readable.
const maxBrand = 60

func (f *faults) brand(v string) string {
	v = strings.TrimSpace(v)
	if v == "" || utf8.RuneCountInString(v) > maxBrand ||
		!utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl) {
		f.add("REGAIN_BRAND", "want a name of at most %d characters", maxBrand)
	}
	return v
}

func (f *faults) home(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.User != nil ||
		u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		f.add("REGAIN_HOST_URL", "want an address such as https://www.example.com")
	}
	return v
}

func (f *faults) email(name, v string) string {
	if v != "" && !security.ValidEmail(v) {
		f.add(name, "is not an e-mail address")
	}
	return v
}

func (f *faults) networks(v string) []netip.Prefix {
	var all []netip.Prefix
	for _, one := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(one)
		if a, addrErr := netip.ParseAddr(one); err != nil && addrErr == nil && a.Zone() == "" {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			f.add("REGAIN_TRUSTED_PROXIES", "%q is no network such as 10.0.0.0/8", one)
			continue
		}
		all = append(all, p.Masked())
	}
	return all
}

// longestMinimum: people must be able to choose what the rules ask for.
const longestMinimum = 64

func (f *faults) length(name, v string) int {
	n, err := strconv.Atoi(v)
	if err != nil || n < password.FloorRunes || n > longestMinimum {
		f.add(name, "want a number from %d to %d", password.FloorRunes, longestMinimum)
		return 0
	}
	return n
}

func (f *faults) breachList(v string) (path, address string) {
	const name = "REGAIN_BREACH_LIST"
	if v == "" {
		return "", ""
	}
	if address, ok := strings.CutPrefix(v, "hibp:"); ok {
		if _, err := breach.HIBP(address, nil); err != nil {
			f.add(name, "%v", err)
		}
		return "", address
	}
	path, ok := strings.CutPrefix(v, "file:")
	if !ok || path == "" {
		f.add(name, "want file:PATH or hibp:URL")
		return "", ""
	}
	f.file(name, path)
	return path, ""
}

func (f *faults) file(name, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	if err != nil {
		f.add(name, "%v", err)
	}
}

func (f *faults) life(name, v string) time.Duration {
	d := f.duration(name, v)
	if d > longestLife {
		f.add(name, "want at most 24h")
		return 0
	}
	return d
}

func (f *faults) duration(name, v string) time.Duration {
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Second {
		f.add(name, "want a duration such as 24h, 90m or 30s")
		return 0
	}
	return d
}

const day = 24 * time.Hour

// The least that is kept. What is younger than security.Review is shown, judged and frozen at a
// lockout; links are told from unknown ones for some days after their end.
const (
	leastKept      = security.Review
	leastKeptLinks = 7 * day
)

func (f *faults) keep(c config) security.Keep {
	return security.Keep{
		Logins:   f.age("REGAIN_KEEP_LOGINS", c.KeepLogins, leastKept),
		Links:    f.age("REGAIN_KEEP_LINKS", c.KeepLinks, leastKeptLinks),
		Mails:    f.age("REGAIN_KEEP_MAILS", c.KeepMails, leastKept),
		Sessions: f.age("REGAIN_KEEP_SESSIONS", c.KeepSessions, leastKept),
	}
}

// longestAge is a hundred years: what is above it is a mistake, and would not fit much longer.
const longestAge = 36_500 * day

func (f *faults) age(name, v string, least time.Duration) time.Duration {
	d, err := parseAge(v)
	if err != nil || d < least || d > longestAge {
		f.add(name, "want an age such as 400d or 9600h, at least %dd", least/day)
		return 0
	}
	return d
}

// parseAge reads a duration, or a whole number of days such as 400d.
func parseAge(v string) (time.Duration, error) {
	days, ok := strings.CutSuffix(v, "d")
	if !ok {
		return time.ParseDuration(v)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	return time.Duration(n) * day, err
}

func (f *faults) twoFactor(v string) bool {
	if v != "recommended" && v != "required" {
		f.add("REGAIN_TWO_FACTOR", "want recommended or required")
	}
	return v == "required"
}
