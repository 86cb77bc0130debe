package weblink

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Link judges one link. bad may be nil.
func (j Judge) Link(link string, bad Bad) Answer {
	f := finding{judge: j, r: read(link)}
	r := &f.r
	if r.bare && !j.plausible(*r) {
		r.broken, r.host = true, ""
	}
	f.marks = make([]byte, len(r.link))
	f.Scheme, f.Host, f.Shown = r.scheme, r.host, shownOf(r.host)
	if r.host != "" {
		f.Domain = domainOf(r.host)
	}
	f.mark(r.typed, isHost)
	f.hidden()
	switch {
	case r.scheme != "" && defaults[r.scheme] == "":
		f.foreignScheme()
	case r.broken:
		f.Verdict = Unclear
		f.found(Unreadable, span{})
		f.found(Userinfo, r.userinfo)
	default:
		f.whose(bad)
	}
	slices.SortFunc(f.Reasons, func(a, b Reason) int {
		return slices.Index(Reasons, a) - slices.Index(Reasons, b)
	})
	f.Parts = parts(r.link, f.marks)
	return f.Answer
}

// plausible tells whether what has no scheme in front could be meant as a host.
func (j Judge) plausible(r reading) bool {
	typed := r.typed.of(r.link)
	return r.host != "" && (j.Ours.Has(r.host) || strings.Contains(strings.Trim(r.host, "."), ".") &&
		(!isIP(r.host) || strings.Count(typed, ".") == 3))
}

// finding is an answer while it is being made.
type finding struct {
	Answer
	judge Judge
	r     reading
	marks []byte
}

// found notes a reason, and marks what shows it. An empty span stands for nothing to be noted
// only where there is nothing to mark.
func (f *finding) found(why Reason, at span) {
	if why == Userinfo && at.from >= at.to {
		return
	}
	if !f.Has(why) {
		f.Reasons = append(f.Reasons, why)
	}
	f.mark(at, fools)
}

func (f *finding) mark(at span, with byte) {
	for i := at.from; i < at.to; i++ {
		f.marks[i] |= with
	}
}

// scripts are the schemes of what is no place but what is to be shown or run.
var scripts = set("javascript", "data", "vbscript", "blob", "filesystem", "about", "view-source")

func (f *finding) foreignScheme() {
	f.Host, f.Shown, f.Domain = "", "", ""
	scheme := span{0, strings.IndexByte(f.r.link, ':') + 1}
	if scripts[f.r.scheme] {
		f.Verdict = NotOurs
		f.found(Script, scheme)
		return
	}
	f.Verdict = Unclear
	f.found(NotWeb, scheme)
}

// whose compares the host, and looks at everything around it.
func (f *finding) whose(bad Bad) {
	r := &f.r
	ours := f.judge.Ours.Has(r.host)
	if slices.ContainsFunc(namesOf(r.host), func(name string) bool { return bad[name] }) {
		f.found(Blocked, r.typed)
	}
	f.found(Userinfo, r.userinfo)
	f.spelling(ours)
	if r.bare {
		f.found(NoScheme, span{})
	} else if !r.web {
		f.found(NotWeb, span{0, len(r.scheme)})
	}
	if len(r.link) > MaxLink {
		f.found(Long, span{})
	}
	if !ours {
		f.Verdict = NotOurs
		f.theirs()
		return
	}
	f.odd()
	f.Verdict = Ours
	if len(f.Reasons) > 1 || len(f.Reasons) == 1 && !f.Has(NoScheme) {
		f.Verdict = Unclear
	}
}

// spelling looks at how the host and the slashes around it are written. What is not exactly as a
// browser writes it never counts as ours without a word.
func (f *finding) spelling(ours bool) {
	r := &f.r
	typed := strings.Map(lower, r.typed.of(r.link))
	slashes := r.slashes.of(r.link)
	if slashes != "//" && (!r.bare || slashes != "") {
		f.found(Backslash, r.slashes)
	}
	path, _, _ := strings.Cut(r.rest.of(r.link), "?")
	path, _, _ = strings.Cut(path, "#")
	if i := strings.IndexByte(path, '\\'); i == 0 || i > 0 && ours {
		f.found(Backslash, span{r.rest.from + i, r.rest.from + i + 1})
	}
	switch {
	case typed == r.host || typed == f.Shown && ours:
	case isASCII(typed) && !isIP(r.host):
		f.found(EncodedHost, r.typed)
	}
	if !isASCII(f.Shown) && !ours || !isASCII(typed) && typed != f.Shown {
		f.found(Letters, r.typed)
	}
	for word := range strings.SplitSeq(f.Shown, ".") {
		if mixed(word) {
			f.found(MixedScripts, r.typed)
		}
	}
	if isIP(r.host) && (!ours || typed != r.host) {
		f.found(IP, r.typed)
	}
}

func lower(c rune) rune {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// odd looks at what stands beside one of our hosts.
func (f *finding) odd() {
	r, base := &f.r, read(f.judge.Base)
	home := base.host != "" && base.host == r.host
	if strings.HasSuffix(r.host, ".") {
		f.found(TrailingDot, span{r.typed.to - 1, r.typed.to})
	}
	if r.port != "" && (!home || r.port != base.port) {
		f.found(Port, r.colonPort)
	}
	if r.scheme == "http" && (!home || base.scheme != "http" || base.port != r.port) {
		f.found(PlainHTTP, span{0, len("http")})
	}
	for _, at := range f.judge.carried(r.link, r.rest) {
		f.found(Redirect, at)
	}
}

// theirs looks at what makes somebody else's host seem ours.
func (f *finding) theirs() {
	r := &f.r
	domain, shown := f.Domain, shownOf(f.Domain)
	if shorteners[domain] || shorteners[strings.TrimSuffix(r.host, ".")] {
		f.found(Shortener, span{})
	}
	for _, own := range f.judge.Ours.all {
		if isIP(r.host) {
			break
		}
		word, _, _ := strings.Cut(shown, ".")
		if why := own.imitates(word); why != "" {
			f.like(own, why, f.domainSpan())
		}
		under := strings.TrimSuffix(strings.TrimSuffix(shownOf(r.host), "."), shown)
		for word := range strings.SplitSeq(under, ".") {
			if word != "" && own.imitates(word) != "" {
				f.like(own, NameBefore, f.underSpan())
			}
		}
	}
	for _, own := range f.judge.Ours.all {
		if at, is := own.behind(r.link, r.rest); is {
			f.like(own, NameAfter, at)
		}
		if at, is := own.behind(r.link, r.userinfo); is {
			f.like(own, Userinfo, at)
		}
	}
}

func (f *finding) like(own ownHost, why Reason, at span) {
	if f.Like == "" {
		f.Like = own.name
	}
	f.found(why, at)
}

// domainSpan and underSpan are where the registrable domain, and what is below it, stand in what
// was typed; the whole host when it is written in another way than it is read.
func (f *finding) domainSpan() span {
	at := f.r.typed
	if n := f.under(); n >= 0 {
		return span{at.from + n, at.to}
	}
	return at
}

func (f *finding) underSpan() span {
	at := f.r.typed
	if n := f.under(); n >= 0 {
		return span{at.from, at.from + n}
	}
	return at
}

func (f *finding) under() int {
	typed := strings.Map(lower, f.r.typed.of(f.r.link))
	for _, domain := range []string{f.Domain, shownOf(f.Domain)} {
		if strings.HasSuffix(strings.TrimSuffix(typed, "."), domain) {
			return strings.LastIndex(typed, domain)
		}
	}
	return -1
}

// behind looks for our host, or the word of it that is ours, in a piece of a link.
func (own ownHost) behind(link string, in span) (span, bool) {
	in.to = min(in.to, in.from+MaxLink)
	text := strings.ToLower(in.of(link))
	for _, name := range []string{own.name, own.label} {
		if utf8.RuneCountInString(name) < 4 || name == "" {
			continue
		}
		if i := strings.Index(text, name); i >= 0 && len(text) == in.to-in.from {
			return span{in.from + i, in.from + i + len(name)}, true
		}
		if strings.Contains(strings.ToLower(decoded(text)), name) {
			return in, true
		}
	}
	return span{}, false
}
