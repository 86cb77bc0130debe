package mailproof

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"
)

// zone is a resolver of its own.
type zone map[string][]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if name == "down._domainkey.example.com" {
		return nil, errors.New("no network")
	}
	if records, ok := z[name]; ok {
		return records, nil
	}
	return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
}

const rsaKey = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt" +
	"IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi" +
	"tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"

// rfcKeys are those of RFC 6376 appendix C and RFC 8463 appendix A.2.
var rfcKeys = zone{
	"brisbane._domainkey.example.com": {"v=DKIM1; p=" + rsaKey},
	"brisbane._domainkey.football.example.com": {
		"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
	"test._domainkey.football.example.com": {"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ" +
		"DkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsC" +
		"R+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"},
}

var then = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

func vector(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func states(t *testing.T, raw string, r Resolver) (all []SignatureState) {
	t.Helper()
	for _, s := range Signatures(t.Context(), []byte(raw), r, then) {
		all = append(all, s.State)
	}
	return all
}

// TestSignatureVectors: the mails of RFC 6376 appendix A.2 and RFC 8463 appendix A.3, with the ends of
// lines of the network and of files, as they are and changed.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	a, b := vector(t, "rfc6376.eml"), vector(t, "rfc8463.eml")
	for name, tt := range map[string]struct {
		mail string
		want []SignatureState
	}{
		"rfc6376":      {a, []SignatureState{SignatureValid}},
		"rfc8463":      {b, []SignatureState{SignatureValid, SignatureValid}},
		"body":         {strings.Replace(a, "lost", "won", 1), []SignatureState{SignatureWrong}},
		"both bodies":  {strings.Replace(b, "lost", "won", 1), []SignatureState{SignatureWrong, SignatureWrong}},
		"appended":     {a + "Call us.\n", []SignatureState{SignatureWrong}},
		"subject":      {strings.Replace(a, "dinner", "lunch", 1), []SignatureState{SignatureWrong}},
		"author":       {strings.Replace(a, "From: Joe", "From: Jim", 1), []SignatureState{SignatureWrong}},
		"second from":  {strings.Replace(b, "From: Joe", "From: x@y.example\nFrom: Joe", 1), []SignatureState{SignatureWrong, SignatureWrong}},
		"part of it":   {strings.Replace(b, "q=dns/txt; s=test;", "q=dns/txt; s=test; l=3;", 1), []SignatureState{SignatureValid, SignatureShort}},
		"over":         {strings.Replace(b, "s=test; t=1528637909;", "s=test; t=1528637909; x=1528638000;", 1), []SignatureState{SignatureValid, SignatureExpired}},
		"no author":    {strings.Replace(a, "h=Received : From :", "h=Received :", 1), []SignatureState{SignatureBroken}},
		"sha1":         {strings.Replace(a, "rsa-sha256", "rsa-sha1", 1), []SignatureState{SignatureBroken}},
		"no such key":  {strings.Replace(a, "s=brisbane", "s=perth", 1), []SignatureState{KeyMissing}},
		"no network":   {strings.Replace(a, "s=brisbane", "s=down", 1), []SignatureState{KeyUnreachable}},
		"odd name":     {strings.Replace(a, "s=brisbane", "s=a/../b", 1), []SignatureState{SignatureBroken}},
		"no signature": {"From: a@b.example\n\nHi\n", nil},
	} {
		for ends, mail := range map[string]string{"\n": tt.mail, "\r\n": strings.ReplaceAll(tt.mail, "\n", "\r\n")} {
			if diff := cmp.Diff(tt.want, states(t, mail, rfcKeys)); diff != "" {
				t.Errorf("%s, %q (-want +got):\n%s", name, ends, diff)
			}
		}
	}
}

func TestSignatureKeys(t *testing.T) {
	t.Parallel()
	a := vector(t, "rfc6376.eml")
	short := x509.MarshalPKCS1PublicKey(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(3), 900), E: 65537})
	for name, tt := range map[string]struct {
		records []string
		want    SignatureState
	}{
		"right":           {[]string{"v=DKIM1; p=" + rsaKey}, SignatureValid},
		"torn":            {[]string{"v=DKIM1; p=" + rsaKey[:80] + " " + rsaKey[80:]}, SignatureValid},
		"revoked":         {[]string{"v=DKIM1; p="}, KeyRevoked},
		"testing":         {[]string{"v=DKIM1; t=y; p=" + rsaKey}, KeyTesting},
		"not for below":   {[]string{"v=DKIM1; t=s; p=" + rsaKey}, SignatureBroken},
		"weak":            {[]string{"v=DKIM1; p=" + base64.StdEncoding.EncodeToString(short)}, KeyWeak},
		"two":             {[]string{"v=DKIM1; p=" + rsaKey, "v=DKIM1; p=" + rsaKey}, KeyMissing},
		"no key in it":    {[]string{"v=spf1 -all"}, KeyMissing},
		"other version":   {[]string{"v=DKIM2; p=" + rsaKey}, SignatureBroken},
		"nonsense":        {[]string{"v=DKIM1; p=!!!"}, SignatureBroken},
		"not for mail":    {[]string{"v=DKIM1; s=tls; p=" + rsaKey}, SignatureBroken},
		"other algorithm": {[]string{"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}, SignatureBroken},
	} {
		got := states(t, a, zone{"brisbane._domainkey.example.com": tt.records})
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
}

// TestSignatureSizes: keys as large as people have them sign, too.
func TestSignatureSizes(t *testing.T) {
	t.Parallel()
	_, small, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	large, err := rsa.GenerateKey(rand.Reader, 4096)
	if err != nil {
		t.Fatal(err)
	}
	for kind, key := range map[string]crypto.Signer{"ed25519": small, "rsa": large} {
		var public []byte
		if kind == "rsa" {
			public, err = x509.MarshalPKIXPublicKey(key.Public())
		} else {
			public = key.Public().(ed25519.PublicKey)
		}
		if err != nil {
			t.Fatal(err)
		}
		signed := sign(t, key, "sel", "From: a@example.com\r\nSubject: x\r\n\r\nHi\r\n")
		z := zone{"sel._domainkey.example.com": {"v=DKIM1; k=" + kind + "; p=" +
			base64.StdEncoding.EncodeToString(public)}}
		if got := states(t, signed, z); len(got) != 1 || got[0] != SignatureValid {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func sign(t *testing.T, key crypto.Signer, selector, mail string) string {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(mail), &dkim.SignOptions{Domain: "example.com",
		Selector: selector, Signer: key, HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// counting counts the questions.
type counting struct {
	zone
	asked int
}

func (c *counting) LookupTXT(ctx context.Context, name string) ([]string, error) {
	c.asked++
	return c.zone.LookupTXT(ctx, name)
}

// TestSignaturesAreBounded: a mail with many signatures costs no more than a few questions.
func TestSignaturesAreBounded(t *testing.T) {
	t.Parallel()
	a := vector(t, "rfc6376.eml")
	one := a[:strings.Index(a, "Received:")]
	var many strings.Builder
	for i := range 200 {
		many.WriteString(strings.Replace(one, "s=brisbane", "s=s"+string(rune('a'+i%26))+strings.Repeat("x", i/26), 1))
	}
	r := counting{zone: rfcKeys}
	if got := states(t, many.String()+a, &r); len(got) != MaxSignatures || r.asked > MaxSignatures {
		t.Errorf("%d signatures by %d questions", len(got), r.asked)
	}
	var wait stuck
	if got := states(t, a, wait); len(got) != 1 || got[0] != KeyUnreachable {
		t.Errorf("a resolver that never answers: %v", got)
	}
}

// stuck answers nothing until it may not wait any longer.
type stuck struct{}

func (stuck) LookupTXT(ctx context.Context, _ string) ([]string, error) {
	if _, bounded := ctx.Deadline(); !bounded {
		return nil, errors.New("nobody would ever stop this")
	}
	return nil, context.DeadlineExceeded
}
