package words

import (
	"strings"
	"testing"
)

// TestLongHeader: what a browser asks for stands in the first few of its languages. Nobody has us weigh as many
// as a header can hold.
func TestLongHeader(t *testing.T) {
	t.Parallel()
	far := strings.Repeat("ja;q=0.1,", longestHeader/9+1)
	for header, want := range map[string]string{far + "de": "", "ja," + "de;q=0.9," + far: "de",
		"fr," + strings.Repeat("-", 9000): "fr", strings.Repeat("a", 9000): "", "ja, " + far + "fr": ""} {
		got := ""
		if l := All.Accepted(header); l != nil {
			got = l.Tag
		}
		if got != want {
			t.Errorf("%.40s… of %d: %q, want %q", header, len(header), got, want)
		}
	}
}
