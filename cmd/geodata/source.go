package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// sixToFour is an alias of the IPv4 space in every .mmdb tree and takes no entries of its own.
var sixToFour = netip.MustParsePrefix("2002::/16")

// placeless are the codes that name no country: unknown, and two whole regions. No answer is
// better than one that looks like a journey between countries.
var placeless = map[string]bool{"??": true, "ZZ": true, "EU": true, "AP": true}

// span is one line: the addresses from first to last lie in country (two capital letters).
type span struct {
	first, last netip.Addr
	country     string
}

// source is what the files say together. When their dates differ, the later one counts.
type source struct {
	ranges    []span
	license   string
	generated time.Time
}

func (s *source) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := s.line(strings.TrimSpace(lines.Text())); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (s *source) line(text string) error {
	if comment, ok := strings.CutPrefix(text, "#"); ok {
		return s.header(strings.TrimSpace(comment))
	}
	if text == "" {
		return nil
	}
	r, err := parseSpan(text)
	if err != nil {
		return err
	}
	if !placeless[r.country] && !sixToFour.Contains(r.first) {
		s.ranges = append(s.ranges, r)
	}
	return nil
}

func (s *source) header(comment string) error {
	if v, ok := strings.CutPrefix(comment, "License:"); ok {
		s.license = strings.TrimSpace(v)
	}
	if v, ok := strings.CutPrefix(comment, "Generated:"); ok {
		at, err := time.Parse(time.RFC1123, strings.TrimSpace(v))
		if err != nil {
			return fmt.Errorf("date of the data: %w", err)
		}
		if at.After(s.generated) {
			s.generated = at
		}
	}
	return nil
}

// description is the attribution that the licence asks for. Without a licence in the files there
// is nothing to attribute to, and no database is made.
func (s *source) description() (string, error) {
	if s.license == "" || s.generated.IsZero() {
		return "", errors.New("the files name no licence or no date")
	}
	return "Country by IP address. From the IPFire Location Database, " +
		"https://location.ipfire.org/, of " + s.generated.UTC().Format(time.DateOnly) +
		", by way of the tor-geoipdb package. License: " + s.license +
		", https://creativecommons.org/licenses/by-sa/4.0/. " +
		"Changed: converted to another file format, ranges without a country left out.", nil
}

func parseSpan(text string) (span, error) {
	f := strings.Split(text, ",")
	if len(f) != 3 {
		return span{}, errors.New("not three fields")
	}
	first, err := parseAddr(f[0])
	if err != nil {
		return span{}, err
	}
	last, err := parseAddr(f[1])
	if err != nil {
		return span{}, err
	}
	if first.Is4() != last.Is4() || last.Less(first) {
		return span{}, errors.New("range ends before it begins")
	}
	if f[2] != "??" && (len(f[2]) != 2 || strings.Trim(f[2], capitals) != "") {
		return span{}, errors.New("malformed country")
	}
	return span{first: first, last: last, country: f[2]}, nil
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// parseAddr reads an IPv4 address written as one decimal number, or an IPv6 address.
func parseAddr(text string) (netip.Addr, error) {
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(n)))), nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() || a.Is4In6() || a.Zone() != "" {
		return netip.Addr{}, errors.New("malformed address")
	}
	return a, nil
}
