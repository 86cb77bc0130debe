package settings

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"regain/security/password/breach"
	"regain/security/receiver"
)

// maxBrand keeps mails' subjects and the titles of pages readable.
const maxBrand = 60

func (f *faults) brand(v string) string {
	v = strings.TrimSpace(v)
	if v == "" || utf8.RuneCountInString(v) > maxBrand ||
		!utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl) {
		f.add("REGAIN_BRAND", "want a name of at most %d characters", maxBrand)
	}
	return v
}

// longestMinimum: people must be able to choose what the rules ask for.
const longestMinimum = 64

func (f *faults) number(name, v string, least, most int) int {
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		f.add(name, "want a number from %d to %d", least, most)
		return 0
	}
	return n
}

func (f *faults) breachList(v string) (path, address string) {
	const name = "REGAIN_BREACH_LIST"
	if v == "" {
		return "", ""
	}
	if address, ok := strings.CutPrefix(v, "hibp:"); ok {
		if _, err := breach.HIBP(address, nil); err != nil {
			f.add(name, "%v", err)
		}
		return "", address
	}
	path, ok := strings.CutPrefix(v, "file:")
	if !ok || path == "" {
		f.add(name, "want file:PATH or hibp:URL")
		return "", ""
	}
	f.file(name, path)
	return path, ""
}

func (f *faults) file(name, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	if err != nil {
		f.add(name, "%v", err)
	}
}

// choice reports whether a setting has the stricter one of its two values.
func (f *faults) choice(name, v, usual, strict string) bool {
	if v != usual && v != strict {
		f.add(name, "want %s or %s", usual, strict)
	}
	return v == strict
}

// signalActions reads what follows from signals, by the names of both.
func (f *faults) signalActions(v string) receiver.Actions {
	all, err := receiver.ReadActions(v)
	if err != nil {
		f.add("REGAIN_SIGNAL_ACTIONS", "%v", err)
	}
	return all
}
