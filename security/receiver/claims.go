package receiver

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json" // tells letters of names apart, and refuses a name that comes twice

	"regain/security"
)

// Code is why a signal is not taken (RFC 8935 §2.4).
type Code string

// The codes of RFC 8935 that are in use here.
const (
	InvalidRequest  Code = "invalid_request"
	InvalidKey      Code = "invalid_key"
	InvalidIssuer   Code = "invalid_issuer"
	InvalidAudience Code = "invalid_audience"
	Unauthentic     Code = "authentication_failed"
)

// Fault is the answer to a signal that is not taken. Nothing of the signal is in it.
type Fault struct {
	Code  Code
	About string // what is wrong, a code for words
}

// Error makes Fault an error.
func (f *Fault) Error() string { return string(f.Code) + ": " + f.About }

// Bounds of what a signal says.
const (
	maxName   = 2000 // of an issuer, an audience, a subject
	maxID     = 255
	maxReason = 200
	maxEvents = 10
	lastTime  = 1 << 40 // seconds; more is no time to reckon with
)

// Token is what a security event token says.
type Token struct {
	Issuer, ID string
	Audience   []string
	At         time.Time
	Events     map[string]map[string]any // what each says, by its address
	Subject    map[string]any            // RFC 9493; nil when there is none
}

// ParseToken reads the claims of a security event token. Its error is a *Fault.
func ParseToken(claims []byte) (Token, error) {
	fault := func(about string) (Token, error) { return Token{}, &Fault{InvalidRequest, about} }
	var all map[string]any
	if !utf8.Valid(claims) || json.Unmarshal(claims, &all) != nil || all == nil {
		return fault("payload")
	}
	for _, not := range []string{"sub", "exp", "nbf"} {
		if _, there := all[not]; there {
			return fault("access")
		}
	}
	t := Token{Issuer: plain(all["iss"], maxName), ID: plain(all["jti"], maxID),
		Audience: names(all["aud"])}
	seconds, isTime := all["iat"].(float64)
	switch {
	case t.Issuer == "":
		return fault("iss")
	case t.ID == "":
		return fault("jti")
	case t.Audience == nil:
		return fault("aud")
	case !isTime || seconds < 0 || seconds > lastTime:
		return fault("iat")
	}
	t.At = time.Unix(int64(seconds), 0).UTC()
	events, _ := all["events"].(map[string]any)
	t.Events = map[string]map[string]any{}
	for name, says := range events {
		about, ok := says.(map[string]any)
		if !ok {
			return fault("event")
		}
		t.Events[name] = about
	}
	if len(t.Events) == 0 || len(t.Events) > maxEvents {
		return fault("events")
	}
	subject, there := all["sub_id"]
	t.Subject, isTime = subject.(map[string]any)
	if there && !isTime {
		return fault("sub_id")
	}
	return t, nil
}

// plain is text of at most so many bytes with nothing forbidden in it; "" if it is not that.
func plain(v any, most int) string {
	text, _ := v.(string)
	if len(text) > most || strings.ContainsFunc(text, security.Forbidden) {
		return ""
	}
	return text
}

// names is one name, or a list of them; nil if it is neither.
func names(v any) (all []string) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, one := range list {
		name := plain(one, maxName)
		if name == "" {
			return nil
		}
		all = append(all, name)
	}
	return all
}

// reason is what an administrator is told by an event: a text, or one in several languages (CAEP 1.0
// §2). It is cleaned and cut.
func reason(event map[string]any) string {
	text, _ := event["reason_admin"].(string)
	if told, ok := event["reason_admin"].(map[string]any); ok {
		languages := make([]string, 0, len(told))
		for language := range told {
			languages = append(languages, language)
		}
		slices.Sort(languages)
		if i := slices.Index(languages, "en"); i > 0 {
			languages[0] = languages[i]
		}
		if len(languages) > 0 {
			text, _ = told[languages[0]].(string)
		}
	}
	line := []rune(strings.Join(strings.Fields(security.Clean(text)), " "))
	return string(line[:min(len(line), maxReason)])
}

// member is an object inside of an object.
func member(of map[string]any, name string) map[string]any {
	v, _ := of[name].(map[string]any)
	return v
}
