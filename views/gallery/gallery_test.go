package gallery_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
	"regain/views/words"
)

// checks are the rules that every sample of every page keeps.
var checks = map[string]func(t *testing.T, doc *goquery.Document){
	"frame":  checkFrame,
	"ids":    checkIDs,
	"labels": checkLabels,
	"inline": checkInline,
	"errors": checkErrors,
	"words":  checkWords,
	"forms":  checkForms,
}

func TestSamples(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range gallery.Samples() {
		if seen[s.Name] {
			t.Errorf("two samples are named %q", s.Name)
		}
		seen[s.Name] = true
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			doc := draw(t, s)
			html, err := doc.Html()
			if err != nil || len(html) > 30<<10 && s.Name != "staff-case/long" { // every field is too long
				t.Errorf("the page weighs %d bytes, at most 30 KB (%v)", len(html), err)
			}
			for _, check := range checks {
				check(t, doc)
			}
			page, _, _ := strings.Cut(s.Name, "/")
			if got, _ := doc.Find("main").Attr("data-page"); got != page {
				t.Errorf("data-page is %q, want %q", got, page)
			}
		})
	}
}

func draw(t *testing.T, s gallery.Sample) *goquery.Document {
	t.Helper()
	var html strings.Builder
	if err := s.View.Render(t.Context(), &html); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func checkFrame(t *testing.T, doc *goquery.Document) {
	for selector, want := range map[string]int{
		"h1": 1, "main[data-page]#main": 1, "title": 1, "html[lang=en][dir=ltr]": 1,
		"a.skip[href='#main']": 1,
		"header":               1, "footer": 1, "meta[name=robots][content=noindex]": 1,
		"link[rel=stylesheet]": 1, `script[src^="/static/app."]`: 1,
		`script[src^="/static/passkey."]`: min(1,
			doc.Find("[data-passkey], [data-signals]").Length()),
	} {
		if got := doc.Find(selector).Length(); got != want {
			t.Errorf("%d of %q, want %d", got, selector, want)
		}
	}
	if h1 := strings.TrimSpace(doc.Find("h1").Text()); h1 == "" ||
		!strings.Contains(doc.Find("title").Text(), h1) {
		t.Errorf("the title %q does not name the heading %q", doc.Find("title").Text(), h1)
	}
	rest := doc.Find("h1:empty, h2:empty, h3:empty, button:empty, label:empty, a:empty")
	if rest.Length() > 0 {
		t.Errorf("an element without words: %v", rest.Nodes[0].Data)
	}
}

func checkIDs(t *testing.T, doc *goquery.Document) {
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if id == "" || seen[id] || strings.ContainsAny(id, " \t\n") {
			t.Errorf("id %q is empty, used twice or has a space", id)
		}
		seen[id] = true
	})
	for _, name := range []string{
		"for", "aria-describedby", "aria-labelledby", "aria-controls", "data-copy", "data-reveal",
		"data-meter",
	} {
		doc.Find("[" + name + "]").Each(func(_ int, s *goquery.Selection) {
			value, _ := s.Attr(name)
			for _, id := range strings.Fields(value) {
				if !seen[id] {
					t.Errorf("%s leads to %q, which is not there", name, id)
				}
			}
		})
	}
	doc.Find("a[href^='#']").Each(func(_ int, s *goquery.Selection) {
		if href, _ := s.Attr("href"); !seen[href[1:]] {
			t.Errorf("link to %q, which is not there", href)
		}
	})
	doc.Find("[data-copy], [data-reveal]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"data-copy", "data-reveal"} {
			if id, ok := s.Attr(name); ok && !seen[id+".said"] {
				t.Errorf("%s of %q has nobody to say what happened", name, id)
			}
		}
	})
}

func checkLabels(t *testing.T, doc *goquery.Document) {
	doc.Find("input:not([type=hidden]), textarea, select").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		name, _ := s.Attr("name")
		byFor := doc.Find("label").FilterFunction(func(_ int, l *goquery.Selection) bool {
			target, ok := l.Attr("for")
			return ok && id != "" && target == id && strings.TrimSpace(l.Text()) != ""
		})
		if byFor.Length() == 0 && strings.TrimSpace(s.Closest("label").Text()) == "" {
			t.Errorf("the field %q has no label", name)
		}
		radio := s.AttrOr("type", "") == "radio"
		if radio && s.Closest("fieldset").Find("legend").Length() != 1 {
			t.Errorf("the choice %q is in no fieldset with a legend", name)
		}
	})
	doc.Find("svg:not([aria-hidden=true])").Each(func(_ int, s *goquery.Selection) {
		if label, _ := s.Attr("aria-label"); label == "" || s.AttrOr("role", "") != "img" {
			t.Error("a picture that is not hidden has no name")
		}
	})
	if doc.Find("iframe:not([title]), iframe:not([sandbox])").Length() > 0 {
		t.Error("a frame without title or sandbox")
	}
}

func checkInline(t *testing.T, doc *goquery.Document) {
	if doc.Find("style, [style]").Length() > 0 {
		t.Error("inline style")
	}
	doc.Find("script").Each(func(_ int, s *goquery.Selection) {
		if src, _ := s.Attr("src"); !strings.HasPrefix(src, "/static/") || s.Text() != "" {
			t.Errorf("script from %q with %q inside", src, s.Text())
		}
	})
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val),
				"javascript:") {
				t.Errorf("<%s %s=%q>", s.Nodes[0].Data, a.Key, a.Val)
			}
		}
	})
	if doc.Find("img, object, embed, base").Length() > 0 {
		t.Error("a foreign element: text became markup")
	}
}

func checkErrors(t *testing.T, doc *goquery.Document) {
	wrong := doc.Find("[aria-invalid=true]")
	summary := doc.Find("main .column > :first-child.summary[role=alert]")
	isError := strings.HasPrefix(doc.Find("title").Text(), "Error: ")
	marked := wrong.Length() > 0 || doc.Find("[data-passkey] .error, form:has(#sso) .error").Length() > 0
	// What is wrong with no field of the page stands in the summary alone, and leads nowhere.
	loose := summary.Length() == 1 && summary.Find("a").Length() == 0
	if isError != (summary.Length() == 1) || !loose && (isError != (doc.Find(".error").Length() > 0) ||
		isError != marked) {
		t.Errorf("title says error: %v, but summary %d, messages %d, marked fields %d",
			isError, summary.Length(), doc.Find(".error").Length(), wrong.Length())
	}
	doc.Find(".error").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		ties := doc.Find("[aria-describedby]").FilterFunction(func(_ int,
			f *goquery.Selection) bool {
			return strings.Contains(" "+f.AttrOr("aria-describedby", "")+" ", " "+id+" ")
		})
		if ties.Length() == 0 {
			t.Errorf("the message %q describes no field", id)
		}
		said := strings.TrimPrefix(strings.TrimSpace(s.Text()), "Error: ")
		if !strings.Contains(summary.Text(), said) {
			t.Errorf("the summary does not say %q", said)
		}
	})
}

var (
	jargon = regexp.MustCompile(`(?i)\b(MFA|2FA|OTP|TOTP|credentials?|tokens?|sessions?|invalid|` +
		`oops|please|forbidden|logins?)\b`)
	code = regexp.MustCompile(`\{\d\}|\b(flash|reason|activity|timeline|signal|problem|answer|` +
		`topic|how|outcome|desk|trail|case|case_\w+|remark|lock|role|method|delivery|nav)\.[a-z]`)
)

func checkWords(t *testing.T, doc *goquery.Document) {
	body := doc.Find("body").Clone()
	body.Find("script, pre, iframe, [dir=ltr] .ltr, .ltr, .pre").Remove()
	text := body.Text()
	doc.Find("[data-done], [data-failed], [data-shown], [data-words]").Each(func(_ int,
		s *goquery.Selection) {
		for _, name := range []string{"data-done", "data-failed", "data-shown", "data-hidden",
			"data-words"} {
			text += " " + s.AttrOr(name, "")
		}
	})
	if bad := jargon.FindString(text); bad != "" {
		t.Errorf("the page says %q", bad)
	}
	if bad := code.FindString(text); bad != "" {
		t.Errorf("the page shows a code or a gap: %q", bad)
	}
	if strings.Contains(strings.ToLower(text), "sorry") {
		h1 := doc.Find("h1").Text()
		if !strings.Contains(h1, "our side") && !strings.Contains(h1,
			"right now") && !strings.Contains(h1, "longer") {
			t.Errorf("%q says sorry for what is not our fault", h1)
		}
	}
}

func checkForms(t *testing.T, doc *goquery.Document) {
	doc.Find("form").Each(func(_ int, s *goquery.Selection) {
		action := s.AttrOr("action", "")
		method := "post"
		if s.AttrOr("role", "") == "search" {
			method = "get" // it changes nothing, and what was looked for stands in the address
		}
		if s.AttrOr("method", "") != method || !strings.HasPrefix(action,
			"/") && !strings.HasPrefix(action, "about:invalid") {
			t.Errorf("form to %q by %q", action, s.AttrOr("method", ""))
		}
		buttons := 1
		if action == "/language" {
			buttons = len(words.All)
		}
		if n := s.Find("button:not([type=button])").Length(); n != buttons {
			t.Errorf("the form to %q has %d buttons to send it, want %d", action, n, buttons)
		}
		if s.ParentsFiltered("form").Length() > 0 {
			t.Errorf("the form to %q is inside a form", action)
		}
	})
	if doc.Find("button[disabled], input[disabled], input[maxlength], [autofocus]").Length() > 0 {
		t.Error("a control that is disabled, cuts what is typed, or takes the focus")
	}
	doc.Find("input[name*=password]").Each(func(_ int, s *goquery.Selection) {
		if kind := s.AttrOr("type", ""); kind != "password" {
			t.Errorf("%s is a field of type %q", s.AttrOr("name", ""), kind)
		}
	})
	doc.Find("input[type=password]").Each(func(_ int, s *goquery.Selection) {
		if _, filled := s.Attr("value"); filled || s.AttrOr("autocomplete", "") == "" {
			t.Error("a password field with a value or without autocomplete")
		}
	})
	doc.Find("button[type=button]:not([data-js])").Each(func(_ int, s *goquery.Selection) {
		t.Errorf("the button %q does nothing without script", s.Text())
	})
}
