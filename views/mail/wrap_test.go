package mail

import "testing"

// TestWrap: a line ends at a space between words, never at the narrow one that French has before a mark, and
// spaces at the ends go.
func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{" one  two three ", "one two\nthree"},
		{"C’était vous\u202f?", "C’était\nvous\u202f?"},
		{"12\u00a0345", "12\u00a0345"},
		{"a https://x.example/y b", "a https://x.example/y\nb"},
	} {
		if got := wrap(tt.text, len("C’était")); got != tt.want {
			t.Errorf("%q is wrapped as %q, want %q", tt.text, got, tt.want)
		}
	}
}
