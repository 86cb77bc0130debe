package settings

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"regain/security/federation"
)

// TestStaffIssuer: each setting of the issuer of staff that cannot be meant has its own fault.
func TestStaffIssuer(t *testing.T) {
	t.Parallel()
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	full, bare := file("secret", "the secret\n"), file("empty", " \n")
	for _, tt := range []struct {
		name   string
		set    map[string]string
		faults []string
	}{
		{"as it is meant", nil, nil},
		{"values", map[string]string{"STAFF_OIDC_ACR": "a, b", "STAFF_OIDC_AMR": "mfa", "STAFF_SIGNIN": "sso"}, nil},
		{"a path", map[string]string{"STAFF_OIDC": "https://login.example/realms/staff"}, nil},
		{"a secret", map[string]string{"STAFF_OIDC_SECRET": "x"}, nil},
		{"a file", map[string]string{"STAFF_OIDC_SECRET_FILE": full}, nil},
		{"loopback", map[string]string{"STAFF_OIDC": "http://127.0.0.1:9", "BASE_URL": "http://localhost:8080"}, nil},
		{"both secrets", map[string]string{"STAFF_OIDC_SECRET_FILE": full, "STAFF_OIDC_SECRET": "x"},
			[]string{"STAFF_OIDC_SECRET"}},
		{"an empty file", map[string]string{"STAFF_OIDC_SECRET_FILE": bare}, []string{"STAFF_OIDC_SECRET_FILE"}},
		{"no such file", map[string]string{"STAFF_OIDC_SECRET_FILE": full + "x"},
			[]string{"STAFF_OIDC_SECRET_FILE"}},
		{"no client", map[string]string{"STAFF_OIDC_CLIENT": ""}, []string{"STAFF_OIDC_CLIENT"}},
		{"two words", map[string]string{"STAFF_OIDC_CLIENT": "a b"}, []string{"STAFF_OIDC_CLIENT"}},
		{"no claim", map[string]string{"STAFF_OIDC_CLAIM": ""}, []string{"STAFF_OIDC_CLAIM"}},
		{"a claim that does not show", map[string]string{"STAFF_OIDC_CLAIM": "e\u202email"},
			[]string{"STAFF_OIDC_CLAIM"}},
		{"no TLS", map[string]string{"STAFF_OIDC": "http://login.example"}, []string{"STAFF_OIDC"}},
		{"loopback in earnest", map[string]string{"STAFF_OIDC": "http://127.0.0.1:9"}, []string{"STAFF_OIDC"}},
		{"a name alone", map[string]string{"STAFF_OIDC": "login.example"}, []string{"STAFF_OIDC"}},
		{"a query", map[string]string{"STAFF_OIDC": "https://login.example?x"}, []string{"STAFF_OIDC"}},
		{"a fragment", map[string]string{"STAFF_OIDC": "https://login.example#x"}, []string{"STAFF_OIDC"}},
		{"a person", map[string]string{"STAFF_OIDC": "https://u@login.example"}, []string{"STAFF_OIDC"}},
		{"another scheme", map[string]string{"STAFF_OIDC": "ftp://login.example"}, []string{"STAFF_OIDC"}},
		{"no address", map[string]string{"STAFF_OIDC": "https://%zz"}, []string{"STAFF_OIDC"}},
		{"another way in", map[string]string{"STAFF_SIGNIN": "saml"}, []string{"STAFF_SIGNIN"}},
		{"sso by nobody", map[string]string{"STAFF_OIDC": "", "STAFF_OIDC_CLIENT": "", "STAFF_SIGNIN": "sso"},
			[]string{"STAFF_SIGNIN"}},
		{"all of nobody", map[string]string{"STAFF_OIDC": "", "STAFF_OIDC_SECRET": "x",
			"STAFF_OIDC_SECRET_FILE": full, "STAFF_OIDC_ACR": "a", "STAFF_OIDC_AMR": "b"},
			[]string{"STAFF_OIDC_ACR", "STAFF_OIDC_AMR", "STAFF_OIDC_CLIENT", "STAFF_OIDC_SECRET",
				"STAFF_OIDC_SECRET_FILE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			set := map[string]string{"STAFF_OIDC": "https://login.example", "STAFF_OIDC_CLIENT": "regain"}
			maps.Copy(set, tt.set)
			got := faultsOf(t, set)
			slices.Sort(got)
			if diff := cmp.Diff(tt.faults, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
	var c Config
	if err := kong.ApplyDefaults(&c); err != nil {
		t.Fatal(err)
	}
	c.BaseURL, c.Secret, c.StaffOIDC, c.StaffOIDCClient = "https://a.example", testSecret, "https://l.example", "r"
	c.StaffOIDCClaim, c.StaffOIDCSecretFile, c.StaffOIDCACR = "upn", full, "a, b c"
	want := federation.Issuer{URL: "https://l.example", ClientID: "r", ClientSecret: "the secret", Claim: "upn",
		Scopes: []string{"email", "profile"}, ACR: []string{"a", "b", "c"}}
	got := c.Read().StaffIssuer
	if len(got.AMR) != 0 {
		t.Errorf("amr %q", got.AMR)
	}
	if got.AMR = nil; cmp.Diff(want, got) != "" {
		t.Error(cmp.Diff(want, got))
	}
}
