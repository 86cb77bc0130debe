package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"regain/cmd/load/servers"
)

// patience is how long anybody waits for an answer.
const patience = time.Minute

// run is one try.
type run struct {
	options
	base   string
	client *http.Client
	box    *mailbox
	key    string // of the API
	desks  chan *analyst

	mu     sync.Mutex
	pages  map[string]*page
	failed map[string]int // visits that did not come to their end, by why
	later  map[string]int // visits that were asked to come later, by kind
	done   map[string]int // visits that did, by kind
	kept   kept
	gap    gap
}

// gap is the time without a database.
type gap struct {
	begin   time.Time   // when the first server was ended; zero: it was not
	failed  error       // why the second could not take its place
	trouble []time.Time // answers that told of trouble
}

// kept is what the portal has said that it has done.
type kept struct {
	secrets []string // what nobody may find anywhere
	secured []string // accounts whose owner updated the password
	resumed []string // cases that an analyst opened again
	signins []string // ids of sign-ins that the marketplace told
	sent    string   // what is said to whoever asks for a link
	links   int      // links that were followed by several at once
}

// page is how long one thing took.
type page struct {
	took *hdrhistogram.Histogram // microseconds
	busy int                     // answers that asked to come later
}

func newRun(o options, base string, p *portal, box *mailbox) *run {
	return &run{options: o, base: base, box: box, pages: map[string]*page{}, failed: map[string]int{},
		later: map[string]int{}, done: map[string]int{}, desks: make(chan *analyst, analysts),
		client: &http.Client{Timeout: patience,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 512}}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// ask sends a request and notes under name how long the answer took since begin.
func (r *run) ask(q *http.Request, name string, begin time.Time) (a answer) {
	var body []byte
	got, err := r.client.Do(q)
	if err == nil {
		a.status, a.header = got.StatusCode, got.Header
		body, err = io.ReadAll(got.Body)
		got.Body.Close()
	}
	a.body, a.err = string(body), err
	later := a.later() != nil
	r.mu.Lock()
	// With a server down, to be asked to come later is trouble, too.
	if err != nil || a.status >= http.StatusInternalServerError && !(later && r.gap.begin.IsZero()) {
		r.gap.trouble = append(r.gap.trouble, time.Now())
	}
	r.mu.Unlock()
	r.note(name, time.Since(begin), later)
	return a
}

// errLater ends the visit of whoever was asked to come later: more came than the portal can serve at once,
// and it said so.
var errLater = errors.New("asked to come later")

// later is an errLater where the answer says when to come again.
func (a answer) later() error {
	if a.header.Get("Retry-After") != "" &&
		(a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests) {
		return errLater
	}
	return nil
}

func (r *run) note(name string, took time.Duration, busy bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.pages[name]
	if p == nil {
		p = &page{took: hdrhistogram.New(1, (5 * time.Minute).Microseconds(), 3)}
		r.pages[name] = p
	}
	if busy {
		p.busy++
	}
	// What takes longer counts as the longest that is told apart.
	_ = p.took.RecordValue(min(max(took.Microseconds(), 1), p.took.HighestTrackableValue()))
}

func (r *run) keep(add func(*kept)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	add(&r.kept)
}

// arrive lets people come at the rate that was asked for, however long each of them takes, until
// the time is over, and waits for the last of them.
func (r *run) arrive() {
	random := rand.New(rand.NewPCG(r.Seed, 0))
	var all sync.WaitGroup
	begin := time.Now()
	due := begin
	for n := 0; ; n++ {
		due = due.Add(time.Duration(random.ExpFloat64() / r.Rate * float64(time.Second)))
		if due.Sub(begin) > r.For {
			break
		}
		time.Sleep(time.Until(due))
		kind, visit := r.pick(random)
		c := caller{n: n, due: due, random: rand.New(rand.NewPCG(r.Seed, uint64(n+1)))}
		all.Go(func() {
			err := visit(r, c)
			r.mu.Lock()
			defer r.mu.Unlock()
			switch {
			case errors.Is(err, errLater):
				r.later[kind]++
			case err != nil:
				r.failed[kind+": "+err.Error()]++
			default:
				r.done[kind]++
			}
		})
	}
	all.Wait()
}

// report prints what was measured.
func (r *run) report(w io.Writer, took time.Duration, s spent) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "what\ttimes\tlater\tp50 ms\tp90 ms\tp99 ms\tmost ms\t")
	for _, name := range sorted(r.pages) {
		p := r.pages[name]
		fmt.Fprintf(t, "%s\t%d\t%d\t", name, p.took.TotalCount(), p.busy)
		for _, q := range []float64{50, 90, 99, 100} {
			fmt.Fprintf(t, "%.1f\t", float64(p.took.ValueAtQuantile(q))/1000)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	visits := 0
	for _, kind := range sorted(r.done) {
		fmt.Fprintf(w, "%s: %d visits\n", kind, r.done[kind])
		visits += r.done[kind]
	}
	for _, kind := range sorted(r.later) {
		fmt.Fprintf(w, "%s: %d were asked to come later\n", kind, r.later[kind])
	}
	for _, why := range sorted(r.failed) {
		fmt.Fprintf(w, "FAILED %d times: %s\n", r.failed[why], why)
	}
	if n := len(r.gap.trouble); !r.gap.begin.IsZero() && n > 0 {
		fmt.Fprintf(w, "gap: %.1f s from the end of the first server to the last of %d troubled answers\n",
			r.gap.trouble[n-1].Sub(r.gap.begin).Seconds(), n)
	}
	_, err := fmt.Fprintf(w, "%.1f visits a second; %.1f ms of processor time a visit; "+
		"%d MiB of memory at most\n", float64(visits)/took.Seconds(),
		float64(s.cpu.Microseconds())/1000/float64(max(visits, 1)), s.most/1024)
	return err
}

func sorted[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sameAnswer reports whether this is what everybody is told who asks for a link.
func (r *run) sameAnswer(text string) (same bool) {
	r.keep(func(k *kept) {
		if k.sent == "" {
			k.sent = text
		}
		same = k.sent == text
	})
	return same
}

// fail ends the first of two database servers.
func (r *run) fail(two servers.Databases) {
	r.mu.Lock()
	r.gap.begin = time.Now()
	r.mu.Unlock()
	err := two.Fail()
	r.mu.Lock()
	r.gap.failed = err
	r.mu.Unlock()
}

// longestGap is how long the portal may go on telling of trouble after a server has ended.
const longestGap = 10 * time.Second

// outside is what went wrong at a time when both servers were well.
func (r *run) outside() (broken []string) {
	if r.gap.failed != nil {
		broken = append(broken, "the second server takes the place of the first: "+r.gap.failed.Error())
	}
	if n := len(r.gap.trouble); r.gap.begin.IsZero() && n > 0 {
		return append(broken, fmt.Sprintf("nobody meets an error while the database is there: %d did", n))
	}
	for _, at := range r.gap.trouble {
		if after := at.Sub(r.gap.begin); after < 0 || after > longestGap {
			broken = append(broken, fmt.Sprintf("trouble comes in the gap only: some came %v after it began", after))
		}
	}
	return broken
}
