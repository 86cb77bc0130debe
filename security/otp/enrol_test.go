package otp_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pquerna "github.com/pquerna/otp"

	"regain/security/otp"
)

func TestSecretAndGroups(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw    string
		secret string
		groups []string
	}{
		{"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", []string{
			"GEZD", "GNBV", "GY3T", "QOJQ", "GEZD", "GNBV", "GY3T", "QOJQ"}},
		{"foo", "MZXW6", []string{"MZXW", "6"}},
		{"", "", nil},
	}
	for _, tt := range tests {
		got := otp.Secret([]byte(tt.raw))
		if got != tt.secret {
			t.Errorf("secret of %q = %q, want %q", tt.raw, got, tt.secret)
		}
		if diff := cmp.Diff(tt.groups, otp.Groups(got)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestURI(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, issuer, account, secret, label string }{
		{"plain", "Regain", "ada@example.org", "MZXW6", "Regain:ada%40example.org"},
		{"space", "ACME Co", "ada", "MZXW6", "ACME%20Co:ada"},
		{"plus", "A+B", "ada+x@example.org", "MZXW6", "A%2BB:ada%2Bx%40example.org"},
		{"new parameter", "A&secret=X", "a?secret=Y&b=1", "MZXW6",
			"A%26secret%3DX:a%3Fsecret%3DY%26b%3D1"},
		{"fragment", "A#B", "c#d", "MZXW6", "A%23B:c%23d"},
		{"path", "A/../B", "c/d", "MZXW6", "A%2F..%2FB:c%2Fd"},
		{"percent", "100%", "%26x", "MZXW6", "100%25:%2526x"},
		{"colon", "A:B", "c:d:e", "MZXW6", "AB:cde"},
		{"control", "A\r\nB\x00", "c\td", "MZXW6", "AB:cd"},
		{"broken utf-8", "A\xffB", "c", "MZXW6", "AB:c"},
		{"beyond ascii", "Ü", "日本", "MZXW6", "%C3%9C:%E6%97%A5%E6%9C%AC"},
		{"spaces around", " A ", " c ", "MZXW6", "A:c"},
		{"secret in groups", "A", "c", "mzxw 6", "A:c"},
		{"empty", "", "", "MZXW6", ":"},
	}
	for _, tt := range tests {
		issuer, _, _ := strings.Cut(tt.label, ":")
		want := "otpauth://totp/" + tt.label + "?secret=MZXW6&issuer=" + issuer +
			"&algorithm=SHA1&digits=6&period=30"
		got := otp.URI(tt.issuer, tt.account, tt.secret)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); len(q) != 5 || len(q["secret"]) != 1 || u.Fragment != "" {
			t.Errorf("%s: parameters %v, fragment %q", tt.name, q, u.Fragment)
		}
	}
	injected := otp.URI("A", "c", "X&issuer=Evil")
	if strings.Contains(injected, "&issuer=Evil") || strings.Contains(injected, "&ISSUER=EVIL") {
		t.Errorf("the secret adds a parameter: %s", injected)
	}
}

// The library reads our URI as apps do.
func TestURIReadBack(t *testing.T) {
	t.Parallel()
	key, err := pquerna.NewKeyFromURL(otp.URI("ACME & Co", "ada@example.org", secret))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{key.Issuer(), key.AccountName(), key.Secret(), key.Type()}
	want := []string{"ACME & Co", "ada@example.org", secret, "totp"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if key.Period() != 30 || key.Digits() != 6 {
		t.Errorf("period %d, digits %d", key.Period(), key.Digits())
	}
}

func TestQR(t *testing.T) {
	t.Parallel()
	text := otp.URI("Regain", "ada@example.org", secret)
	rows, err := otp.QR(text)
	if err != nil {
		t.Fatal(err)
	}
	size, dark := len(rows), 0
	if size < 21 || (size-21)%4 != 0 {
		t.Fatalf("%d rows", size)
	}
	for y, row := range rows {
		if len(row) != size {
			t.Fatalf("row %d has %d modules", y, len(row))
		}
		for x := range row {
			if row[x] {
				dark++
			}
		}
	}
	if dark < size*size/3 || dark > size*size*2/3 {
		t.Errorf("%d of %d modules are dark", dark, size*size)
	}
	// A finder above left and the module that is always dark tell rows from columns.
	corner := []bool{true, true, true, true, true, true, true, false}
	if diff := cmp.Diff(corner, rows[0][:8]); diff != "" {
		t.Error(diff)
	}
	if !rows[size-8][8] {
		t.Error("the module that is always dark is light")
	}
	for _, bad := range []string{"", strings.Repeat("x", 3000)} {
		if rows, err := otp.QR(bad); err == nil || rows != nil {
			t.Errorf("a text of %d bytes gave a code", len(bad))
		}
	}
}
