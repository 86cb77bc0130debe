package engine

import (
	"fmt"
	"os"

	"regain/security"
)

// A Place is where a database file was when it was opened.
type Place struct {
	path string
	was  os.FileInfo
}

// Remember looks at the file at path; no path is nowhere.
func Remember(path string) (p Place, err error) {
	if p.path = path; path != "" {
		p.was, err = os.Stat(path)
	}
	return p, err
}

// Check says that another file is there now, or none: what is written into the old one is lost.
func (p Place) Check() error {
	if p.was == nil {
		return nil
	}
	now, err := os.Stat(p.path)
	if err == nil && !os.SameFile(p.was, now) {
		err = fmt.Errorf("%s is another file than the one that was opened", p.path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", security.ErrUnavailable, err)
	}
	return nil
}
