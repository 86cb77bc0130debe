package webhook

import (
	"context"
	"slices"
	"strings"
	"time"
)

// What a receiver says by its status (RFC 9110 §15, RFC 6585 §4).
const (
	statusAccepted = 202
	statusBad      = 400
	statusGone     = 410
	statusTooMany  = 429
	statusAway     = 503
)

// aboutUs are the codes of RFC 8935 §2.4 by which the receiver of a stream says that it does not let us
// in, or does not know our name, its own or our key: they are about the stream, and say nothing of the
// message. Whoever keeps our keys for a while does not know a new one yet.
var aboutUs = []string{"authentication_failed", "access_denied", "invalid_issuer", "invalid_audience",
	"invalid_key"}

// Why is why a delivery failed.
type Why string

// Why a delivery fails.
const (
	WhyStatus   Why = "status"   // an answer, and not that it was taken
	WhyRedirect Why = "redirect" // which is not followed
	WhyTimeout  Why = "timeout"
	WhyName     Why = "name"    // the host is unknown
	WhyAddress  Why = "address" // the host is in a network that nothing is sent to
	WhyTLS      Why = "tls"
	WhyConnect  Why = "connect"
	WhyUnwanted Why = "unwanted" // nobody wants it any more
	WhyRefused  Why = "refused"  // by the receiver of a stream, for good
	WhyFault    Why = "fault"    // of ours; it says nothing about the endpoint
)

// Parcel is a signed message for an endpoint.
type Parcel struct {
	Kind                                Kind
	URL, ID, Timestamp, Signature, Body string
	Authorization                       string // header that the receiver of a stream asked for, or ""
}

// Answer is what came of sending a parcel. Of what a receiver says, nothing but this is kept.
type Answer struct {
	Status     int    // 0: there was none
	Said       string // by a stream, about what is wrong with a message; see Quote
	Why        Why    // "" when there was an answer
	RetryAfter time.Duration
	Took       time.Duration
}

// Quote is what is kept of what a receiver says is wrong: a line of plain signs.
func Quote(code, words string) string {
	const most = 200
	line := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, code+": "+words)
	return line[:min(len(line), most)]
}

// Send sends one parcel, within AnswerTime.
type Send func(ctx context.Context, p Parcel) Answer

// taken reports whether the answer says that a message was taken.
func (a Answer) taken(by Kind) bool {
	if by == Stream {
		return a.Status == statusAccepted
	}
	return a.Status/100 == 2
}

// refused reports whether the receiver of a stream says that it will never take this message (RFC 8935
// §2): to send it once more would change nothing.
func (a Answer) refused(by Kind) bool {
	code, _, _ := strings.Cut(a.Said, ":")
	return by == Stream && a.Status == statusBad && code != "" && !slices.Contains(aboutUs, code)
}

// pause is for how long the endpoint asks to be left alone.
func (a Answer) pause() time.Duration {
	if a.Status != statusTooMany && a.Status != statusAway {
		return 0
	}
	return min(a.RetryAfter, longestHold)
}
