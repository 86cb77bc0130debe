package breach

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listText gives the list of the passwords "0" to "n-1" in the published form.
func listText(n int, lineEnd string) string {
	var lines []string
	for i := range n {
		sum := sha1.Sum([]byte(strconv.Itoa(i)))
		lines = append(lines, fmt.Sprintf("%X:%d", sum, i*i*i+1))
	}
	slices.Sort(lines)
	return strings.Join(lines, lineEnd) + lineEnd
}

func open(t testing.TB, text string) (*File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := OpenFile(path)
	if err == nil {
		t.Cleanup(func() { list.Close() })
	}
	return list, err
}

func TestFile(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 10, 1000} {
		upper := listText(n, "\n")
		for form, text := range map[string]string{
			"LF": upper, "CRLF": listText(n, "\r\n"), "no last line end": strings.TrimSpace(upper),
			"lower case": strings.ToLower(upper),
		} {
			list, err := open(t, text)
			if err != nil {
				t.Errorf("%d, %s: OpenFile: %v", n, form, err)
				continue
			}
			for i := range 2 * n {
				got, err := list.Contains(t.Context(), strconv.Itoa(i))
				if err != nil || got != (i < n) {
					t.Errorf("%d, %s: Contains(%d) = %v, %v", n, form, i, got, err)
				}
			}
		}
	}
}

func TestOpenFileRefuses(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(listText(3, "\n"), "\n")
	tests := map[string]string{
		"empty":          "",
		"words":          "password\nsecret\n",
		"no count":       strings.Repeat("A", 40) + "\n",
		"short hash":     strings.Repeat("A", 39) + ":1\n",
		"not hex":        strings.Repeat("G", 40) + ":1\n",
		"descending":     lines[2] + lines[0],
		"bad last line":  lines[0] + "end of list\n",
		"endless line":   strings.Repeat("A", 40) + ":" + strings.Repeat("1", 1000),
		"empty last one": lines[0] + "\n",
	}
	for name, text := range tests {
		if _, err := open(t, text); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: OpenFile: %v, want ErrFormat", name, err)
		}
	}
	if _, err := OpenFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: OpenFile: %v", err)
	}
	if _, err := OpenFile(t.TempDir()); err == nil {
		t.Error("a directory was opened")
	}
}

func TestFileErrors(t *testing.T) {
	t.Parallel()
	text := listText(101, "\n")
	start := bytes.IndexByte([]byte(text[len(text)/2:]), '\n') + len(text)/2 + 1
	damaged, err := open(t, text[:len(text)/2-60]+strings.Repeat("?", 120)+text[start+60:])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := damaged.Contains(t.Context(), "x"); got || !errors.Is(err, ErrFormat) {
		t.Errorf("damaged: Contains = %v, %v", got, err)
	}
	list, err := open(t, text)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := list.Contains(ctx, "1"); got || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: Contains = %v, %v", got, err)
	}
	if err := list.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := list.Contains(t.Context(), "1"); got || !errors.Is(err, fs.ErrClosed) {
		t.Errorf("closed: Contains = %v, %v", got, err)
	}
}

func FuzzFile(f *testing.F) {
	f.Add(listText(5, "\n"), "3")
	f.Add(listText(2, "\r\n")+"\n\n\n"+listText(2, "\n"), "7")
	f.Add(strings.Repeat("A", 40)+":\n"+strings.Repeat("\n", 300), "x")
	f.Fuzz(func(t *testing.T, text, password string) {
		list, err := open(t, text)
		if err != nil {
			return
		}
		got, err := list.Contains(t.Context(), password)
		sum := sha1.Sum([]byte(password))
		there := strings.Contains(strings.ToUpper(text), fmt.Sprintf("%X:", sum))
		if err == nil && got && !there {
			t.Fatal("found what is not there")
		}
	})
}

func BenchmarkFile(b *testing.B) {
	list, err := open(b, listText(100_000, "\n"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := list.Contains(b.Context(), "correct horse"); err != nil {
			b.Fatal(err)
		}
	}
}
