package main

import (
	"fmt"
	"net/netip"
	"os"
	"sync/atomic"

	"github.com/oschwald/maxminddb-golang/v2"
)

// places knows the countries of addresses by an .mmdb file, which it holds in memory: a file that is
// cut while it is mapped ends the process.
type places struct {
	path string
	data atomic.Pointer[maxminddb.Reader]
	last os.FileInfo // of the file as it was last looked at
}

func openPlaces(path string) (*places, error) {
	p := &places{path: path}
	_, err := p.refresh()
	return p, err
}

// refresh reads the file if it is another one than last time. Data that are bad leave those from
// before in use. Only one may call it at a time.
func (p *places) refresh() (changed bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("country data: %w", err)
		}
	}()
	now, err := os.Stat(p.path)
	if err != nil {
		return false, err
	}
	if p.last != nil && os.SameFile(now, p.last) && now.Size() == p.last.Size() &&
		now.ModTime().Equal(p.last.ModTime()) {
		return false, nil
	}
	p.last = now
	raw, err := os.ReadFile(p.path)
	if err != nil {
		return false, err
	}
	db, err := maxminddb.OpenBytes(raw)
	if err != nil {
		return false, err
	}
	p.data.Store(db)
	return true, nil
}

// country returns the ISO 3166 code of the country that an address is in, or "" when the address is
// malformed, private or not in the data.
func (p *places) country(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	var code string
	found := p.data.Load().Lookup(addr.Unmap())
	if found.DecodePath(&code, "country", "iso_code") != nil || len(code) != 2 {
		return ""
	}
	return code
}
