package settings

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWords: what does not fit to be read by a worried person is refused, each file by its name and
// beside every other fault.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  map[string]string
		bad   []string // names of files that are refused
	}{
		{"none", nil, map[string]string{}, nil},
		{"some", map[string]string{"money.txt": " Payouts wait — R&D’s too.\r\n", ".old": "x"},
			map[string]string{"money": "Payouts wait — R&D’s too."}, nil},
		{"the longest", map[string]string{"messages.txt": strings.Repeat("ä", maxWord)},
			map[string]string{"messages": strings.Repeat("ä", maxWord)}, nil},
		{"names", map[string]string{"mony.txt": "x", "money": "x", "Money.txt": "x"}, nil,
			[]string{`"mony.txt"`, `"money"`, `"Money.txt"`}},
		{"every fault", map[string]string{"money.txt": "<b>x</b>", "contracts.txt": "\xff", "messages.txt": ""},
			nil, []string{"money.txt has markup", "contracts.txt is not UTF-8", "messages.txt is empty"}},
		{"long", map[string]string{"money.txt": strings.Repeat("a", maxWord+1),
			"messages.txt": strings.Repeat("a", 4*maxWord+3)}, nil,
			[]string{"money.txt is longer", "messages.txt: too large"}},
		{"signs", map[string]string{"money.txt": "a\nb", "messages.txt": "a\u202eb", "contracts.txt": "a\x00b"}, nil,
			[]string{"money.txt has control", "messages.txt has control", "contracts.txt has control"}},
	} {
		folder := t.TempDir()
		for file, text := range tt.files {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := Config{Words: folder}.Read()
		err := s.Need("REGAIN_WORDS")
		if tt.bad == nil {
			if diff := cmp.Diff(tt.want, s.Words); diff != "" || err != nil {
				t.Errorf("%s: %v, words (-want +got):\n%s", tt.name, err, diff)
			}
			continue
		}
		if err == nil || strings.Count(err.Error(), "REGAIN_WORDS: ") != len(tt.bad) {
			t.Errorf("%s: %v, want %d faults", tt.name, err, len(tt.bad))
			continue
		}
		for _, bad := range tt.bad {
			if !strings.Contains(err.Error(), bad) {
				t.Errorf("%s: %v, want %s", tt.name, err, bad)
			}
		}
	}
}

// TestUnreadableWords: a folder that is none, and what is no file, are refused without being read.
func TestUnreadableWords(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(folder, "money.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{folder, filepath.Join(folder, "none"), os.DevNull} {
		if got := faultsOf(t, map[string]string{"WORDS": bad}); cmp.Diff([]string{"WORDS"}, got) != "" {
			t.Errorf("%s: faults %v", bad, got)
		}
	}
}
