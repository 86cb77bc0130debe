package mailproof

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// autoOf tells what a program has written (RFC 3834 §5, and what is older or not written down).
func autoOf(h header) Auto {
	said, _, _ := strings.Cut(strings.ToLower(h.get("auto-submitted")), ";")
	said = strings.TrimSpace(said)
	kind := strings.ToLower(h.get("content-type"))
	precedence := strings.ToLower(h.get("precedence"))
	switch {
	case strings.HasPrefix(kind, "multipart/report"), h.get("x-failed-recipients") != "",
		h.get("return-path") == "<>" && h.get("auto-submitted") == "":
		return Bounce
	case said == "auto-replied", precedence == "auto_reply", h.get("x-autoreply") != "",
		h.get("x-autorespond") != "", strings.HasPrefix(kind, "message/disposition-notification"),
		said != "auto-generated" && strings.Contains(strings.ToLower(
			h.get("x-auto-response-suppress")), "oof"):
		return AutoReply
	case said != "" && said != "no", h.get("list-id") != "", h.get("list-unsubscribe") != "",
		h.get("list-post") != "", precedence == "bulk", precedence == "list", precedence == "junk",
		h.get("feedback-id") != "", h.get("x-loop") != "":
		return AutoBulk
	}
	return NotAuto
}

const maxHearsay = 5

// hearsay reads what servers on the way say that they found.
func (l *Letter) hearsay(h header) (all []Hearsay) {
	var said []string
	for _, value := range h.all("arc-authentication-results") {
		if _, rest, ok := strings.Cut(value, ";"); ok { // i=1, and then the same
			said = append(said, rest)
		}
	}
	said = append(h.all("authentication-results"), said...)
	for _, value := range said[:min(len(said), maxHearsay)] {
		by, results, err := authres.Parse(value)
		if err != nil {
			l.odd(BadHeader)
			continue
		}
		for _, r := range results[:min(len(results), maxHearsay)] {
			if s := told(r); s.Method != "" {
				s.By = l.clean(strings.ToLower(strings.TrimSpace(by)))
				s.Domain, s.Result = l.clean(s.Domain), l.clean(s.Result)
				all = append(all, s)
			}
		}
	}
	for _, value := range h.all("received-spf")[:min(1, len(h.all("received-spf")))] {
		result, _, _ := strings.Cut(strings.ToLower(value), " ")
		all = append(all, Hearsay{Method: "spf", Result: l.clean(result)})
	}
	return all
}

func told(r authres.Result) Hearsay {
	switch r := r.(type) {
	case *authres.SPFResult:
		_, domain, ok := strings.Cut(r.From, "@")
		if !ok {
			domain = r.From
		}
		return Hearsay{Method: "spf", Result: string(r.Value), Domain: domain}
	case *authres.DKIMResult:
		return Hearsay{Method: "dkim", Result: string(r.Value), Domain: r.Domain}
	case *authres.DMARCResult:
		return Hearsay{Method: "dmarc", Result: string(r.Value), Domain: r.From}
	case *authres.GenericResult:
		if r.Method == "arc" {
			return Hearsay{Method: "arc", Result: string(r.Value)}
		}
	}
	return Hearsay{}
}
