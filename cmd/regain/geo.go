package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

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

// hangup has the country data and the certificates looked at on SIGHUP, until the returned function is called.
func (s *server) hangup() (stop func()) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	go func() {
		for range heard {
			nudge(s.reloads)
			nudge(s.recert)
		}
	}()
	return func() {
		signal.Stop(heard)
		close(heard)
	}
}

// reread takes country data that were replaced while the portal runs.
func (s *server) reread(context.Context) error {
	if s.places == nil {
		return nil
	}
	changed, err := s.places.refresh()
	if changed {
		s.log.Info("country_data_read", "path", s.places.path)
	}
	return err
}
