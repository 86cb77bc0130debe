//go:build e2e

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// longest is how long one action of the browser may take. It is no budget: a machine that builds
// something beside it takes its time, and a browser that answers no more is named by what it was
// asked.
const longest = 5 * time.Minute

// chromium is the one browser of all tests; the first tab starts it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop context.CancelFunc
	err  error
}

func TestMain(m *testing.M) {
	status := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	os.Exit(status)
}

func startChromium() {
	options := []chromedp.ExecAllocatorOption{chromedp.NoFirstRun, chromedp.NoSandbox,
		chromedp.NoDefaultBrowserCheck, chromedp.DisableGPU, chromedp.Flag("headless", "new"),
		chromedp.WSURLReadTimeout(longest),
		// Pages are looked at once and left: a script of theirs, or axe in them, is never run often enough to
		// repay that the engine compiles it a second and a third time.
		chromedp.Flag("js-flags", "--no-opt --no-maglev")}
	for _, flag := range []string{"disable-quic", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "mute-audio",
		"disable-background-timer-throttling", "disable-backgrounding-occluded-windows",
		"disable-renderer-backgrounding", "disable-extensions", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	// The browser without windows draws the same pages with half the work.
	if path, err := exec.LookPath("chromium-headless-shell"); err == nil {
		options = append(options, chromedp.ExecPath(path))
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator, chromedp.WithErrorf(complain))
	chromium.ctx, chromium.err = ctx, chromedp.Run(ctx)
	chromium.stop = func() {
		_ = chromedp.Cancel(ctx) // closes it and waits; what stays is killed with the allocator
		stop()
		stopAllocator()
	}
}

// complain passes on what the driver says of itself, but for the events that it does not know.
func complain(format string, args ...any) {
	if !strings.HasPrefix(format, "unhandled") {
		fmt.Fprintf(os.Stderr, "chromedp: "+format+"\n", args...)
	}
}

// look is how a tab shows pages.
type look struct {
	width, height int64
	dark          bool
	noScript      bool
	forced        bool   // the system's own few colours
	media         string // "print", or "" for the screen
}

var (
	phone   = look{width: 375, height: 667}
	narrow  = look{width: 320, height: 568}
	console = look{width: 1280, height: 800}
)

func (l look) String() string {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%d-%s", l.width, scheme)
}

// tab is one page of the browser, with cookies of its own.
type tab struct {
	t    testing.TB
	ctx  context.Context
	jar  cdp.BrowserContextID // whose cookies
	base string
	// album names the pictures of the pages that are arrived at; without it there are none.
	album    string
	arrivals int
	look     look

	mu      sync.Mutex
	faults  []string
	status  int64 // of the page that came last
	fences  map[string]chan struct{}
	traffic traffic
}

// newTab opens a tab on the portal at base. It closes when the test ends.
func newTab(t testing.TB, base string, l look) *tab {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatalf("start chromium (the Debian package of that name): %v", chromium.err)
	}
	b := &tab{t: t, base: base, fences: map[string]chan struct{}{}, traffic: newTraffic()}
	if err := b.open(); err != nil {
		t.Fatalf("open tab: %v", err)
	}
	b.wear(l)
	return b
}

// open makes the tab, in a window of its own: a browser without windows opens no tabs.
func (b *tab) open() error {
	browser := cdp.WithExecutor(chromium.ctx, chromedp.FromContext(chromium.ctx).Browser)
	jar, err := target.CreateBrowserContext().Do(browser)
	if err != nil {
		return fmt.Errorf("new cookie jar: %w", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).
		Do(browser)
	if err != nil {
		return fmt.Errorf("new window: %w", err)
	}
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(func() {
		stop()
		if err := target.DisposeBrowserContext(jar).Do(browser); err != nil {
			b.t.Errorf("close tab: %v", err)
		}
	})
	b.ctx, b.jar = ctx, jar
	chromedp.ListenTarget(ctx, b.hear)
	return chromedp.Run(ctx, audits.Enable())
}

// wear changes how the tab shows pages, the present one included. Motion is always reduced.
func (b *tab) wear(l look) {
	b.t.Helper()
	scheme, forced := "light", "none"
	if l.dark {
		scheme = "dark"
	}
	if l.forced {
		forced = "active"
	}
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "forced-colors", Value: forced}}
	was, first := b.look, b.look == (look{})
	var changes []chromedp.Action
	if first || l.media != was.media || l.dark != was.dark || l.forced != was.forced {
		changes = append(changes,
			emulation.SetEmulatedMedia().WithMedia(l.media).WithFeatures(features))
	}
	if l.width != was.width || l.height != was.height {
		changes = append(changes, emulation.SetDeviceMetricsOverride(l.width, l.height, 1, false))
	}
	if l.noScript != was.noScript {
		changes = append(changes, emulation.SetScriptExecutionDisabled(l.noScript))
	}
	b.run("change the look", changes...)
	b.look = l
}

// try runs actions and gives up after a while.
func (b *tab) try(actions ...chromedp.Action) error {
	ctx, stop := context.WithTimeout(b.ctx, longest)
	defer stop()
	return chromedp.Run(ctx, actions...)
}

func (b *tab) run(what string, actions ...chromedp.Action) {
	b.t.Helper()
	if err := b.try(actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// hear collects what went wrong on a page: errors of scripts, broken rules of the content
// security policy, files that did not come, dialogs.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.fault("exception: %v", e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		b.console(e)
	case *log.EventEntryAdded:
		// The answers of forms have statuses above 400 on purpose; traffic judges the rest.
		loud := e.Entry.Level == log.LevelWarning || e.Entry.Level == log.LevelError
		if loud && e.Entry.Source != log.SourceNetwork {
			b.fault("log: %s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		b.fault("issue: %s", issue(e.Issue))
	case *page.EventJavascriptDialogOpening:
		b.fault("dialog: %s", e.Message)
	default:
		if r, ok := event.(*network.EventResponseReceived); ok && b.isPage(r) {
			b.status = r.Response.Status
		}
		if fault := b.traffic.hear(event, b.base); fault != "" {
			b.fault("%s", fault)
		}
	}
}

// isPage reports whether an answer is the page itself, and not a frame in it.
func (b *tab) isPage(r *network.EventResponseReceived) bool {
	return r.Type == network.ResourceTypeDocument &&
		string(r.FrameID) == string(chromedp.FromContext(b.ctx).Target.TargetID)
}

func (b *tab) fault(format string, args ...any) {
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

func (b *tab) console(e *runtime.EventConsoleAPICalled) {
	if len(e.Args) == 0 {
		return
	}
	text := string(e.Args[0].Value)
	if done, ok := b.fences[text]; ok {
		delete(b.fences, text)
		close(done)
		return
	}
	b.fault("console: %s: %s", e.Type, text)
}

func issue(i *audits.InspectorIssue) string {
	if d := i.Details.ContentSecurityPolicyIssueDetails; d != nil {
		return fmt.Sprintf("content security policy: %s %s", d.ViolatedDirective, d.BlockedURL)
	}
	if d := i.Details.GenericIssueDetails; d != nil {
		return fmt.Sprintf("%s: %s", i.Code, d.ErrorType)
	}
	return i.Code.String()
}

// problems returns what went wrong since it was asked last, once all events up to now are in.
func (b *tab) problems() []string {
	b.t.Helper()
	b.mu.Lock()
	text := fmt.Sprintf("%q", "fence "+time.Now().String())
	passed := make(chan struct{})
	b.fences[text] = passed
	b.mu.Unlock()
	b.run("wait for events", chromedp.Evaluate("console.debug("+text+")", nil))
	select {
	case <-passed:
	case <-time.After(longest):
		b.t.Fatal("the events of the page do not arrive")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// checksWorld is where our own checks live.
const checksWorld = "checks"

// inWorld evaluates in a world beside the page's own: it sees the same elements, whatever the
// page's policy says, and leaves no trace in the page's script.
func (b *tab) inWorld(ctx context.Context, js string, result any) error {
	at := chromedp.FromContext(ctx).Target.TargetID
	id, err := page.CreateIsolatedWorld(cdp.FrameID(at)).WithWorldName(checksWorld).Do(ctx)
	if err != nil {
		return err
	}
	return chromedp.Evaluate(js, result,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
			return p.WithContextID(id).WithAwaitPromise(true)
		}).Do(ctx)
}

// tell evaluates an expression in that world, with the probes at hand.
func tell[T any](b *tab, js string) T {
	b.t.Helper()
	var result T
	err := b.try(chromedp.ActionFunc(func(ctx context.Context) error {
		return b.inWorld(ctx, "(() => {"+probes+"return ("+js+")})()", &result)
	}))
	if err != nil {
		b.t.Fatalf("evaluate %.80s: %v", js, err)
	}
	return result
}
