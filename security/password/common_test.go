package password

import (
	"strconv"
	"testing"
)

func TestCommonList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		password string
		want     bool
	}{
		{"password", true},
		{"12345678", true},
		{"PassWord", true},
		{"pässword", true},
		{"ｐａｓｓｗｏｒｄ", true},
		{"q1w2e3r4t5y6u7i8o9p0", true},
		{"qwertyuiopasdfghjkl", true},
		{"monkey", false}, // six characters
		{"password is a word", false},
		{"marmalade violin gravel", false},
		{"", false},
	}
	for _, tt := range tests {
		got, err := CommonList().Contains(t.Context(), tt.password)
		if err != nil || got != tt.want {
			t.Errorf("Contains(%q) = %v, %v, want %v", tt.password, got, err, tt.want)
		}
	}
}

// A filter of n keys takes a little more than n fingerprints, so its size shows that the list
// was not cut down, and the rate that it was made with 16 bits.
func TestCommonListSizeAndRate(t *testing.T) {
	t.Parallel()
	filter, err := commonFilter()
	if err != nil || len(filter.Fingerprints) < 474_743 {
		t.Fatalf("filter of %d, %v", len(filter.Fingerprints), err)
	}
	const asked, most = 200_000, 30
	wrong := 0
	for i := range asked {
		if filter.Contains(CommonKey("not listed " + strconv.Itoa(i))) {
			wrong++
		}
	}
	if wrong > most {
		t.Errorf("%d of %d unlisted passwords were found", wrong, asked)
	}
}

func BenchmarkCommonList(b *testing.B) {
	list := CommonList()
	for b.Loop() {
		if _, err := list.Contains(b.Context(), "correct horse battery staple"); err != nil {
			b.Fatal(err)
		}
	}
}
