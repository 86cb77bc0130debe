package hook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"regain/security/webhook"
)

// Bounds of what is read of an answer, and of connections that are kept.
const (
	mostHeader  = 16 << 10
	mostBody    = 4 << 10
	idlePerHost = 8
	idleTime    = time.Minute
	connectTime = 5 * time.Second
)

// Client sends webhooks. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	guard Guard
}

// New makes a Client. It uses no proxy, whatever the environment says, follows no redirect, and
// checks certificates. A resolver and roots of nil are those of the system.
func New(g Guard, names *net.Resolver, roots *x509.CertPool) *Client {
	dial := net.Dialer{Timeout: connectTime, Control: g.Control, Resolver: names}
	return &Client{guard: g, http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dial.DialContext, ForceAttemptHTTP2: true,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
			TLSHandshakeTimeout: connectTime, MaxResponseHeaderBytes: mostHeader,
			MaxIdleConnsPerHost: idlePerHost, IdleConnTimeout: idleTime, DisableCompression: true}}}
}

// Close ends the connections that are kept.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Carrier is the client that does it, for libraries that make requests of their own. Whoever uses it sets
// a time to each request, and bounds what is read.
func (c *Client) Carrier() *http.Client { return c.http }

// Send implements webhook.Send.
func (c *Client) Send(ctx context.Context, p webhook.Parcel) webhook.Answer {
	ctx, cancel := context.WithTimeout(ctx, webhook.AnswerTime)
	defer cancel()
	begin := time.Now()
	answer := c.send(ctx, p)
	answer.Took = time.Since(begin)
	return answer
}

func (c *Client) send(ctx context.Context, p webhook.Parcel) webhook.Answer {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, strings.NewReader(p.Body))
	if err != nil || r.URL.Scheme != "https" && !c.guard.Loopback {
		return webhook.Answer{Why: webhook.WhyAddress}
	}
	r.Header = headers(p)
	got, err := c.http.Do(r)
	if err != nil {
		return webhook.Answer{Why: why(err)}
	}
	defer got.Body.Close()
	// A short answer is read, so that the connection can be used again.
	body, _ := io.ReadAll(io.LimitReader(got.Body, mostBody))
	return webhook.Answer{Status: got.StatusCode, Said: said(p, body),
		RetryAfter: pause(got.Header.Get("Retry-After"))}
}

// headers are those of a parcel.
func headers(p webhook.Parcel) http.Header {
	if p.Kind != webhook.Stream {
		return http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Regain-Webhooks"},
			"Webhook-Id": {p.ID}, "Webhook-Timestamp": {p.Timestamp}, "Webhook-Signature": {p.Signature}}
	}
	h := http.Header{"Content-Type": {"application/secevent+jwt"}, "Accept": {"application/json"},
		"User-Agent": {"Regain-Signals"}}
	if p.Authorization != "" {
		h.Set("Authorization", p.Authorization)
	}
	return h
}

// said is what the receiver of a stream says is wrong (RFC 8935 §2.3). What others say is for nobody.
func said(p webhook.Parcel, body []byte) string {
	var wrong struct{ Err, Description string }
	if p.Kind != webhook.Stream || json.Unmarshal(body, &wrong) != nil || wrong.Err == "" {
		return ""
	}
	return webhook.Quote(wrong.Err, wrong.Description)
}

// pause reads Retry-After (RFC 9110 §10.2.3); 0 is none.
func pause(v string) time.Duration {
	const most = 1 << 20 // seconds; more is no number to reckon with
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		return time.Duration(min(n, most)) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// why puts a failure into a code; its words may tell more than staff need.
func why(err error) webhook.Why {
	var timeout *url.Error
	var name *net.DNSError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errForbidden):
		return webhook.WhyAddress
	case errors.As(err, &timeout) && timeout.Timeout():
		return webhook.WhyTimeout
	case errors.As(err, &name):
		return webhook.WhyName
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid),
		errors.As(err, &alert), errors.As(err, &record):
		return webhook.WhyTLS
	}
	return webhook.WhyConnect
}
