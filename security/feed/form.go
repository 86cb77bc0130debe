package feed

import (
	"slices"
	"strings"
	"time"

	"regain/security"
)

// outside are the keys whose values are ids of the marketplace.
var outside = []string{"account", "external_id"}

// ParseWebhook reads an address that is to hear of events, and of which; none are all. Its error is a
// *LineError.
func ParseWebhook(raw []byte) (url string, events []string, err error) {
	l := readLine(raw, "url", "events")
	l.need("url")
	url, events = l.value("url"), l.list(raw, "events")
	return url, events, l.err()
}

// ParseWebhookChange reads what is to change of a webhook: its state, or of what it hears, which is not
// nil then; none are all. Its error is a *LineError.
func ParseWebhookChange(raw []byte) (state string, events *[]string, err error) {
	l := readLine(raw, "state", "events")
	state = l.value("state")
	list := l.list(raw, "events")
	told := l.odd["events"]
	switch {
	case told && state != "":
		l.fail("events", LineBeside, "state")
	case told:
		events = &list
	case state == "":
		l.fail("state", LineMissing, "")
	}
	return state, events, l.err()
}

// ParseSince reads from when on something is asked for. Its error is a *LineError.
func ParseSince(raw []byte) (time.Time, error) {
	l := readLine(raw, "since")
	l.need("since")
	return l.time("since"), l.err()
}

// ParseForm reads what a program asks for, which is nothing but texts: need are the keys without
// which it says nothing. Its error is a *LineError. How long a text may be is left to the use case.
func ParseForm(raw []byte, need []string, more ...string) (map[string]string, error) {
	l := readLine(raw, slices.Concat(need, more)...)
	l.need(need...)
	for _, key := range slices.Concat(need, more) {
		if slices.Contains(outside, key) {
			l.id(key)
			continue
		}
		odd := func(r rune) bool { return security.Forbidden(r) && !strings.ContainsRune("\r\n\t", r) }
		if strings.ContainsFunc(l.value(key), odd) {
			l.fail(key, LineCharacters, "")
		}
	}
	return l.values, l.err()
}
