package handlers

import (
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"
)

// maxReport is how many bytes of reports are read.
const maxReport = 16 << 10

// violation is a report in either form: of report-uri, and of the Reporting API.
type violation struct {
	Old struct {
		Directive string `json:"effective-directive"`
		Violated  string `json:"violated-directive"`
		Blocked   string `json:"blocked-uri"`
	} `json:"csp-report"`
	Kind string `json:"type"`
	Body struct {
		Directive string `json:"effectiveDirective"`
		Blocked   string `json:"blockedURL"`
	} `json:"body"`
}

// directives are those of Policy. A report comes from whoever sends one, so that no other word of it
// gets into the log; nor does any address, which may hold a token.
var directives = []string{"default-src", "style-src", "style-src-elem", "style-src-attr", "script-src",
	"script-src-elem", "script-src-attr", "img-src", "connect-src", "form-action", "frame-ancestors",
	"base-uri", "require-trusted-types-for", "trusted-types", "font-src", "frame-src", "object-src",
	"media-src", "manifest-src", "worker-src"}

// TakeReport logs what a browser kept from a page: by which directive, and what kind of thing it was.
// It answers every report alike, and logs no more than reportBurst at once from one network.
func (p *Portal) TakeReport(c echo.Context) error {
	r := c.Request()
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if kind != "application/csp-report" && kind != "application/reports+json" {
		return echo.ErrUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxReport))
	if err != nil {
		return echo.ErrStatusRequestEntityTooLarge
	}
	var all []violation
	if json.Unmarshal(body, &all) != nil {
		all = make([]violation, 1)
		if json.Unmarshal(body, &all[0]) != nil {
			return echo.ErrBadRequest
		}
	}
	for _, v := range all {
		if p.reports.Spend(Visitor(c).IP, p.Security.Now()).Wait > 0 {
			break
		}
		directive, blocked := v.Old.Directive, v.Old.Blocked
		if directive == "" {
			directive = v.Old.Violated
		}
		if v.Kind == "csp-violation" {
			directive, blocked = v.Body.Directive, v.Body.Blocked
		}
		if slices.Contains(directives, directive) {
			p.Warn(c, "csp_violation", slog.String("directive", directive),
				slog.String("blocked", p.blockedBy(c, blocked)))
		}
	}
	return c.NoContent(http.StatusNoContent)
}

// blockedBy says of what kind it was that was kept out.
func (p *Portal) blockedBy(c echo.Context, blocked string) string {
	at, err := url.Parse(blocked)
	switch {
	case slices.Contains([]string{"inline", "eval", "data", "blob", "trusted-types-sink",
		"trusted-types-policy", "self"}, blocked):
		return blocked
	case err != nil || at.Host == "":
		return "other"
	case at.Host == p.at(c).base.Host:
		return "own"
	}
	return "foreign"
}
