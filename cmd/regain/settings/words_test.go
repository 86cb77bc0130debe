package settings

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"regain/views/words"
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
		{"none", nil, ours(nil), nil},
		{"some", map[string]string{"money.txt": " Payouts wait — R&D’s too.\r\n", ".old": "x"},
			ours(map[string]string{"safe.money": "Payouts wait — R&D’s too."}), nil},
		{"the longest", map[string]string{"messages.txt": strings.Repeat("ä", longest)},
			ours(map[string]string{"safe.messages": strings.Repeat("ä", longest)}), nil},
		{"a language", map[string]string{"money.txt": "Payouts wait.", "en.json": `{"safe.money": "They wait.",
			"safe.contracts": "R&D."}`}, ours(map[string]string{"safe.money": "They wait.", "safe.contracts": "R&D."}), nil},
		{"names", map[string]string{"mony.txt": "x", "money": "x", "Money.txt": "x"}, nil,
			[]string{`"mony.txt"`, `"money"`, `"Money.txt"`}},
		{"every fault", map[string]string{"money.txt": "<b>x</b>", "contracts.txt": "\xff", "messages.txt": ""},
			nil, []string{"money.txt: has markup", "contracts.txt: is not UTF-8", "messages.txt: is empty"}},
		{"long", map[string]string{"money.txt": strings.Repeat("a", longest+1),
			"messages.txt": strings.Repeat("a", 4*longest+3)}, nil,
			[]string{"money.txt: is longer", "messages.txt: too large"}},
		{"signs", map[string]string{"money.txt": "a\nb", "messages.txt": "a\u202eb", "contracts.txt": "a\x00b"}, nil,
			[]string{"money.txt: has control", "messages.txt: has control", "contracts.txt: has control"}},
		{"of a language", map[string]string{"en.json": `{"safe.mony": "x", "safe.money": "{x}", "safe.contracts": "<b>x</b>",
			"device(browser)": "x"}`, "xx.json": "{}", "EN.json": "{}", "en.txt": "x"}, nil, []string{`en.json: safe.mony: we have`,
			`en.json: safe.money: unknown slot`, `en.json: safe.contracts: has <b>`,
			`en.json: device(browser): we have`, `"xx.json"`, `"EN.json"`, `"en.txt"`}},
		{"whom to turn to", map[string]string{"fraud.json": `{"countries":[{"code":"","checked":"2026-01-31",
			"steps":[{"id":"bank","do":"bank"}]}]}`}, ours(nil), nil},
		{"nobody to turn to", map[string]string{"fraud.json": `{"countries":[{"code":"XX","checked":"soon","steps":[]}]}`},
			nil, []string{`fraud.json: "XX": want a code`, `fraud.json: "XX": checked`, `fraud.json: "XX": want 1 to`,
				`fraud.json: wants, as the last one`}},
		{"no list", map[string]string{"fraud.json": "[]"}, nil, []string{"fraud.json: want a list"}},
		{"no language", map[string]string{"en.json": "{"}, nil, []string{"en.json: unexpected end"}},
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
			if diff := gocmp.Diff(tt.want, saidBy(t, s.Languages)); diff != "" || err != nil {
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

// longest is as many letters as a sentence of a marketplace may have.
const longest = 200

// ours are our sentences about what a lockout does not touch, but for these.
func ours(but map[string]string) map[string]string {
	said := map[string]string{}
	for _, name := range WordNames {
		code := "safe." + name
		said[code] = cmp.Or(but[code], words.Say(code).String())
	}
	return said
}

// saidBy is the same as it is said to owners.
func saidBy(t *testing.T, all words.Languages) map[string]string {
	said := map[string]string{}
	for _, name := range WordNames {
		said["safe."+name] = words.In(words.With(t.Context(), all.English()), "safe."+name)
	}
	return said
}

// TestUnreadableWords: a folder that is none, and what is no file, are refused without being read.
func TestUnreadableWords(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(folder, "money.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{folder, filepath.Join(folder, "none"), os.DevNull} {
		if got := faultsOf(t, map[string]string{"WORDS": bad}); gocmp.Diff([]string{"WORDS"}, got) != "" {
			t.Errorf("%s: faults %v", bad, got)
		}
	}
}
