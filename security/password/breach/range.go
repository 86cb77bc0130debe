package breach

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	prefixLength = 5
	maxAnswer    = 1 << 20
	patience     = 3 * time.Second
)

// ErrUnavailable means that the range service gave no usable answer. Whether the password is
// listed is then unknown.
var ErrUnavailable = errors.New("breach service unavailable")

// Range is a service with the range interface of Have I Been Pwned. It is safe for concurrent
// use. Only five hexadecimal digits of a SHA-1 hash ever leave this process, and the answer is
// padded so that its size says nothing either.
type Range struct {
	base   *url.URL
	client *http.Client
}

// HIBP returns the service at address, for example https://api.pwnedpasswords.com ("/range/" is
// added where it is missing). Plain http is accepted for loopback only, since whoever can change
// the answer can make a leaked password pass. client may be nil; a copy is used that follows no
// redirects and, unless it has a timeout of its own, gives up after three seconds.
func HIBP(address string, client *http.Client) (*Range, error) {
	base, err := url.Parse(address)
	if err != nil || base.Hostname() == "" || base.User != nil || base.RawQuery != "" ||
		base.Scheme != "https" && !(base.Scheme == "http" && loopback(base.Hostname())) {
		return nil, errors.New("breach service: want an https address")
	}
	if !strings.HasSuffix(strings.TrimSuffix(base.Path, "/"), "/range") {
		base = base.JoinPath("range")
	}
	own := http.Client{}
	if client != nil {
		own = *client
	}
	if own.Timeout == 0 {
		own.Timeout = patience
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	return &Range{base: base, client: &own}, nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Contains asks the service for the exact password. An outage, a redirect, any answer but 200 and one
// that is no list, such as the page of a network that wants a sign-in, give ErrUnavailable; the error
// holds neither the hash nor the prefix.
func (r *Range) Contains(ctx context.Context, password string) (bool, error) {
	sum := sha1.Sum([]byte(password))
	digits := strings.ToUpper(hex.EncodeToString(sum[:]))
	answer, err := r.fetch(ctx, digits[:prefixLength])
	if err != nil {
		return false, err
	}
	if !list.MatchString(answer) {
		return false, fmt.Errorf("answer: %w", ErrUnavailable)
	}
	for line := range strings.Lines(answer) {
		suffix, count, _ := strings.Cut(strings.TrimSpace(line), ":")
		// Padding lines are invented and carry the count 0.
		if strings.EqualFold(suffix, digits[prefixLength:]) && count != "0" {
			return true, nil
		}
	}
	return false, nil
}

// list is what the service answers with.
var list = regexp.MustCompile(`^([0-9A-Fa-f]{35}:[0-9]+\s+)*[0-9A-Fa-f]{35}:[0-9]+\s*$`)

func (r *Range) fetch(ctx context.Context, prefix string) (string, error) {
	request, err := http.NewRequestWithContext(
		ctx, http.MethodGet, r.base.JoinPath(prefix).String(), nil)
	if err != nil {
		return "", fmt.Errorf("request: %w", ErrUnavailable)
	}
	request.Header.Set("Add-Padding", "true")
	request.Header.Set("User-Agent", "regain")
	answer, err := r.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("request: %w", ErrUnavailable)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d: %w", answer.StatusCode, ErrUnavailable)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil || len(text) > maxAnswer {
		return "", fmt.Errorf("answer: %w", ErrUnavailable)
	}
	return string(text), nil
}
