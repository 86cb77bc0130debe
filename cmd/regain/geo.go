package main

import (
	"fmt"
	"io"
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"
)

// openGeo opens the .mmdb file at path and returns a lookup of the ISO 3166 code of the country
// an address is in, or "" when the address is malformed, private or not in the data. The lookup
// is safe for concurrent use until the returned Closer is closed, and answers "" from then on.
func openGeo(path string) (func(ip string) string, io.Closer, error) {
	db, err := maxminddb.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("country data: %w", err)
	}
	return func(ip string) string { return country(db, ip) }, db, nil
}

func country(db *maxminddb.Reader, ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	var code string
	found := db.Lookup(addr.Unmap())
	if found.DecodePath(&code, "country", "iso_code") != nil || len(code) != 2 {
		return ""
	}
	return code
}
