package password

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		candidate string
		want      []string
	}{
		{"", nil},
		{"a", []string{"A"}},
		{"7", []string{"6"}},
		{"Summer2024!", []string{"Summer2024", "summer2024!", "Summer2023!"}},
		{"violin x10", []string{"violin x1", "Violin x10", "violin x9"}},
		{"violin010", []string{"violin01", "Violin010", "violin009"}},
		{"violin100", []string{"violin10", "Violin100", "violin99"}},
		{"violin1", []string{"violin", "Violin1", "violin0"}},
		{"violin00", []string{"violin0", "Violin00"}},
		{"7violin", []string{"7violi", "6violin"}},
		{"violin", []string{"violi", "Violin"}},
		{"12345678", []string{"1234567", "12345677"}},
		{"e\u0301te\u0301", []string{"\u00e9t", "\u00c9t\u00e9"}},
		{"99999999999999999999999", []string{"9999999999999999999999", "99999999999999999999998"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Variants(tt.candidate)); diff != "" {
			t.Errorf("Variants(%q) (-want +got):\n%s", tt.candidate, diff)
		}
	}
}
