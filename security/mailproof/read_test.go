package mailproof

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func read(t testing.TB, raw string) *Letter {
	t.Helper()
	l, err := Read([]byte(raw))
	if err != nil {
		t.Fatalf("%.60q: %v", raw, err)
	}
	return l
}

func TestRead(t *testing.T) {
	t.Parallel()
	raw := "\ufeff\r\nFrom ada@x.example Fri Nov 20\r\n" +
		"Return-Path: <bounce@x.example>\r\n" +
		"From: =?utf-8?q?Ex=C3=A4mple?= <A@X.Example.>\r\nSender: s@x.example\r\n" +
		"Reply-To: \"R, R\" <r@y.example>, t@z.example\r\nTo: x@y.example\r\nCc: c@y.example\r\n" +
		"Subject: =?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte("Grüße")) + "?=\r\n there\r\n" +
		"Date: Fri, 20 Nov 2026 08:30:00 +0000\r\nMessage-ID: <m-1@x.example>\r\n" +
		"In-Reply-To: <a@b>\r\nReferences: <a@b> <c@d>\r\nX-Regain-Notice: locked_out\r\n" +
		"X-Regain-Message: 7F3K-9Q2D-MXPB\r\nX-Regain-Seal: k.m\r\n" +
		"Authentication-Results: mx.example; spf=pass smtp.mailfrom=a@x.example; dkim=fail header.d=x.example;\r\n dmarc=pass header.from=x.example\r\n" +
		"ARC-Authentication-Results: i=1; mx2.example; arc=pass; spf=fail smtp.mailfrom=y.example\r\n" +
		"Content-Type: multipart/mixed; boundary=\"out\"\r\n\r\nnobody reads this\r\n--out\r\n" +
		"Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n" +
		"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		"Hell=F6 =\r\nall https://a.example/1.\r\n7f3k-9q2d-mxpb\r\n\r\n--in\r\nContent-Type: text/html\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte("<p>Hi <a href='https://b.example/'>https://a.example/</a>"+
			"<script>no</script><form action=//c.example>")) + "\r\n--in--\r\n--out\r\n" +
		"Content-Type: application/pdf; name=\"..\\..\\a\u202efdp.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		strings.Repeat("QUJD\r\n", 100) + "--out--\r\nnor this"
	want := &Letter{Form: Source, Author: []Address{{"Exämple", "A@X.Example.", "x.example"}},
		Sender:  []Address{{"", "s@x.example", "x.example"}},
		ReplyTo: []Address{{"R, R", "r@y.example", "y.example"}, {"", "t@z.example", "z.example"}},
		To:      []Address{{"", "x@y.example", "y.example"}}, Cc: []Address{{"", "c@y.example", "y.example"}},
		ReturnPath: "bounce@x.example", Subject: "Grüße there", Date: then, MessageID: "m-1@x.example",
		InReplyTo: []string{"a@b"}, References: []string{"a@b", "c@d"},
		Text: "Hellö all https://a.example/1.\n7f3k-9q2d-mxpb",
		Links: []Link{{"https://b.example/", "https://a.example/", false}, {"//c.example", "", true},
			{"https://a.example/1", "", false}},
		Files:  []File{{"afdp.exe", "application/pdf", 300}},
		Notice: "locked_out", Code: "7F3K-9Q2D-MXPB", Seal: "k.m", EndCode: "7F3K-9Q2D-MXPB",
		Hearsay: []Hearsay{{"mx.example", "spf", "pass", "x.example"}, {"mx.example", "dkim", "fail", "x.example"},
			{"mx.example", "dmarc", "pass", "x.example"}, {"mx2.example", "arc", "pass", ""},
			{"mx2.example", "spf", "fail", "y.example"}},
		Odd: []Odd{BadHeader, HiddenForward}}
	got := read(t, raw)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Letter{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	unix := read(t, strings.ReplaceAll(raw, "\r\n", "\n"))
	if diff := cmp.Diff(want, unix, cmpopts.IgnoreUnexported(Letter{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("with ends of lines of files (-want +got):\n%s", diff)
	}
}

// TestReadOdd: whatever is wrong inside, the rest is read, and it is told.
func TestReadOdd(t *testing.T) {
	t.Parallel()
	deep := ""
	for i := range 20 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%c\n\n--b%c\n", 'a'+i, 'a'+i)
	}
	for name, tt := range map[string]struct {
		mail string
		odd  []Odd
		text string
	}{
		"none":          {"From: a@b\n\nHi", nil, "Hi"},
		"no header":     {"Dear customer,\nclick: here", nil, "Dear customer,\nclick: here"},
		"no empty line": {"From: a@b\nThis is text", []Odd{BadHeader}, "This is text"},
		"no author":     {"To: a@b\n\nHi", []Odd{NoAuthor}, "Hi"},
		"two authors":   {"From: a@b\nFrom: c@d\n\nHi", []Odd{AuthorTwice}, "Hi"},
		"two subjects":  {"From: a@b\nSubject: c\nSubject: d\n\nHi", []Odd{FieldTwice}, "Hi"},
		"no such day":   {"From: a@b\nDate: 31 February\n\nHi", []Odd{BadDate}, "Hi"},
		"nul":           {"From: a@b\n\nH\x00i", []Odd{NULs}, "Hi"},
		"no utf-8":      {"From: a@b\n\nH\xffi", []Odd{BadCharset}, "H\uFFFDi"},
		"charset":       {"From: a@b\nContent-Type: text/plain; charset=klingon\n\nHi", []Odd{BadCharset}, "Hi"},
		"base64":        {"From: a@b\nContent-Transfer-Encoding: base64\n\nS*Gk=", []Odd{BadEncoding}, "Hi"},
		"base64 cut":    {"From: a@b\nContent-Transfer-Encoding: base64\n\nSGkgS", []Odd{BadEncoding}, "Hi "},
		"quoted":        {"From: a@b\nContent-Transfer-Encoding: quoted-printable\n\nH=ZZi=", []Odd{BadEncoding}, "H=ZZi"},
		"boundary":      {"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\nHi", []Odd{BadBoundary}, "Hi"},
		"no boundary":   {"From: a@b\nContent-Type: multipart/mixed\n\nHi", []Odd{BadBoundary}, "Hi"},
		"never ends":    {"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHi", []Odd{BadBoundary}, "Hi"},
		"like it":       {"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHi\n--xy\n--x--", nil, "Hi\n--xy"},
		"kind":          {"From: a@b\nContent-Type: ;;;\n\nHi", []Odd{BadHeader}, ""},
		"deep":          {"From: a@b\n" + deep, []Odd{BadBoundary, TooDeep}, ""},
		"address":       {"From: Bank <<a@b>\n\nHi", []Odd{BadHeader}, "Hi"},
		"encoded words": {"From: a@b\nSubject: =?klingon?q?x?=\n\nHi", []Odd{BadCharset}, "Hi"},
	} {
		l := read(t, tt.mail)
		slices.Sort(l.Odd)
		slices.Sort(tt.odd)
		if !slices.Equal(l.Odd, tt.odd) || l.Text != tt.text {
			t.Errorf("%s: %q, odd %v; want %q, %v", name, l.Text, l.Odd, tt.text, tt.odd)
		}
	}
	for raw, want := range map[string]error{"": ErrEmpty, " \r\n\t": ErrEmpty,
		string(outlookMagic): ErrOutlook, strings.Repeat("a", MaxSize+1): ErrTooLarge} {
		if _, err := Read([]byte(raw)); err != want {
			t.Errorf("%.20q: %v, want %v", raw, err, want)
		}
	}
}

func TestAuto(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]Auto{
		"X: y": NotAuto, "Auto-Submitted: no": NotAuto, "Auto-Submitted: auto-replied": AutoReply,
		"Auto-Submitted: auto-replied; owner-email=\"a\"": AutoReply, "Auto-Submitted: auto-generated": AutoBulk,
		"Precedence: auto_reply": AutoReply, "X-Autoreply: yes": AutoReply, "Precedence: bulk": AutoBulk,
		"List-Id: <a.b>": AutoBulk, "List-Unsubscribe: <mailto:a@b>": AutoBulk,
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x": Bounce,
		"Return-Path: <>": Bounce, "X-Failed-Recipients: a@b": Bounce,
		"X-Auto-Response-Suppress: DR, OOF": AutoReply,
	} {
		if got := read(t, "From: a@b\n"+head+"\n\nHi").Auto; got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
}

// TestForwards: the ways in which mail programs put a mail into the text of another.
func TestForwards(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"gmail":       "Look\n\n---------- Forwarded message ---------\nFrom: Ex <a@b>\nDate: x\nSubject: Yo\nTo: me\n\n\nBody\nmore",
		"outlook":     "-----Original Message-----\nFrom: Ex <a@b>\nSent: x\nTo: me\nSubject: Yo\n\nBody\nmore",
		"new outlook": "Look\n________________________________\nVon: Ex <a@b>\nGesendet: x\nAn: me\nBetreff: Yo\n\nBody\nmore",
		"apple":       "> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Ex <a@b>\n> Betreff: Yo\n> Datum: x\n> \n> Body\n> more",
		"thunderbird": "-------- Message transféré --------\nSujet : x\nDe : Ex <a@b>\nObjet : Yo\n\nBody\nmore",
		"spanish":     "---------- Mensaje reenviado ----------\nDe: Ex <a@b>\nAsunto: Yo\n\nBody\nmore",
		"portuguese":  "---------- Mensagem encaminhada ---------\nDe: Ex <a@b>\nAssunto: Yo\n\nBody\nmore",
		"ukrainian":   "---------- Переслане повідомлення ---------\nВід: Ex <a@b>\nТема: Yo\n\nBody\nmore",
		"hindi":       "---------- अग्रेषित संदेश ----------\nप्रेषक: Ex <a@b>\nविषय: Yo\n\nBody\nmore",
		"arabic":      "---------- رسالة تمت إعادة توجيهها ----------\nمن: Ex <a@b>\nالموضوع: Yo\n\nBody\nmore",
		"bold":        "*From:* Ex <a@b>\n*Sent:* x\n*Subject:* Yo\n\nBody\nmore",
	} {
		got := inlineForwards(text)
		if want := []Inline{{"Ex <a@b>", "Yo", "Body\nmore"}}; !cmp.Equal(want, got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, text := range []string{"From: me\nit is late", "----", "Forwarded message", "De: a\n\nHi", ""} {
		if got := inlineForwards(text); got != nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
	two := "-----Original Message-----\nFrom: a\nSubject: b\n\nOne\n-----Original Message-----\nFrom: c\nSubject: d\n\nTwo"
	if got := inlineForwards(two); len(got) != 2 || got[0].Text != "One" || got[1].Author != "c" {
		t.Errorf("two in a row: %+v", got)
	}
}

// TestOriginal: what somebody forwards is what is asked about.
func TestOriginal(t *testing.T) {
	t.Parallel()
	inner := "From: x@evil.example\r\nSubject: Locked\r\n\r\nClick https://evil.example\r\n"
	outer := func(from, body string) string {
		return "From: " + from + "\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nSee\n--o\n" + body + "\n--o--\n"
	}
	for name, tt := range map[string]struct{ mail, author, raw string }{
		"attached":      {outer("me@x.example", "Content-Type: message/rfc822\n\n"+inner), "x@evil.example", inner},
		"in base64":     {outer("me@x.example", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(inner))), "x@evil.example", inner},
		"from us":       {outer("p@market.example", "Content-Type: message/rfc822\n\n"+inner), "", ""},
		"inline":        {"From: me@x.example\n\n---------- Forwarded message ---------\nFrom: x@evil.example\nSubject: Locked\n\nClick", "x@evil.example", ""},
		"nothing in it": {"From: me@x.example\n\nHi", "", ""},
	} {
		got, raw := read(t, tt.mail).Original(testOurs())
		author := ""
		if got != nil {
			author = got.Author[0].Address
		}
		if author != tt.author || string(raw) != tt.raw {
			t.Errorf("%s: %q, %q", name, author, raw)
		}
	}
}

// bombs are mails as large as may be, each made to cost as much as it can.
func bombs() map[string][]byte {
	fill := func(head, each, end string) []byte {
		n := (MaxSize - len(head) - len(end)) / len(each)
		return []byte(head + strings.Repeat(each, n) + end)
	}
	line := strings.Repeat("QUJD", 19) + "\r\n"
	const from = "From: a@b.example\r\n"
	all := map[string][]byte{
		"attachment":     fill(from+"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", line, ""),
		"mixed":          fill(from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n", line, "--b--"),
		"text":           fill(from+"\r\n", "Some words to read, https://a.example/b and www.c.example.\r\n", ""),
		"base64 text":    fill(from+"Content-Transfer-Encoding: base64\r\n\r\n", line, ""),
		"quoted":         fill(from+"Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=41=42=\r\n=ZZ", ""),
		"html":           fill(from+"Content-Type: text/html\r\n\r\n", "<p>Some <b>words</b> &amp; <a href=https://a.example/b>more</a></p>", ""),
		"tags":           fill(from+"Content-Type: text/html\r\n\r\n", "<a href=x>", ""),
		"attributes":     fill(from+"Content-Type: text/html\r\n\r\n<a ", "href=x ", ">"),
		"one tag":        fill(from+"Content-Type: text/html\r\n\r\n<a href='", "x", ""),
		"header":         fill(from, "X: y\r\n", "\r\nHi"),
		"long header":    fill(from+"To: ", "a@b,", "\r\n\r\nHi"),
		"folded":         fill(from+"To: x", "\r\n a", "\r\n\r\nHi"),
		"comments":       fill(from+"To: ", "(", "\r\n\r\nHi"),
		"addresses":      fill("From: ", "<a@b.example>, ", "\r\n\r\nHi"),
		"parts":          fill(from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n", ""),
		"near bounds":    fill(from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n", "--bb\r\n", ""),
		"deep":           fill(from, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", ""),
		"enclosed":       fill(from+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: x\r\n\r\nHi\r\n", ""),
		"enclosed coded": fill(from+"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n", line, ""),
		"empty lines":    fill(from+"\r\n", "\n", ""),
		"codes":          fill(from+"\r\n", "ABCD-EFGH-JKMN ", ""),
		"forwards":       fill(from+"\r\n", "-----Original Message-----\r\nFrom: a\r\n", ""),
		"labels":         fill(from+"\r\n", "From: a\n", ""),
		"slashes":        fill(from+"\r\n", "a://", ""),
		"utf-16":         fill(from+"Content-Type: text/plain; charset=utf-16\r\n\r\n", "\xff\xfe", ""),
		"big5":           fill(from+"Content-Type: text/plain; charset=big5\r\n\r\n", "\x88\x62", ""),
		"gb18030":        fill(from+"Content-Type: text/plain; charset=gb18030\r\n\r\n", "\x81\x30\x81\x30", ""),
		"outlook":        fill(string(outlookMagic), "\x00\x01\x02\x03", ""),
	}
	nested := from
	for i := range 8 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	all["nested"] = fill(nested+"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n", line, "")
	return all
}

// maxMemory is what reading a mail may take besides the mail itself, all in all and not at one time.
const maxMemory = 64 << 20

// TestReadIsBounded: no mail of 10 MB takes more than 64 MiB to read, nor a long time. The time is
// a multiple of what is promised, for machines that do something else besides.
func TestReadIsBounded(t *testing.T) {
	for name, raw := range bombs() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := Read(raw)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		taken := after.TotalAlloc - before.TotalAlloc
		t.Logf("%-15s %4d ms %3d MiB %v", name, took.Milliseconds(), taken>>20, err)
		if taken > maxMemory || took > 2*time.Second {
			t.Errorf("%s: %d ms, %d MiB", name, took.Milliseconds(), taken>>20)
		}
		if err != nil && name != "outlook" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for name, raw := range bombs() {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Read(raw)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"rfc6376.eml", "rfc8463.eml"} {
		f.Add([]byte(vector(f, name)))
	}
	for _, raw := range bombs() {
		f.Add(raw[:min(len(raw), 2000)])
	}
	ours := testOurs()
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := Read(raw)
		if err != nil {
			return
		}
		for _, s := range append([]string{l.Subject, l.Text, l.ReturnPath, l.Seal, l.Code, l.EndCode}, l.References...) {
			if strings.Contains(s, "\x00") || strings.ToValidUTF8(s, "") != s {
				t.Errorf("%q is no text", s)
			}
		}
		for _, k := range l.Links {
			if strings.ToValidUTF8(k.URL+k.Shown, "") != k.URL+k.Shown {
				t.Errorf("%+q is no text", k.URL)
			}
		}
		for _, name := range l.Files {
			if strings.ContainsAny(name.Name, "/\\\x00\n") {
				t.Errorf("%q is no name", name.Name)
			}
		}
		l.Original(ours)
		Judge(l, ours, Proof{Signed: Signatures(t.Context(), raw, zone{}, then)})
	})
}
