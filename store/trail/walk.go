package trail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"regain/security/audit"
)

// BadLine is the first place where the audit chain does not hold.
type BadLine struct {
	Seq   int64  // number of the line
	Why   string // one of the Bad constants
	Count int64  // of bad lines in all, this one among them
}

// What can be wrong with a line.
const (
	BadChanged = "changed"         // the line is not what was recorded
	BadMissing = "missing"         // there is no line with this number
	BadDetails = "details changed" // the details are not what was recorded
	BadErased  = "details missing" // they are gone, and no later line says why
	BadKey     = "unreadable"      // the secret that chained it is not at hand
	BadAfter   = "unproven"        // an old line that nothing proves, because the one before it is bad
	BadSigned  = "replaced"        // it is not the one that a signed head is about
	BadHead    = "beyond the end"  // the chain ends before this line, or the end was changed
)

// Walk goes along the chain, and on after a bad line.
type Walk struct {
	chain  Chain
	Last   int64     // number of the line before
	head   string    // its chain value, "" when that is not known
	Good   int64     // lines before the first bad one
	Bad    *BadLine  // nil: none since the epoch began
	faults hash.Hash // of what was found wrong, but for details: erasing takes faults of those away
	proven int64     // the last line that holds
	proof  string    // and its chain value

	details  []string // numbers of the lines whose details are not what was recorded
	heads    map[int64][]Head
	furthest int64            // line that a head is about
	erased   map[string]int64 // the last line that erased an account
	removed  int64            // see AllowRemoved
}

// NewWalk begins before the first line. It compares the trail with heads that were kept elsewhere.
func NewWalk(chain Chain, heads []Head) *Walk {
	w := &Walk{chain: chain, faults: sha256.New(), heads: map[int64][]Head{}}
	for _, h := range heads {
		w.heads[h.Seq] = append(w.heads[h.Seq], h)
		w.furthest = max(w.furthest, h.Seq)
	}
	return w
}

// Allow tells which accounts were erased: the details of their lines of before may be gone. A line
// that only claims so is found out when its turn comes.
func (w *Walk) Allow(all []Erasure) {
	w.erased = map[string]int64{}
	for _, e := range all {
		w.erased[e.Account] = e.Seq
	}
}

// Pass takes the next line.
func (w *Walk) Pass(l Line) {
	if gap := l.Seq - w.Last - 1; gap > 0 {
		w.Fault(w.Last+1, gap, BadMissing)
		w.head = ""
	}
	head, why := w.check(l)
	switch {
	case why == "" && audit.Kind(l.Kind) == audit.ChainAnchored && w.known(l):
		w.Bad, w.Good = nil, l.Seq
	case why != "":
		w.Fault(l.Seq, 1, why)
	case w.Bad == nil:
		w.Good = l.Seq
	}
	for _, h := range w.heads[l.Seq] {
		if !h.fits(w.chain, head) {
			w.Fault(l.Seq, 1, BadSigned)
		}
	}
	if why == "" {
		w.proven, w.proof = l.Seq, head
	}
	w.Last, w.head = l.Seq, head
}

// Fault records that count lines from seq on are bad. The end of the chain is no line.
func (w *Walk) Fault(seq, count int64, why string) {
	if w.Bad == nil {
		w.Bad = &BadLine{Seq: seq, Why: why}
	}
	w.Bad.Count += count
	switch why {
	case BadDetails, BadErased:
		w.details = append(w.details, strconv.FormatInt(seq, 10))
	case BadHead:
	default:
		_, _ = fmt.Fprintln(w.faults, seq, count, why)
	}
}

// Record is what the first line of an epoch has on record about the trail before it, which has a
// fault.
func (w *Walk) Record() map[string]string {
	return map[string]string{"faults": w.sum(), "details": strings.Join(w.details, " "),
		"head": w.proof, "last_good": strconv.FormatInt(w.proven, 10),
		"first_bad": strconv.FormatInt(w.Bad.Seq, 10),
		"bad_lines": strconv.FormatInt(w.Bad.Count, 10)}
}

// sum tells what was found wrong so far from anything else.
func (w *Walk) sum() string { return hex.EncodeToString(w.faults.Sum(nil)) }

// known reports whether the line that begins an epoch has on record what is wrong before it.
func (w *Walk) known(l Line) bool {
	var d struct{ Data map[string]string }
	err := json.Unmarshal([]byte(l.Data.String), &d)
	recorded := map[string]bool{}
	for _, seq := range strings.Fields(d.Data["details"]) {
		recorded[seq] = true
	}
	return err == nil && d.Data["faults"] == w.sum() &&
		!slices.ContainsFunc(w.details, func(seq string) bool { return !recorded[seq] })
}

// check returns the chain value after l, "" when it is not known, and what is wrong with l.
func (w *Walk) check(l Line) (head, why string) {
	prev, proof, own := strings.Cut(l.Stored, ".")
	keys := []string{l.Key}
	if !own { // an old line: it does not say after which value it comes, nor by which key
		prev, proof, keys = w.head, l.Stored, w.chain.KeyIDs()
		if w.head == "" && w.Last > 0 {
			return "", BadAfter
		}
	}
	why = BadKey
	for _, key := range keys {
		before := prev
		if own {
			before = l.before(w.chain, prev)
		}
		value, ok := l.Value(w.chain, key, before)
		switch {
		case !ok:
			continue
		case Proof(w.chain, key, value) != proof || l.Seq <= w.Last:
			why = BadChanged
			continue
		case w.head != "" && w.head != before && audit.Kind(l.Kind) != audit.ChainAnchored:
			return value, BadChanged // it was recorded, but not here
		case l.Data.String != "" && Digest(l.Data.String) != l.Details:
			return value, BadDetails
		case l.Data.String == "" && !w.gone(l):
			return value, BadErased
		}
		return value, ""
	}
	return "", why
}

// before is the chain value that l says it comes after.
func (l Line) before(chain Chain, veiled string) string {
	raw, err := hex.DecodeString(veiled)
	if err != nil || len(raw) != sha256.Size {
		return ""
	}
	raw = l.veil(chain, raw)
	if bytes.Equal(raw, make([]byte, sha256.Size)) {
		return "" // it is the first line
	}
	return hex.EncodeToString(raw)
}

// Finish compares the last line with the end of the chain.
func (w *Walk) Finish(end int64, head string) {
	switch end = max(end, w.furthest); {
	case w.Last < end:
		w.Fault(w.Last+1, end-w.Last, BadMissing)
	case w.Last > end:
		w.Good = min(w.Good, end)
		w.Fault(end+1, 1, BadHead)
	case w.head != head && (w.head != "" || w.Bad == nil):
		w.Fault(w.Last, 1, BadHead)
	}
}
