package handlers

import (
	"crypto/rand"

	"github.com/labstack/echo/v4"

	"regain/security/federation"
)

// inVisit is a random value of a browser, to which the question for a passkey and a way to an issuer are
// bound.
const inVisit = "visit"

// Visit is the value of this browser to which a question to it is bound; it gets one where it has none.
func (j *Jar) Visit() string {
	if j.Get(inVisit) == "" {
		j.Put(inVisit, rand.Text())
	}
	return j.Get(inVisit)
}

// Visited is Visit of a browser that should have one; "" where it has not.
func (j *Jar) Visited() string { return j.Get(inVisit) }

// Brought is what a browser brings back from an issuer, as it stands in the address (OpenID Connect Core 1.0
// §3.1.2.5, RFC 9207).
func Brought(c echo.Context, j *Jar) federation.Brought {
	return federation.Brought{Visitor: Visitor(c), Visit: j.Visited(), State: c.QueryParam("state"),
		Code: c.QueryParam("code"), Issuer: c.QueryParam("iss"), Fault: c.QueryParam("error")}
}
