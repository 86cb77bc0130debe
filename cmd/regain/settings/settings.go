// Package settings reads the configuration of the portal and tells every fault of it at once.
package settings

import (
	"crypto/x509"
	"net/netip"
	"slices"
	"time"

	"regain/cmd/regain/depot"
	"regain/security"
	"regain/security/federation"
	"regain/security/password"
	"regain/security/receiver"
	"regain/security/weblink"
	"regain/views/authorities"
	"regain/views/words"
)

// Settings are the configuration, read and checked. What is at fault has its
// zero value; Need tells.
type Settings struct {
	Strays                []string // variables that look like settings and are none
	Listen, MetricsListen string
	APIListen             string   // "" when it has the same listener
	BaseURL               string   // origin without a slash at the end
	BaseHost              string   // with the port, as people see it
	StaffURL              string   // origin of the staff console; the same if none of its own is set
	Database              string   // with the authorities that vouch for the server
	Replica               string   // of it, likewise; "" for none
	Secrets               [][]byte // newest first
	Mail, MailFrom        string
	MailRoots             *x509.CertPool // nil: those of the system
	MailHelo              string
	MailCouriers          int
	Brand, HostURL        string
	OurHosts              weblink.Hosts // whose links are ours
	SupportEmail          string
	EscalationEmail       string
	AbuseEmail            string
	Languages             words.Languages  // with the words that replace ours
	Authorities           authorities.List // that replace ours; nil for those
	ReplyEmail            string
	Inbound               Inbound
	TrustedProxies        []netip.Prefix
	WebhookAllow          []netip.Prefix
	SignalActions         receiver.Actions
	MinLength             int
	MinLengthMFA          int
	BreachFile, BreachURL string // at most one of them
	Geo                   string
	LinkLockout           time.Duration
	LinkRequested         time.Duration
	CodeTTL               time.Duration
	EscalateAfter         time.Duration
	StaffSettled          time.Duration
	ReproofWait           time.Duration
	Keep                  security.Keep
	Files                 depot.Setup
	TwoFactorRequired     bool
	StaffPasskeyRequired  bool
	StaffIssuer           federation.Issuer // by which staff sign in; its URL is "" for none
	StaffSSOOnly          bool
	Preload               bool // of HSTS
	TLS                   TLS

	faults faults
	weak   Error
}

// Read reads and checks what was typed.
func (c Config) Read() *Settings {
	s := &Settings{Mail: c.Mail, Geo: c.Geo}
	f := &s.faults
	plain, speaks := f.plainHTTP(c.PlainHTTP), c.TLS != ""
	s.Listen = f.address("REGAIN_LISTEN", c.Listen, plain || speaks)
	s.MetricsListen = f.address("REGAIN_METRICS_LISTEN", c.MetricsListen, plain)
	s.APIListen = f.address("REGAIN_API_LISTEN", c.APIListen, plain || speaks)
	s.BaseURL, s.BaseHost = f.origin("REGAIN_BASE_URL", c.BaseURL)
	s.StaffURL = f.staffOrigin(c.StaffBaseURL, s.BaseURL)
	s.TLS = f.tls(c, s.BaseURL, s.StaffURL)
	s.Preload = f.choice("REGAIN_HSTS", c.HSTS, "subdomains", "preload")
	s.Database = f.database("REGAIN_DATABASE", c.Database, c.DatabaseCA)
	s.Replica = f.replica(c.DatabaseReplica, c.Database, c.DatabaseCA)
	s.Secrets = f.secrets(c.Secret, c.SecretFile)
	s.weak = weakness(s.Secrets)
	f.mail(c.Mail)
	s.MailRoots = f.authorities("REGAIN_MAIL_CA", c.MailCA)
	s.MailFrom = f.sender(c.MailFrom, s.BaseURL)
	s.MailHelo = f.helo(c.MailHelo, s.BaseURL)
	s.MailCouriers = f.number("REGAIN_MAIL_COURIERS", c.MailCouriers, 1, mostCouriers)
	s.Brand = f.brand(c.Brand)
	s.HostURL = f.home(c.HostURL)
	s.OurHosts = f.ourHosts(c.OurHosts, s.BaseURL, s.HostURL)
	s.SupportEmail = f.email("REGAIN_SUPPORT_EMAIL", c.SupportEmail)
	s.EscalationEmail = f.email("REGAIN_ESCALATION_EMAIL", c.EscalationEmail)
	s.AbuseEmail = f.email("REGAIN_ABUSE_EMAIL", c.AbuseEmail)
	s.Languages, s.Authorities = f.words(c.Words)
	s.ReplyEmail = f.reply(c.ReplyEmail, s.AbuseEmail)
	s.Inbound = f.inbound(c.InboundListen, s.AbuseEmail+s.ReplyEmail)
	s.TrustedProxies = f.networks("REGAIN_TRUSTED_PROXIES", c.TrustedProxies)
	s.WebhookAllow = f.networks("REGAIN_WEBHOOK_ALLOW", c.WebhookAllow)
	s.SignalActions = f.signalActions(c.SignalActions)
	s.MinLength = f.number("REGAIN_PASSWORD_MIN_LENGTH", c.PasswordMinLength,
		password.FloorRunes, longestMinimum)
	s.MinLengthMFA = f.number("REGAIN_PASSWORD_MIN_LENGTH_MFA", c.PasswordMinLengthMFA,
		password.FloorRunes, longestMinimum)
	s.BreachFile, s.BreachURL = f.breachList(c.BreachList)
	f.file("REGAIN_GEO", c.Geo)
	s.LinkLockout = f.life("REGAIN_LINK_TTL_LOCKOUT", c.LinkTTLLockout)
	s.LinkRequested = f.life("REGAIN_LINK_TTL_REQUESTED", c.LinkTTLRequested)
	s.CodeTTL = f.life("REGAIN_CODE_TTL", c.CodeTTL)
	s.EscalateAfter = f.duration("REGAIN_ESCALATE_AFTER", c.EscalateAfter)
	s.StaffSettled = f.age("REGAIN_STAFF_SETTLED", c.StaffSettled, 0)
	s.ReproofWait = f.age("REGAIN_REPROOF_WAIT", c.ReproofWait, 0)
	s.Keep, s.Files = f.keep(c), f.files(c)
	s.TwoFactorRequired = f.choice("REGAIN_TWO_FACTOR", c.TwoFactor, "recommended", "required")
	s.StaffPasskeyRequired = f.staffPasskeys(c.StaffPasskeys, s.StaffURL)
	s.StaffIssuer = f.staffIssuer(c)
	s.StaffSSOOnly = f.choice("REGAIN_STAFF_SIGNIN", c.StaffSignIn, "password", "sso")
	if s.StaffSSOOnly && c.StaffOIDC == "" {
		f.add("REGAIN_STAFF_SIGNIN", "is sso, and REGAIN_STAFF_OIDC names no issuer")
	}
	return s
}

// NeedToServe returns the faults of every setting, and those that only the demo may have.
func (s *Settings) NeedToServe() error {
	if bad := append(slices.Clone(s.faults.all), s.weak...); bad != nil {
		return bad
	}
	return nil
}

// Need returns the faults of the named settings, nil when there are none. No
// names at all mean every setting.
func (s *Settings) Need(names ...string) error {
	var bad Error
	for _, f := range s.faults.all {
		if len(names) == 0 || slices.Contains(names, f.name) {
			bad = append(bad, f)
		}
	}
	if bad == nil {
		return nil
	}
	return bad
}
