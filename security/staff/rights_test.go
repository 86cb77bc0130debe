package staff

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRightsAreDocumented: SECURITY.md says which role has which right (ASVS 8.1.1).
func TestRightsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	rows := regexp.MustCompile(
		"(?m)^\\| `(\\w+)` \\| .+ \\| (yes|no) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\|$")
	for _, row := range rows.FindAllStringSubmatch(string(text), -1) {
		said[row[1]] = fmt.Sprint(row[2:])
	}
	word := map[bool]string{true: "yes", false: "no"}
	want := map[string]string{}
	for _, list := range rights {
		for _, r := range list {
			want[string(r)] = fmt.Sprint([]string{word[RoleSupport.Has(r)], word[RoleTrust.Has(r)],
				word[RoleAdmin.Has(r)], word[RoleSecurity.Has(r)]})
		}
	}
	if diff := cmp.Diff(want, said); diff != "" || len(want) < 5 {
		t.Errorf("rights (-source +SECURITY.md):\n%s", diff)
	}
}
