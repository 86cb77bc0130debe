package protection

import (
	"strings"

	"regain/views"
	"regain/views/gallery/sample"
	"regain/views/protect"
	"regain/views/words"
)

// cut makes the parts of a link: [host], !what fools, U+ what does not show, with | between them.
func cut(drawn string) (parts []protect.LinkPart) {
	for piece := range strings.SplitSeq(drawn, "|") {
		var p protect.LinkPart
		piece, p.Fools = strings.CutPrefix(piece, "!")
		p.Hidden = strings.HasPrefix(piece, "U+")
		if p.Host = strings.HasPrefix(piece, "["); p.Host {
			piece = strings.Trim(piece, "[]")
		}
		p.Text = piece
		parts = append(parts, p)
	}
	return parts
}

func because(code string, args ...any) words.Text { return words.Say("link_reason."+code, args...) }

func linkSamples() []sample.Sample {
	const ours = words.Code("market.example")
	form := func(name, pasted string, wrong ...views.Wrong) sample.Sample {
		return sample.Sample{Name: "protect-link/" + name,
			View: protect.Link{Page: sample.Outside(wrong...), Pasted: pasted}.View()}
	}
	answer := func(name, verdict string, links ...protect.JudgedLink) sample.Sample {
		return sample.Sample{Name: "protect-link/" + name,
			View: protect.Link{Page: sample.Outside(), Verdict: verdict, Links: links}.View()}
	}
	link := func(verdict, host, drawn string, why ...words.Text) protect.JudgedLink {
		return protect.JudgedLink{Verdict: verdict, Host: host, Parts: cut(drawn), Why: why}
	}
	good := link("ours", "market.example", "https://|[market.example]|/jobs?id=7")
	user := link("not_ours", "evil.example", "https://|!market.example@|[evil.example]|/signin",
		because("userinfo"))
	odd := link("unclear", "market.example", "!http|://|[market.example]|!:8080|/x/|!U+202E|gpj",
		because("hidden", words.Code("U+200B")), because("port"), because("plain_http"))
	return []sample.Sample{
		form("normal", ""), form("empty", "", sample.Bad("link", "link_missing")),
		form("none", "Hello, is this from you?", sample.Bad("link", "link_none")),
		form("too-long", sample.LongText, sample.Bad("link", "link_long", "4000")),
		form("markup", sample.Markup, sample.Bad("link", "link_none")),
		answer("ours", "ours", good), answer("not-ours", "not_ours", user), answer("unclear", "unclear", odd),
		answer("plain", "not_ours", link("not_ours", "news.example", "https://|[news.example]|/a")),
		answer("blocked", "not_ours", link("not_ours", "market.example.evil.example",
			"https://|![market.example.]|[evil.example]|/", because("blocked"),
			because("name_before", words.Code("evil.example")))),
		answer("lookalike", "not_ours", link("not_ours", "rnarket.example",
			"https://|![rnarket.example]|/", because("lookalike", ours), because("letters"),
			because("mixed_scripts"))),
		answer("name", "not_ours", link("not_ours", "markets.example",
			"https://|![markets.example]|/|!market.example", because("one_letter", ours),
			because("other_ending", ours), because("name_inside", ours), because("name_after"),
			because("shortener"), because("long"))),
		answer("number", "not_ours", link("not_ours", "216.58.214.206",
			"https:|!\\\\|![0xd83ad6ce]|/", because("encoded_host", words.Code("216.58.214.206")),
			because("backslash"), because("ip"))),
		answer("script", "not_ours", link("not_ours", "", "!javascript:|alert(1)", because("script"))),
		answer("no-page", "unclear", link("unclear", "", "!mailto:|ada@market.example", because("not_web"))),
		answer("broken", "unclear", link("unclear", "", "https://|[market.example]|:99999/",
			because("unreadable"))),
		answer("redirect", "unclear", link("unclear", "market.example", "[market.example]|![.]|/?url=|"+
			"!https%3A%2F%2Fevil.example", because("redirect"), because("trailing_dot"),
			because("no_scheme"))),
		answer("several", "not_ours", good, user, odd), answer("several-ours", "ours", good, good),
		answer("several-unclear", "unclear", good, odd),
		answer("long", "not_ours", link("not_ours", strings.Repeat("long-", 30)+"name.example",
			"https://|["+strings.Repeat("long-", 30)+"name.example]|/"+strings.Repeat("x", 200)+"…")),
		answer("hostile", "not_ours", link("not_ours", "evil.example", "https://|[evil.example]|/"+
			sample.Markup)),
	}
}
