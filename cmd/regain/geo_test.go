package main

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func TestOpenPlaces(t *testing.T) {
	t.Parallel()
	data, err := openPlaces(geoFile(t))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, ip, want string }{
		{"v4", "8.8.8.8", "US"},
		{"first of range", "8.8.8.0", "US"},
		{"beside range", "8.8.9.0", ""},
		{"v6", "2001:4860:4860::8888", "US"},
		{"v6 upper case", "2A00::1", "NL"},
		{"v6 with zone", "2a00::1%eth0", "NL"},
		{"v4 mapped", "::ffff:8.8.8.8", "US"},
		{"v4 mapped in hex", "::ffff:808:808", "US"},
		{"private", "10.0.0.1", ""},
		{"loopback", "127.0.0.1", ""},
		{"v6 loopback", "::1", ""},
		{"link-local", "fe80::1", ""},
		{"unusable code", "192.0.2.1", ""},
		{"code of another type", "198.51.100.1", ""},
		{"empty", "", ""},
		{"garbage", "not an address", ""},
		{"with port", "8.8.8.8:443", ""},
		{"in brackets", "[2a00::1]", ""},
		{"leading zeros", "008.8.8.8", ""},
	}
	for _, tt := range tests {
		if got := data.country(tt.ip); got != tt.want {
			t.Errorf("%s: country of %q = %q, want %q", tt.name, tt.ip, got, tt.want)
		}
	}
}

// TestPlacesAreReplaced: a file that changes under the portal ends nothing, what is good in it is
// taken, and what is not leaves the data from before.
func TestPlacesAreReplaced(t *testing.T) {
	t.Parallel()
	path := geoFile(t)
	data, err := openPlaces(path)
	must(t, err)
	whole, err := os.ReadFile(path)
	must(t, err)
	other := bytes.ReplaceAll(whole, []byte("US"), []byte("CA"))
	moved := filepath.Join(t.TempDir(), "moved")
	for i, step := range []struct {
		name    string
		do      func() error
		changed bool
		fails   bool
		want    string
	}{
		{"the same", func() error { return nil }, false, false, "US"},
		{"cut", func() error { return os.Truncate(path, 100) }, false, true, "US"},
		{"cut, looked at again", func() error { return nil }, false, false, "US"},
		{"gone", func() error { return os.Rename(path, moved) }, false, true, "US"},
		{"rubbish", func() error { return os.WriteFile(path, bytes.Repeat([]byte("x"), 9000), 0o600) },
			false, true, "US"},
		{"another", func() error { return os.WriteFile(path, other, 0o600) }, true, false, "CA"},
		{"renamed over it", func() error {
			return errors.Join(os.WriteFile(moved, whole, 0o600), os.Rename(moved, path))
		}, true, false, "US"},
	} {
		must(t, step.do())
		if at, err := os.Stat(path); err == nil && step.name != "the same" &&
			step.name != "cut, looked at again" {
			must(t, os.Chtimes(path, at.ModTime(), at.ModTime().Add(time.Duration(i+1)*time.Second)))
		}
		changed, err := data.refresh()
		if got := data.country("8.8.8.8"); changed != step.changed || (err != nil) != step.fails ||
			got != step.want {
			t.Errorf("%s: changed %v, error %v, %s; want %s", step.name, changed, err, got, step.want)
		}
	}
}

// TestPlacesOnHangup: SIGHUP has the file read at once, and ends nothing.
func TestPlacesOnHangup(t *testing.T) {
	c := newCLI(t)
	path := geoFile(t)
	c.env["REGAIN_GEO"] = path
	r := c.start()
	whole, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path+".new", bytes.ReplaceAll(whole, []byte("US"), []byte("CA")), 0o600))
	must(t, os.Rename(path+".new", path))
	must(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	if line := r.wait("country_data_read"); line["path"] != path {
		t.Errorf("%v", line)
	}
	if status, _ := r.get("/healthz"); status != 200 {
		t.Errorf("status %d after the signal", status)
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
}

func TestOpenPlacesRefuses(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(geoFile(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string][]byte{
		"empty": nil, "text": []byte("8.8.8.8 US"), "cut short": whole[:len(whole)/2],
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openPlaces(path); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	if _, err := openPlaces(filepath.Join(dir, "missing")); err == nil {
		t.Error("missing: opened")
	}
}

// geoFile writes a small database of the shape that operators bring along.
func geoFile(t *testing.T) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		IncludeReservedNetworks: true, DisableIPv4Aliasing: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	ranges := map[string]mmdbtype.DataType{
		"8.8.8.0/24":      mmdbtype.String("US"),
		"2001:4860::/32":  mmdbtype.String("US"),
		"2a00::/16":       mmdbtype.String("NL"),
		"192.0.2.0/24":    mmdbtype.String("EUROPE"),
		"198.51.100.0/24": mmdbtype.Uint32(7),
	}
	for cidr, code := range ranges {
		_, network, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		country := mmdbtype.Map{"iso_code": code}
		if err := tree.Insert(network, mmdbtype.Map{"country": country}); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
