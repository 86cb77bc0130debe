package hook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Bounds of what is fetched.
const (
	mostFetched = 64 << 10
	fetchTime   = 5 * time.Second
)

// errFetched is what an answer fails with that is none to go by.
var errFetched = errors.New("the answer is of no use")

// Fetch reads what stands at an address, by the rules of Send: what answers late, at length, with a
// redirect or with another status than 200 is not read.
func (c *Client) Fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil || r.URL.Scheme != "https" && !c.guard.Loopback {
		return nil, errForbidden
	}
	r.Header = http.Header{"Accept": {"application/json"}, "User-Agent": {"Regain-Signals"}}
	got, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("no answer (%s): %w", why(err), errFetched)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %w", got.StatusCode, errFetched)
	}
	body, err := io.ReadAll(io.LimitReader(got.Body, mostFetched+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cut off: %w", errFetched)
	case len(body) > mostFetched:
		return nil, fmt.Errorf("more than %d bytes: %w", mostFetched, errFetched)
	}
	return body, nil
}
