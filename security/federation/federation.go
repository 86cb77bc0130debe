// Package federation is whose word counts about who somebody is: the issuers of organisations and of the
// console (OpenID Connect), what they say, and what follows from it. It decides on claims whose signature
// was verified; it knows no network. Who is signed in by them stands in the rooms above.
package federation

import (
	"context"
	"time"
)

// Issuers is the network side of OpenID Connect. Its errors are a *Fault, and security.ErrUnavailable,
// wrapped, where an issuer is down, slow, or answers what no issuer does. It keeps nothing of what it
// is asked for but metadata and keys.
type Issuers interface {
	// Begin is the address at x to which a browser is sent with a question (OpenID Connect Core 1.0
	// §3.1.2.1), with response_type=code, PKCE by S256 and the redirect_uri of Redirect.
	Begin(ctx context.Context, x Issuer, q Question) (address string, err error)
	// Exchange redeems the code of an answer and verifies the ID token: issuer, audience and azp,
	// algorithm, signature, exp, nbf, iat with a minute of skew, nonce; auth_time is there and is no
	// older than MaxAge, if the question asked for one; Answer.Issuer is x.URL, and it is there if x
	// says that it sends it (RFC 9207).
	Exchange(ctx context.Context, x Issuer, a Answer) (Claims, error)
	// VerifyLogout verifies a logout token, which is from one of these (OpenID Connect Back-Channel
	// Logout 1.0 §2.6): typ if there is one, iss, aud, alg, signature, iat, exp, events, sub or sid,
	// no nonce. Whether it was used before is not known here.
	VerifyLogout(ctx context.Context, among []Issuer, token string) (Logout, error)
	// EndSession is the address at x to which a browser is sent that signed out here (OpenID Connect
	// RP-Initiated Logout 1.0 §2), with client_id and post_logout_redirect_uri back; "" where x has
	// none. hint is a sub or sid that says who; back is a path of the portal, or of the
	// console where x is its issuer, which x has to know.
	EndSession(ctx context.Context, x Issuer, hint, back string) (address string, err error)
}

// Redirect is the path of the portal to which issuers send owners back, RedirectStaff that of the
// console, LogoutPath where issuers tell of a sign-out, and OutPath and OutPathStaff to which they send a
// browser back that signed out there too.
const (
	Redirect      = "/signin/sso/callback"
	RedirectStaff = "/staff/signin/sso/callback"
	LogoutPath    = "/sso/logout"
	OutPath       = "/signin"
	OutPathStaff  = "/staff/signin"
)

// Issuer is one whose word is believed about the members of an organisation, or about staff.
type Issuer struct {
	ID           string // of the row; also what ClientSecret is sealed for
	URL          string // exactly as "iss" says it
	ClientID     string
	ClientSecret string   // in the clear; "" for a public client
	Scopes       []string // without openid, which is always asked for
	// Claim is the name of the claim by which an account is found the first time: ClaimEmail, or one
	// that is the id of the account at the marketplace, such as "sub".
	Claim string
	// ACR and AMR are the values that say that a second factor was shown. ACR is asked for as
	// acr_values. Any one of either is enough; none at all means that it never is.
	ACR, AMR     []string
	Organisation string // id; "" is the console
	TrustedAt    time.Time
}

// linked is the name of an issuer in links. The same company may vouch for its staff and for the members of
// an organisation, and who is one person there is two here.
func (x Issuer) linked() string {
	if x.Organisation == "" {
		return "staff " + x.URL
	}
	return x.URL
}

// ClaimEmail is the claim whose value is an address, which counts only if email_verified says so.
const ClaimEmail = "email"

// Question is what an issuer is asked.
type Question struct {
	Redirect string // one of the paths above; the network side puts the base URL before it
	State    string
	Nonce    string
	Verifier string // of PKCE, 43 to 128 characters; what is sent is its S256 challenge
	// Anew asks for a proof of this moment: prompt=login and max_age=0.
	Anew bool
	// MaxAge is max_age where Anew is false; 0 asks for none.
	MaxAge time.Duration
	Hint   string // login_hint; "" for none
}

// Answer is what a browser brought back.
type Answer struct {
	Redirect, Code  string // Redirect as in the Question
	Verifier, Nonce string // likewise
	Issuer          string // "iss" of the callback; "" where there was none
	Anew            bool   // as in the Question
	MaxAge          time.Duration
}

// Claims is what an ID token says that was verified.
type Claims struct {
	Issuer, Subject string
	Value           string // of Issuer.Claim, of the ID token; "" if there is none or it is no text
	Email           string // "" for none
	EmailVerified   bool   // true only for the JSON value true, or the text "true"
	AuthTime        time.Time
	ACR             string
	AMR             []string
	SessionID       string // sid
	IssuedAt        time.Time
	ExpiresAt       time.Time
}

// Logout is what a logout token says that was verified.
type Logout struct {
	Issuer             Issuer
	Subject, SessionID string // at least one
	ID                 string // jti
	IssuedAt           time.Time
	ExpiresAt          time.Time
}

// Code is why an answer or a token is not taken. It is on the audit trail and in the log of operators;
// nobody else is told more than that it did not work.
type Code string

// The codes.
const (
	BadToken     Code = "token"     // no JWT, or one that cannot be read
	BadAlgorithm Code = "algorithm" // none, symmetric, or one that the issuer does not announce
	BadSignature Code = "signature"
	BadKey       Code = "key" // a kid that the issuer does not have, after asking anew
	BadIssuer    Code = "issuer"
	BadAudience  Code = "audience" // aud, azp
	BadNonce     Code = "nonce"
	BadTime      Code = "time" // exp, nbf, iat
	BadAuthTime  Code = "auth_time"
	BadSubject   Code = "subject"      // sub missing or over 255 characters
	BadType      Code = "type"         // typ of a logout token
	BadEvents    Code = "events"       // of a logout token
	BadAnswer    Code = "answer"       // the token endpoint refused the code
	BadCallback  Code = "callback_iss" // iss of the callback
	BadDiscovery Code = "discovery"    // metadata of another issuer, or without what is needed
)

// Fault is the answer to what is not taken. Nothing that was sent is in it.
type Fault struct{ Code Code }

// Error makes Fault an error.
func (f *Fault) Error() string { return string(f.Code) }
