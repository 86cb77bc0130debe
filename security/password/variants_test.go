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
		{"Summer2024!", []string{"Summer2023!", "Summer2024", "summer2024!"}},
		{"violin x10", []string{"violin x9", "violin x1", "Violin x10"}},
		{"violin010", []string{"violin009", "violin01", "Violin010"}},
		{"violin100", []string{"violin99", "violin10", "Violin100"}},
		{"violin1", []string{"violin", "violin0", "Violin1"}},
		{"violin00", []string{"violin0", "Violin00"}},
		{"7violin", []string{"6violin", "7violi"}},
		{"violin", []string{"violi", "Violin"}},
		{"12345678", []string{"12345677", "1234567"}},
		{"e\u0301te\u0301", []string{"\u00e9t", "\u00c9t\u00e9"}},
		{"99999999999999999999999", []string{"99999999999999999999998", "9999999999999999999999"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Variants(tt.candidate)); diff != "" {
			t.Errorf("Variants(%q) (-want +got):\n%s", tt.candidate, diff)
		}
	}
}
