package oidc

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4/json" // tells letters of names apart, and refuses a name that comes twice

	"regain/security"
	"regain/security/federation"
)

// Bounds of what a token says.
const (
	maxSubject = 255  // characters (OpenID Connect Core 1.0 §2)
	maxText    = 2000 // of any other claim
	maxNames   = 50
	lastTime   = 1 << 40 // seconds; more is no time to reckon with
)

// logoutEvent is what a logout token tells of.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// verified is what a token says.
type verified struct {
	all             map[string]any
	issuer, subject string
	audience        []string
	issued, expires time.Time
	token           *oidc.IDToken // of the library
}

// read reads the claims that every token has.
func read(payload []byte) (*verified, federation.Code) {
	v := &verified{}
	if !utf8.Valid(payload) || json.Unmarshal(payload, &v.all) != nil || v.all == nil {
		return nil, federation.BadToken
	}
	var issued, expires bool
	v.issuer, v.subject, v.audience = v.text("iss"), v.text("sub"), v.names("aud")
	v.issued, issued = v.time("iat")
	v.expires, expires = v.time("exp")
	_, there := v.all["sub"]
	switch {
	case v.issuer == "":
		return nil, federation.BadIssuer
	case v.audience == nil:
		return nil, federation.BadAudience
	case !issued || !expires:
		return nil, federation.BadTime
	case there && (v.subject == "" || utf8.RuneCountInString(v.subject) > maxSubject):
		return nil, federation.BadSubject
	}
	return v, ""
}

// check tells what is wrong with a token, beside its signature; "" when nothing is.
func (v *verified) check(w want, now time.Time) federation.Code {
	party, named := v.all["azp"]
	before, limited := v.time("nbf")
	_, saysBefore := v.all["nbf"]
	switch {
	case v.issuer != w.URL:
		return federation.BadIssuer
	case !slices.Contains(v.audience, w.ClientID), named && party != w.ClientID,
		!named && len(v.audience) > 1:
		return federation.BadAudience
	case !now.Before(v.expires.Add(skew)), v.issued.After(now.Add(skew)), !v.expires.After(v.issued),
		now.Sub(v.issued) > oldest+skew, saysBefore && (!limited || before.After(now.Add(skew))):
		return federation.BadTime
	case w.logout:
		return v.checkLogout()
	case v.subject == "":
		return federation.BadSubject
	}
	return ""
}

// checkLogout tells what is wrong with a logout token.
func (v *verified) checkLogout() federation.Code {
	events, _ := v.all["events"].(map[string]any)
	_, told := events[logoutEvent].(map[string]any)
	_, nonce := v.all["nonce"]
	switch {
	case !told || nonce:
		return federation.BadEvents
	case v.text("jti") == "":
		return federation.BadToken
	case v.subject == "" && v.text("sid") == "":
		return federation.BadSubject
	}
	return ""
}

// claims are those of an ID token that answers what was asked.
func (v *verified) claims(at federation.Issuer, a federation.Answer, access string, now time.Time) (
	federation.Claims, error) {
	c := federation.Claims{Issuer: v.issuer, Subject: v.subject, Value: v.text(at.Claim),
		Email: v.text("email"), ACR: v.text("acr"), AMR: v.names("amr"), SessionID: v.text("sid"),
		IssuedAt: v.issued, ExpiresAt: v.expires}
	c.EmailVerified = v.all["email_verified"] == true || v.all["email_verified"] == "true"
	fault := func(code federation.Code) (federation.Claims, error) {
		return federation.Claims{}, &federation.Fault{Code: code}
	}
	nonce := v.text("nonce")
	if nonce == "" || subtle.ConstantTimeCompare([]byte(nonce), []byte(a.Nonce)) != 1 {
		return fault(federation.BadNonce)
	}
	if v.token.AccessTokenHash != "" && v.token.VerifyAccessToken(access) != nil {
		return fault(federation.BadToken)
	}
	var told bool
	c.AuthTime, told = v.time("auth_time")
	_, says := v.all["auth_time"]
	most := a.MaxAge
	if a.Anew {
		most = federation.TripLife // whoever asked knows since when
	}
	if says && (!told || c.AuthTime.After(now.Add(skew))) ||
		most > 0 && (!told || now.Sub(c.AuthTime) > most+skew) {
		return fault(federation.BadAuthTime)
	}
	return c, nil
}

// text is a claim that is text, of bounded length, with nothing forbidden in it; "" if it is not that.
func (v *verified) text(name string) string { return plain(v.all[name]) }

func plain(v any) string {
	s, _ := v.(string)
	if len(s) > maxText || strings.ContainsFunc(s, security.Forbidden) {
		return ""
	}
	return s
}

// names is a claim that is one name, or a list of them; nil if it is neither.
func (v *verified) names(name string) (all []string) {
	list, ok := v.all[name].([]any)
	if !ok {
		list = []any{v.all[name]}
	}
	if len(list) > maxNames {
		return nil
	}
	for _, one := range list {
		s := plain(one)
		if s == "" {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// time is a claim that is a moment, in seconds since 1970.
func (v *verified) time(name string) (time.Time, bool) {
	seconds, ok := v.all[name].(float64)
	if !ok || seconds < 0 || seconds > lastTime {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}
