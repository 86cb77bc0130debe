package settings

import "strings"

// Config is every setting as it was typed: a flag, or else the environment
// variable of the same name. Everything is text here, so that all faults can be
// told at once; see Settings.
type Config struct {
	Settings             string `placeholder:"FILE" help:"File of settings, NAME=value a line; others win over it."`
	Listen               string `default:"127.0.0.1:8080" help:"Address to listen on."`
	BaseURL              string `name:"base-url" help:"Public origin; http:// only for loopback."`
	StaffBaseURL         string `name:"staff-base-url" help:"Origin of the staff console; the same if not set."`
	Database             string `default:"sqlite:regain.db" help:"sqlite:PATH or postgres://…"`
	DatabaseReplica      string `name:"database-replica" help:"PostgreSQL that follows it; reports are read there."`
	DatabaseCA           string `name:"database-ca" help:"PEM file of those who vouch for PostgreSQL."`
	Secret               string `help:"At least 32 random bytes, base64; several: newest first."`
	SecretFile           string `help:"File that holds it, one a line. Better than the variable."`
	Mail                 string `help:"smtp://user:password@host:587, smtps://… or dir:PATH."`
	MailCA               string `name:"mail-ca" help:"PEM file of those who vouch for the mail server."`
	MailFrom             string `help:"Sender; no-reply@HOST if not set."`
	MailHelo             string `help:"Name in EHLO; the host of the base URL if not set."`
	MailCouriers         string `default:"4" help:"Mails that are under way at once."`
	Brand                string `default:"Example Market" help:"Name of the marketplace."`
	HostURL              string `name:"host-url" help:"Home of the marketplace."`
	OurHosts             string `help:"Hosts that are ours; those of the base and host URL if not set."`
	SupportEmail         string `help:"Where owners reach a person."`
	EscalationEmail      string `help:"Where urgent reviews are asked for."`
	AbuseEmail           string `help:"Where suspicious mails are sent to."`
	Words                string `help:"Folder of words that replace ours."`
	TrustedProxies       string `help:"CIDRs whose X-Forwarded-For counts."`
	WebhookAllow         string `name:"webhook-allow" help:"CIDRs that webhooks may reach, although private."`
	SignalActions        string `name:"signal-actions" help:"What follows from signals: event=action,…"`
	PlainHTTP            string `name:"plain-http" help:"behind-proxy: listen beyond loopback without TLS."`
	TLS                  string `name:"tls" help:"acme, or files:CERT,KEY: speak TLS without a proxy."`
	ACMEDirectory        string `name:"acme-directory" help:"Of the authority that issues certificates; Let's Encrypt if not set."`
	ACMEEmail            string `name:"acme-email" help:"Where the authority may write to."`
	ACMECA               string `name:"acme-ca" help:"PEM file of those who vouch for the authority's server."`
	RedirectListen       string `help:"Listener that sends plain HTTP on to HTTPS, such as :80."`
	HSTS                 string `name:"hsts" default:"subdomains" help:"subdomains, or preload too."`
	PasswordMinLength    string `default:"15" help:"Least characters, never under 8."`
	PasswordMinLengthMFA string `name:"password-min-length-mfa" default:"8" help:"With a second factor."`
	BreachList           string `help:"file:PATH or hibp:URL; built-in if not set."`
	Geo                  string `help:"PATH of an .mmdb with countries."`
	LinkTTLLockout       string `name:"link-ttl-lockout" default:"24h" help:"Life of a lockout link."`
	LinkTTLRequested     string `name:"link-ttl-requested" default:"1h" help:"Life of another link."`
	CodeTTL              string `name:"code-ttl" default:"10m" help:"Life of a code, 24h at most."`
	EscalateAfter        string `default:"72h" help:"Wait before an urgent review."`
	ReproofWait          string `default:"24h" help:"Wait between the second yes and its effect."`
	StaffSettled         string `default:"7d" help:"Age at which staff may be a second person."`
	KeepLogins           string `default:"400d" help:"Age at which sign-ins, activity and alerts go."`
	KeepLinks            string `default:"90d" help:"Age at which links and changes of address go."`
	KeepMails            string `default:"400d" help:"Age at which message codes are forgotten."`
	KeepSessions         string `default:"90d" help:"Age at which sessions that are over go."`
	KeepStrangers        string `default:"30d" help:"Age at which details of what strangers tried go."`
	KeepReports          string `default:"400d" help:"Age at which reports of frauds and their originals go."`
	KeepAttachments      string `default:"400d" help:"Age at which files that came with messages go."`
	Clamd                string `help:"tcp:HOST:PORT or unix:PATH of clamd; without it no files are taken."`
	Attachments          string `help:"dir:PATH or s3://KEY:SECRET@HOST/BUCKET; beside the SQLite file if not set."`
	AttachmentTypes      string `name:"attachment-types" help:"MIME types that are taken; images and PDF if not set."`
	TwoFactor            string `default:"recommended" help:"recommended or required."`
	StaffPasskeys        string `default:"optional" help:"optional, or required of who decides."`
	StaffOIDC            string `name:"staff-oidc" help:"Issuer by which staff sign in (OpenID Connect)."`
	StaffOIDCClient      string `name:"staff-oidc-client" help:"The client that we are there."`
	StaffOIDCSecret      string `name:"staff-oidc-secret" help:"Its secret; none for a public client."`
	StaffOIDCSecretFile  string `name:"staff-oidc-secret-file" help:"File that holds it. Better than the variable."`
	StaffOIDCClaim       string `name:"staff-oidc-claim" default:"email" help:"Claim with the address of a member."`
	StaffOIDCACR         string `name:"staff-oidc-acr" help:"Values of acr that tell of a second factor."`
	StaffOIDCAMR         string `name:"staff-oidc-amr" help:"Values of amr that do."`
	StaffSignIn          string `name:"staff-signin" default:"password" help:"password, or sso: by the issuer alone."`
	MetricsListen        string `help:"Listener for /metrics and health; off if not set."`
	APIListen            string `name:"api-listen" help:"Listener of its own for the API."`
	InboundListen        string `help:"lmtp:HOST:PORT, lmtp:unix:PATH or smtp:…: mail comes in; off if not set."`
	ReplyEmail           string `help:"Address that replies come to; nobody is asked to reply if not set."`
}

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return "REGAIN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Group is the help group of the flags that are settings; other flags
// have no environment variable.
const Group = "Settings (or environment variables: --base-url is REGAIN_BASE_URL)"
