package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func TestOpenGeo(t *testing.T) {
	t.Parallel()
	lookup, closer, err := openGeo(geoFile(t))
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
		if got := lookup(tt.ip); got != tt.want {
			t.Errorf("%s: country of %q = %q, want %q", tt.name, tt.ip, got, tt.want)
		}
	}
	if err := closer.Close(); err != nil {
		t.Fatal(err)
	}
	if got := lookup("8.8.8.8"); got != "" {
		t.Errorf("after close: %q, want none", got)
	}
}

func TestOpenGeoRefuses(t *testing.T) {
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
		if _, _, err := openGeo(path); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	if _, _, err := openGeo(filepath.Join(dir, "missing")); err == nil {
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
