//go:build e2e

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe-core comes as one file of this version, whose content is known.
const (
	axeVersion = "4.14.1"
	axeSum     = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
	axeFetch   = "\n  npm pack axe-core@" + axeVersion + " && tar xzf axe-core-" + axeVersion +
		".tgz package/axe.min.js\nthen put axe.min.js there, or its path into REGAIN_AXE"
)

var readAxe = sync.OnceValues(func() (text, problem string) {
	path := os.Getenv("REGAIN_AXE")
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err.Error()
		}
		path = filepath.Join(cache, "regain", "axe.min.js")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err.Error() + "; fetch axe-core with" + axeFetch
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != axeSum {
		return "", path + " is not axe-core " + axeVersion + "; fetch it with" + axeFetch
	}
	// The markup of everything that it looks at is in no report.
	return string(raw) + ";axe.configure({ noHtml: true });", ""
})

func axeSource(t testing.TB) string {
	t.Helper()
	text, problem := readAxe()
	if problem != "" {
		t.Fatal(problem)
	}
	return text
}

// bringAxe lets every page that the tab comes to have axe from its beginning: its text is long, and is
// told once. A page that was there before gets it when it is asked.
func (b *tab) bringAxe() {
	b.t.Helper()
	b.run("bring axe", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(axeSource(b.t)).WithWorldName(checksWorld).Do(ctx)
		return err
	}))
}

// What axe-core is asked: everything; all but what makes sense for pages only, which a mail is
// not; all but what depends on the colours; or that alone.
const (
	axeAll = `{ rules: { 'target-size': { enabled: true } }, runOnly: ['wcag2a', 'wcag2aa',
		'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }`
	axeMail   = `{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }`
	axeShapes = `{ rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: false },
		'link-in-text-block': { enabled: false } }, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
		'wcag22aa', 'best-practice'] }`
	axeColours = `{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }`
)

// seen are the places that pages up to now have had: elements of a kind inside of others of a kind,
// in each look. What has been judged before is not judged again: axe takes a second.
type seen struct {
	mu     sync.Mutex
	places map[string]bool
}

// underway are the places on the ways of people, inColours those of the gallery. The gallery shows
// every state to axe; on the way to it only what the page has not shown yet is new.
var underway, inColours seen

// news reports whether the page has a place that the same page has not had before in this look.
func (s *seen) news(b *tab) bool {
	b.t.Helper()
	places := tell[[]string](b, "places()")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.places == nil {
		s.places = map[string]bool{}
	}
	before := len(s.places)
	for _, p := range places {
		s.places[fmt.Sprint(b.look, " ", p)] = true
	}
	return len(s.places) > before
}

// axe returns all violations that axe-core sees on the page as it is shown now.
func (b *tab) axe() []string {
	b.t.Helper()
	return b.axeOn(axeAll)
}

func (b *tab) axeOn(options string) []string {
	b.t.Helper()
	text := axeSource(b.t)
	var wrong []string
	b.run("axe", chromedp.ActionFunc(func(ctx context.Context) error {
		var there bool
		if err := b.inWorld(ctx, "typeof axe === 'object'", &there); err != nil {
			return err
		}
		if !there {
			if err := b.inWorld(ctx, text+";true", &there); err != nil {
				return err
			}
		}
		return b.inWorld(ctx, fmt.Sprintf(axeRun, options), &wrong)
	}))
	return wrong
}

const axeRun = `axe.run(document, Object.assign(%s, { resultTypes: ['violations'],
	iframes: false })).then(r => r.violations.map(v => 'axe: ' + v.id + ': ' + v.help + ': ' +
	v.nodes.map(n => n.target.join(' ') + ' ' +
		n.any.map(a => a.message).join('; ')).join(' | ')))`

// probes are the questions that our own checks ask a page. Each answers with a list of what is
// wrong, in words.
const probes = `
const found = (selector, root = document) =>
	[...root.querySelectorAll(selector)].filter(shown).map(called);
const called = e => e.tagName + (e.id ? '#' + e.id : '') +
	(e.id || e === document.body ? '' : ' “' + (e.innerText ?? '').trim().slice(0, 40) + '”');
// A question asks it of every element, and so of the elements around it again and again.
const cuts = new Map();
const cutAway = e => {
	if (!(e instanceof Element)) return false;
	if (!cuts.has(e)) cuts.set(e, getComputedStyle(e).clipPath !== 'none' || cutAway(e.parentElement));
	return cuts.get(e);
};
const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
	!cutAway(e);
const all = selector => [...document.querySelectorAll(selector)].filter(shown);
const arrived = () => ({
	Page: document.querySelector('main')?.dataset.page ?? '',
	Heading: (document.querySelector('h1')?.innerText ?? '').replace(/\s+/g, ' '),
	Headings: document.querySelectorAll('h1').length,
	Title: document.title.replace(/[\u2066-\u2069]/g, ''), // words of another direction are kept apart
	Focus: called(document.activeElement),
});

const sideways = () => {
	const room = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= room) return [];
	const wide = all('body *').filter(e => e.getBoundingClientRect().right > room + 1);
	return ['sideways scroll: ' + wide.slice(-3).map(called).join(', ')];
};

// Turned round, everything stands as far from the one side as it stood from the other; what reads from
// left to right stays as it is inside.
const mirrored = () => {
	const root = document.documentElement, dir = root.dir, room = root.clientWidth;
	const boxes = all('body *:not(svg *)').filter(e => !e.closest('.ltr, body [dir], bdi') &&
		(!getComputedStyle(e).display.startsWith('inline') || e.matches('.btn, .icon')));
	const sides = to => {
		root.dir = to;
		return boxes.map(e => e.getBoundingClientRect());
	};
	const [one, other] = ['ltr', 'rtl'].map(sides);
	root.dir = dir;
	return boxes.filter((e, i) => Math.abs(one[i].left - (room - other[i].right)) > 1 ||
		Math.abs(one[i].top - other[i].top) > 1).slice(0, 3).map(e => 'not mirrored: ' + called(e));
};

// A sentence whose parts are laid out as boxes loses the spaces between them.
const torn = () => all('body *').filter(e => /flex|grid/.test(getComputedStyle(e).display) &&
	[...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()) &&
	e.querySelector(':scope > :is(a, b, bdi, span:not(.vh), time)')).map(e => 'torn: ' + called(e));

// How many lines labels and headings take.
const rows = e => {
	const s = getComputedStyle(e);
	const text = e.clientHeight - parseFloat(s.paddingBlockStart) - parseFloat(s.paddingBlockEnd);
	return Math.round(text / parseFloat(s.lineHeight));
};
const tall = () => all('main .btn').filter(e => rows(e) > 3).concat(all('h1').filter(e => rows(e) > 5))
	.map(e => 'tall: ' + called(e));

const clipped = () => all('body *').filter(e => {
	const s = getComputedStyle(e);
	if (e.matches('svg, svg *, iframe, textarea, input')) return false;
	return s.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1 ||
		s.overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1;
}).map(e => 'clipped: ' + called(e));

// A radio button or box is as large as its label; links inside of sentences are as they are.
const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
const target = e => e.matches('[type=radio], [type=checkbox]') ? e.closest('label') ?? e : e;
const small = () => all(controls).filter(e => {
	const r = target(e).getBoundingClientRect();
	if (r.bottom + scrollY <= 0) return false; // waits above the page for the focus
	if (e.matches('a') && getComputedStyle(e).display === 'inline') return false;
	return r.width < 43.5 || r.height < 43.5;
}).map(e => {
	const r = target(e).getBoundingClientRect();
	return 'small target: ' + called(e) + ' ' + r.width.toFixed(1) + '×' + r.height.toFixed(1);
});

const below = () => all('main .btn:not(.alt, .quiet)').slice(0, 1).filter(e =>
	e.getBoundingClientRect().bottom > innerHeight).map(e => 'not in view: ' + called(e));

// Where the system chooses the colours, the current one and the main button are told from their like
// by a line, a mark or size, too.
const lines = e => {
	const s = getComputedStyle(e);
	return [s.fontWeight > 500, s.textDecorationLine, s.borderInlineStartStyle, s.borderInlineStartWidth,
		s.outlineStyle, getComputedStyle(e, '::before').blockSize, e.querySelectorAll('.icon').length].join();
};
const alike = () => all('[aria-current]').filter(e =>
	[...e.closest('nav, ol, ul, header').querySelectorAll(e.tagName + ':not([aria-current])')].some(o =>
		shown(o) && lines(o) === lines(e))).concat(
	all('main .btn:not(.alt, .quiet, .danger)').filter(e =>
		all('main .btn:is(.alt, .quiet, .danger)').some(o => lines(o) === lines(e))))
	.map(e => 'not told apart: ' + called(e));

// What a page is made of: elements by their kind, inside of others by theirs.
const kind = e => e.tagName + ['class', 'role', 'type', 'aria-invalid', 'aria-current', 'open']
	.map(name => e.hasAttribute(name) ? ' ' + name + '=' + e.getAttribute(name) : '').join('');
const places = () => [...new Set([...document.querySelectorAll('body *:not(svg *)')].map(e =>
	document.querySelector('main').dataset.page + ': ' + kind(e.parentElement) + ' > ' + kind(e)))];

const dead = () => all('[data-js]').map(e => 'dead control: ' + called(e));

// The text of a page twice as large, and with the spacing that people may set (WCAG 1.4.12).
const enlarge = percent =>
	(document.documentElement.style.fontSize = percent + '%') !== '';
const spread = () => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; ' +
		'word-spacing: .16em !important } p { margin-block-end: 2em !important }');
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	return true;
};

// What has the focus, and whether a person can see that.
const opaque = c => !/(^transparent$|, 0\)|\/ 0\))/.test(c);
const stop = () => {
	const e = document.activeElement, t = target(e), s = getComputedStyle(t), wrong = [];
	const name = called(e), every = [...document.querySelectorAll('*')];
	if (e === document.body) return { Name: '', At: -1, Wrong: wrong, Group: '' };
	if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 || !opaque(s.outlineColor)) {
		wrong.push('no focus ring: ' + name);
	}
	const r = t.getBoundingClientRect();
	const x = (Math.max(r.left, 0) + Math.min(r.right, innerWidth)) / 2;
	const y = (Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2;
	const hit = document.elementFromPoint(x, y);
	if (!hit || !(t.contains(hit) || hit.contains(e) && hit.closest('a, button, label'))) {
		wrong.push('obscured: ' + name + ' by ' + (hit ? called(hit) : 'nothing, out of view'));
	}
	return { Name: name, At: every.indexOf(e), Wrong: wrong, Group: e.type === 'radio' ? e.name : '' };
};
// Everything the Tab key has to reach; a group of radio buttons is one stop.
const stops = () => {
	const groups = new Set();
	return all(controls + ', [tabindex="0"], iframe').filter(e => {
		if (e.tabIndex < 0 || e.disabled) return false;
		if (e.type !== 'radio') return true;
		return groups.has(e.name) ? false : groups.add(e.name);
	}).map(called);
};

// Whether nothing was painted before all of the page was there and its scripts had run. What is
// painted in pieces moves while the rest comes, as much as the machine is busy.
const whole = () => frames().then(() =>
	(performance.getEntriesByType('paint')[0]?.startTime ?? Infinity) >=
		performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd);

// What moved on its own since the page began.
const frames = () => new Promise(done =>
	requestAnimationFrame(() => requestAnimationFrame(done)));
const shift = () => frames().then(() => new Promise(done => {
	const moved = [];
	let sum = 0;
	new PerformanceObserver(list => list.getEntries().forEach(e => {
		const what = e.sources.map(s => s.node).filter(n => n instanceof Element).map(called);
		moved.push('layout shift: ' + e.value + ': ' + what.join(', '));
		sum += e.value;
	})).observe({ type: 'layout-shift', buffered: true });
	new PerformanceObserver(() => done(sum > 0.01 ? moved : []))
		.observe({ type: 'navigation', buffered: true });
}));
`
