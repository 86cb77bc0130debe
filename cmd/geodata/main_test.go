package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/oschwald/maxminddb-golang/v2"
)

const header = "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n# License:   CC BY-SA 4.0\n#\n"

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v4 := file(t, dir, "geoip", header+
		"134744064,134744319,US\n3221226000,3221226010,??\n3221227000,3221227010,EU\n")
	v6 := file(t, dir, "geoip6", header+
		"2001:4860::,2001:4860:ffff:ffff:ffff:ffff:ffff:ffff,US\n"+
		"2002::,2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff,JP\n"+
		"2a00::,2a00:0:ffff:ffff:ffff:ffff:ffff:ffff,NL\n")
	out := filepath.Join(dir, "country.mmdb")
	for range 2 {
		if err := run(out, []string{v4, v6}); err != nil {
			t.Fatal(err)
		}
	}
	db, err := maxminddb.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })

	got := map[string]string{}
	want := map[string]string{
		"8.8.8.0": "US", "8.8.8.255": "US", "8.8.9.0": "", "8.8.7.255": "",
		"192.0.2.20": "", "192.0.5.250": "", "2001:4860:4860::8888": "US",
		"2001:4861::": "", "2a00::1": "NL", "2a00:1::": "", "2002:a00::1": "",
	}
	for ip := range want {
		var code string
		err := db.Lookup(netip.MustParseAddr(ip)).DecodePath(&code, "country", "iso_code")
		if err != nil {
			t.Fatal(err)
		}
		got[ip] = code
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	about := db.Metadata.Description["en"]
	for _, part := range []string{"CC BY-SA 4.0", "IPFire", "2026-06-25", "Changed:"} {
		if !strings.Contains(about, part) {
			t.Errorf("description lacks %q: %s", part, about)
		}
	}
	if got, want := db.Metadata.BuildEpoch, uint(1782362039); got != want {
		t.Errorf("build epoch = %d, want %d", got, want)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".geodata-*"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"no licence", "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n1,2,US\n", "no licence"},
		{"no date", "# License: CC BY-SA 4.0\n1,2,US\n", "no licence or no date"},
		{"bad date", "# Generated: yesterday\n", "line 1: date of the data"},
		{"two fields", header + "1,2\n", "line 4: not three fields"},
		{"backwards", header + "2,1,US\n", "line 4: range ends before it begins"},
		{"mixed", header + "1,::2,US\n", "line 4: range ends before it begins"},
		{"not a number", header + "x,2,US\n", "line 4: malformed address"},
		{"second address", header + "1,x,US\n", "line 4: malformed address"},
		{"dotted", header + "1.2.3.4,1.2.3.5,US\n", "line 4: malformed address"},
		{"too large", header + "1,4294967296,US\n", "line 4: malformed address"},
		{"mapped", header + "::ffff:1.2.3.4,::ffff:1.2.3.5,US\n", "line 4: malformed address"},
		{"long country", header + "1,2,USA\n", "line 4: malformed country"},
		{"small country", header + "1,2,us\n", "line 4: malformed country"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			out := filepath.Join(dir, "out.mmdb")
			err := run(out, []string{file(t, dir, "geoip", tt.data)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
			if _, err := os.Stat(out); !os.IsNotExist(err) {
				t.Errorf("an output file was written: %v", err)
			}
		})
	}
}

func TestRunFileFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := file(t, dir, "geoip", header+"1,2,US\n")
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, out, in string }{
		{"input missing", filepath.Join(dir, "out"), filepath.Join(dir, "missing")},
		{"output is a directory", taken, in},
		{"output directory missing", filepath.Join(dir, "missing", "out"), in},
	}
	for _, tt := range tests {
		if err := run(tt.out, []string{tt.in}); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
	var left []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if diff := cmp.Diff([]string{"geoip", "taken"}, left); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("134744064,134744319,US")
	f.Add("2a00::,2a00::ffff,NL")
	f.Add("2002::,2002::1,JP")
	f.Add("# Generated: Thu, 25 Jun 2026 04:33:59 GMT")
	f.Fuzz(func(t *testing.T, text string) {
		var s source
		if s.line(text) != nil {
			return
		}
		for _, r := range s.ranges {
			if r.last.Less(r.first) || r.first.Is4() != r.last.Is4() || len(r.country) != 2 {
				t.Errorf("bad range %v from %q", r, text)
			}
		}
	})
}

func file(t *testing.T, dir, name, data string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
