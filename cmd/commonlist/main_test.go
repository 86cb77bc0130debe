package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/FastFilter/xorfilter"
	"github.com/google/go-cmp/cmp"

	"regain/security/password"
)

func TestReadKeys(t *testing.T) {
	t.Parallel()
	source := "password\nPASSWORD\nseven77\r\nviolin gravel\r\npässwörd\n\nsieben7é\n"
	want := []uint64{
		password.CommonKey("password"), password.CommonKey("violin gravel"),
		password.CommonKey("sieben7e"),
	}
	slices.Sort(want)
	got, err := readKeys(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if _, err := readKeys(strings.NewReader(strings.Repeat("x", 1<<17))); err == nil {
		t.Error("an endless line was read")
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, first, second := filepath.Join(dir, "in"), filepath.Join(dir, "1"), filepath.Join(dir, "2")
	if err := os.WriteFile(in, []byte("password\nmarmalade\nshort\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{first, second} {
		if err := run(in, out); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(second); err != nil || !bytes.Equal(data, again) {
		t.Errorf("the second run differs, %v", err)
	}
	filter, err := xorfilter.LoadBinaryFuse[uint16](bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"password": true, "Marmalade": true, "short": false, "violin gravel": false,
	} {
		if got := filter.Contains(password.CommonKey(text)); got != want {
			t.Errorf("%q found: %v, want %v", text, got, want)
		}
	}
}

func TestRunFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty, out := filepath.Join(dir, "empty"), filepath.Join(dir, "out")
	if err := os.WriteFile(empty, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{empty, filepath.Join(dir, "missing"), dir} {
		if err := run(in, out); err == nil {
			t.Errorf("run(%q) made a list", filepath.Base(in))
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}
