//go:build e2e

package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/network"
)

// traffic is what a tab loaded since it went somewhere.
type traffic struct {
	bytes    float64
	kinds    map[network.RequestID]network.ResourceType
	requests []string
}

func newTraffic() traffic {
	return traffic{kinds: map[network.RequestID]network.ResourceType{}}
}

// hear counts, and returns what is wrong with an event, if anything: a file that did not come,
// or something of another origin than base.
func (t *traffic) hear(event any, base string) string {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.kinds[e.RequestID] = e.Type
		t.requests = append(t.requests, e.Request.URL)
		if !strings.HasPrefix(e.Request.URL, base+"/") {
			return "other origin: " + e.Request.URL
		}
	case *network.EventResponseReceived:
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= 400 {
			return fmt.Sprintf("status %d: %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFinished:
		t.bytes += e.EncodedDataLength
	case *network.EventLoadingFailed:
		if !e.Canceled && t.kinds[e.RequestID] != network.ResourceTypeDocument {
			return "not loaded: " + e.ErrorText
		}
	}
	return ""
}

// The first view of a page may not be heavier than this.
const (
	mostBytes    = 30_000
	mostRequests = 5
)

// overweight says how the view since the last visit breaks the budget.
func (b *tab) overweight() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var wrong []string
	if b.traffic.bytes > mostBytes {
		wrong = append(wrong, fmt.Sprintf("weight: %.0f bytes", b.traffic.bytes))
	}
	if n := len(b.traffic.requests); n > mostRequests || n == 0 {
		wrong = append(wrong, fmt.Sprintf("requests: %d: %q", n, b.traffic.requests))
	}
	return wrong
}
