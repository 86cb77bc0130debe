package mailproof

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	ours := func(change func(*Facts)) Facts {
		f := Facts{Form: Source, CodeStated: true, CodeKnown: true, Seal: SealRight, AsSent: true,
			Signature: NotSigned, Author: "market.example", AuthorOurs: true, AuthorSender: true}
		change(&f)
		return f
	}
	other := func(change func(*Facts)) Facts {
		f := Facts{Form: Source, Seal: SealNone, Signature: NotSigned, Author: "evil.example"}
		change(&f)
		return f
	}
	for name, tt := range map[string]struct {
		facts Facts
		want  Verdict
		codes string // of the reasons
	}{
		"sealed":                   {ours(func(*Facts) {}), Genuine, "code_known seal_right signature_none"},
		"sealed, old":              {ours(func(f *Facts) { f.CodeKnown = false }), Genuine, "code_unknown seal_right signature_none"},
		"sealed, broken signature": {ours(func(f *Facts) { f.Signature = SignedWrong }), Genuine, "code_known seal_right signature_wrong"},
		"sealed, quotes a link":    {ours(func(f *Facts) { f.LinkForeign = "x.example" }), Genuine, "code_known seal_right signature_none link_foreign"},
		"sealed and a file":        {ours(func(f *Facts) { f.AsSent, f.Files = false, 1 }), Altered, "code_known seal_wrong file_added signature_none"},
		"sealed, old and a file":   {ours(func(f *Facts) { f.CodeKnown, f.AsSent, f.Files = false, false, 1 }), Altered, "code_unknown seal_wrong signature_none"},
		"sealed, reply elsewhere":  {ours(func(f *Facts) { f.ReplyElsewhere = "x.example" }), Altered, "code_known seal_right signature_none reply_elsewhere"},
		"sealed, other author":     {ours(func(f *Facts) { f.AuthorOurs, f.Author = false, "x.example" }), Altered, "code_known seal_right author_other signature_none"},
		"sealed, two authors":      {ours(func(f *Facts) { f.AuthorTwice = true }), Altered, "code_known seal_right signature_none author_twice"},
		"seal does not fit":        {ours(func(f *Facts) { f.Seal = SealWrong }), Altered, "code_known seal_wrong signature_none"},
		"seal does not fit, signed": {ours(func(f *Facts) { f.Seal, f.Signature = SealWrong, SignedByAuthor }), Altered,
			"code_known seal_wrong signature_author"},
		"signed, before seals":   {ours(func(f *Facts) { f.Seal, f.Signature = SealNone, SignedByAuthor }), Genuine, "code_known signature_author"},
		"signed, key is gone":    {ours(func(f *Facts) { f.Seal, f.Signature = SealUnknown, SignedByAuthor }), Genuine, "code_known signature_author"},
		"signed, other mail":     {ours(func(f *Facts) { f.Seal, f.Signature, f.IDOther = SealNone, SignedByAuthor, true }), Altered, "code_known other_mail signature_author"},
		"signed, other reader":   {ours(func(f *Facts) { f.Seal, f.Signature, f.ToOther = SealNone, SignedByAuthor, true }), Altered, "code_known other_mail signature_author"},
		"signed by others":       {ours(func(f *Facts) { f.Seal, f.Signature = SealNone, SignedByOther }), Altered, "code_known signature_other"},
		"no proof":               {ours(func(f *Facts) { f.Seal = SealNone }), Unclear, "code_known signature_none"},
		"no proof, their link":   {ours(func(f *Facts) { f.Seal, f.LinkForeign = SealNone, "x.example" }), Altered, "code_known signature_none link_foreign"},
		"no proof, a form":       {ours(func(f *Facts) { f.Seal, f.Sends = SealNone, true }), Altered, "code_known signature_none form"},
		"text with a code":       {Facts{Form: Bare, CodeStated: true, CodeKnown: true, Seal: SealNone}, Unclear, "code_known form_bare"},
		"text, code, their link": {Facts{Form: Bare, CodeStated: true, CodeKnown: true, LinkForeign: "x.example"}, Altered, "code_known form_bare link_foreign"},
		"Outlook with a code":    {ours(func(f *Facts) { f.Form, f.Seal, f.AsSent = Outlook, SealUnknown, false }), Unclear, "code_known form_outlook"},
		"signed by us, no code": {ours(func(f *Facts) {
			f.Seal, f.CodeKnown, f.CodeStated, f.AuthorSender, f.Signature = SealNone, false, false, false, SignedByAuthor
		}), Unclear, "code_none signature_author"},
		"from our address, no code": {ours(func(f *Facts) { f.Seal, f.CodeKnown, f.CodeStated = SealNone, false, false }), NotOurs, "code_none signature_none"},
		"from our address, old":     {ours(func(f *Facts) { f.Seal, f.CodeKnown = SealNone, false }), Unclear, "code_unknown signature_none"},
		"made up seal":              {ours(func(f *Facts) { f.Seal, f.CodeKnown = SealWrong, false }), Unclear, "code_unknown signature_none"},
		"from us, their link": {ours(func(f *Facts) { f.Seal, f.CodeKnown, f.LinkForeign = SealNone, false, "x.example" }), NotOurs,
			"link_foreign code_unknown signature_none"},
		"from elsewhere":           {other(func(*Facts) {}), NotOurs, "code_none author_other signature_none"},
		"from elsewhere, signed":   {other(func(f *Facts) { f.Signature = SignedByAuthor }), NotOurs, "code_none author_other signature_author"},
		"from elsewhere, our name": {other(func(f *Facts) { f.NameOurs = true }), NotOurs, "name_ours code_none author_other signature_none"},
		"from elsewhere, our code": {other(func(f *Facts) { f.CodeKnown, f.CodeStated = true, true }), Altered, "code_known author_other signature_none"},
		"nobody":                   {Facts{Form: Source, Signature: NotSigned}, Unclear, "code_none author_none signature_none"},
		"nobody, a fooling link":   {Facts{Form: Bare, LinkFools: "x.example"}, NotOurs, "link_fools code_none form_bare"},
		"text":                     {Facts{Form: Bare}, Unclear, "code_none form_bare"},
		"cut":                      {Facts{Form: Source, Signature: NotSigned, Cut: true}, Unclear, "code_none author_none signature_none cut"},
	} {
		got, reasons := Decide(tt.facts)
		var codes []string
		for _, r := range reasons {
			codes = append(codes, r.Code)
		}
		if got != tt.want || strings.Join(codes, " ") != tt.codes {
			t.Errorf("%s: %s for %q, want %s for %q", name, got, strings.Join(codes, " "), tt.want, tt.codes)
		}
	}
}

// TestNothingSaidMakesItGenuine: without our seal, and without code and signature together, no mail is
// ours, whatever else is true of it.
func TestNothingSaidMakesItGenuine(t *testing.T) {
	t.Parallel()
	flags := func(f *Facts) []*bool {
		return []*bool{&f.CodeStated, &f.CodeKnown, &f.AsSent, &f.AuthorOurs, &f.AuthorSender, &f.AuthorTwice,
			&f.NameOurs, &f.IDOther, &f.ToOther, &f.Sends, &f.Cut}
	}
	for bits := range 1 << 11 {
		for _, seal := range []SealState{SealNone, SealRight, SealWrong, SealUnknown} {
			for _, by := range []Signing{NotSigned, SignedByAuthor, SignedByOther, SignedWrong, SignedUnknown} {
				f := Facts{Form: Source, Seal: seal, Signature: by}
				for i, flag := range flags(&f) {
					*flag = bits&(1<<i) != 0
				}
				proved := seal == SealRight || f.CodeKnown && by == SignedByAuthor && seal != SealWrong
				if v, _ := Decide(f); v == Genuine && !(proved && f.AsSent && f.AuthorOurs && !f.AuthorTwice) {
					t.Fatalf("genuine: %+v", f)
				}
			}
		}
	}
}

func testOurs() Ours {
	is := func(host string) bool { return host == "market.example" || strings.HasSuffix(host, ".market.example") }
	return Ours{Brand: "Example Market", Sender: "protect@market.example", IsOurs: is,
		Skeleton: strings.ToLower, Link: func(address string) LinkVerdict {
			host := shownHost(address)
			return LinkVerdict{Host: host, Ours: is(host)}
		}}
}

func TestGather(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mail   string
		signed []Signature
		want   func(*Facts)
	}{
		"plain":     {"From: a@x.example\n\nHi", nil, func(*Facts) {}},
		"our name":  {"From: \"EXAMPLE-market Team\" <a@x.example>\n\nHi", nil, func(f *Facts) { f.NameOurs = true }},
		"our host":  {"From: \"help@market.example\" <a@x.example>\n\nHi", nil, func(f *Facts) { f.NameOurs = true }},
		"in domain": {"From: a@example-market.x.example\n\nHi", nil, func(f *Facts) { f.NameOurs, f.Author = true, "example-market.x.example" }},
		"reply":     {"From: a@x.example\nReply-To: b@y.example\n\nHi", nil, func(f *Facts) { f.ReplyElsewhere = "y.example" }},
		"reply us":  {"From: a@x.example\nReply-To: b@market.example\n\nHi", nil, func(*Facts) {}},
		"link":      {"From: a@x.example\n\nhttps://y.example/a", nil, func(f *Facts) { f.LinkForeign = "y.example" }},
		"own link":  {"From: a@x.example\n\nhttps://market.example/a", nil, func(*Facts) {}},
		"fools": {"From: a@x.example\nContent-Type: text/html\n\n<a href=https://y.example/>https://market.example</a>", nil,
			func(f *Facts) { f.LinkForeign, f.LinkFools = "y.example", "y.example" }},
		"same organisation": {"From: a@x.example\nContent-Type: text/html\n\n<a href=https://a.y.example/>www.y.example</a>", nil,
			func(f *Facts) { f.LinkForeign = "a.y.example" }},
		"form": {"From: a@x.example\nContent-Type: text/html\n\n<form action=https://y.example/p>", nil,
			func(f *Facts) { f.LinkForeign, f.Sends = "y.example", true }},
		"two authors": {"From: a@x.example\nFrom: b@x.example\n\nHi", nil, func(f *Facts) { f.AuthorTwice = true }},
		"signed": {"From: a@mail.x.example\n\nHi", []Signature{{"y.example", SignatureValid}, {"x.example", SignatureValid}},
			func(f *Facts) { f.Author, f.Signature, f.SignedBy = "mail.x.example", SignedByAuthor, "x.example" }},
		"signed by other": {"From: a@x.example\n\nHi", []Signature{{"x.example", SignatureWrong}, {"y.example", SignatureValid}},
			func(f *Facts) { f.Signature, f.SignedBy = SignedByOther, "y.example" }},
		"suffix is no one": {"From: a@x.co.uk\n\nHi", []Signature{{"y.co.uk", SignatureValid}},
			func(f *Facts) { f.Author, f.Signature, f.SignedBy = "x.co.uk", SignedByOther, "y.co.uk" }},
		"unknown": {"From: a@x.example\n\nHi", []Signature{{"x.example", KeyUnreachable}},
			func(f *Facts) { f.Signature, f.SignedBy = SignedUnknown, "x.example" }},
	} {
		l, err := Read([]byte(tt.mail))
		if err != nil {
			t.Fatal(err)
		}
		ours := testOurs()
		ours.Skeleton = func(s string) string { return strings.ToLower(s) }
		want := Facts{Form: Source, Seal: SealNone, Signature: NotSigned, Author: "x.example"}
		tt.want(&want)
		got := gather(l, ours, Proof{Seal: SealNone, Signed: tt.signed}, judgeLinks(l.Links, ours))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
