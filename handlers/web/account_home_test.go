package web_test

import (
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/views/words"
)

func TestOverview(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada").Open("/account").On(200, "account")
	u.Wants(200, "h3", words.Say("overview.factor_none").String()).Wants(200, ".ticks",
		words.Say("overview.session_alone").String())
	links := u.Doc.Find("main .doors a")
	if links.Length() != 10 {
		t.Errorf("%d ways on, want 10", links.Length())
	}
	for i := range links.Length() {
		u.Other().Open(links.Eq(i).AttrOr("href", "")).Wants(303, "",
			"/signin?next="+strings.ReplaceAll(links.Eq(i).AttrOr("href", ""), "/", "%2F"))
		path := links.Eq(i).AttrOr("href", "")
		u.Open(path).Wants(200, `main[data-page="account-`+strings.TrimPrefix(path, "/account/")+`"]`, "")
		u.Open("/account")
	}
}

func TestOverviewNeedsAnswer(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	u := b.SignIn("ada").Open("/account").On(200, "account")
	u.Wants(200, "h1 + .note.warn", words.Say("overview.lead", "1").String())
	u.Wants(200, ".items", "Chrome on Windows, Latvia (approximate)")
	path := u.Doc.Find(".items a").First().AttrOr("href", "")
	u.Open(path).On(200, "account-alert").SubmitTo(path + "/me").Follow()
	u.Open("/account").Wants(200, "h1 + .note:not(.warn)", words.Say("overview.lead", "0").String())
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	one, two := b.SignIn("ada"), b.SignIn("ada")
	one.Open("/account").SubmitTo("/signout/all").Wants(303, "", "/signin")
	if got := one.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	one.Follow().Wants(200, "[role=status]", words.Say("flash.signed_out_all").String())
	two.Open("/account").Wants(303, "", "/signin")
}
