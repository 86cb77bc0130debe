package setup

import (
	"crypto/rand"
	_ "embed" // the unit
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"regain/cmd/regain/settings"
	"regain/security/token"
)

//go:embed regain.service
var unitText string

// service is what differs from one unit to the next.
type service struct {
	User, Program, Settings string
	Writes                  []string // folders besides that of the state
	Far                     bool     // the portal talks with other machines
}

// Unit is the unit for systemd of a portal in the usual places, all of which is on one machine.
func Unit() string {
	return service{User: "regain", Program: systemProgram, Settings: systemDir + "/settings"}.String()
}

// String is the unit.
func (s service) String() string {
	far, writes := "", ""
	if s.Far {
		far = "#"
	}
	for _, path := range s.Writes {
		writes += "ReadWritePaths=" + path + "\n"
	}
	return strings.NewReplacer("@user", s.User, "@program", s.Program, "@settings", s.Settings,
		"@writes", writes, "@far", far).Replace(unitText)
}

// write makes the files that are not there yet, in the order in which one needs the other.
func (s *setup) write() error {
	folders := append([]string{s.Dir, filepath.Dir(s.secret)}, s.writes()...)
	for _, path := range folders {
		if err := s.owner.folder(path); err != nil {
			return err
		}
	}
	err := s.owner.as(func() error {
		if err := s.make(s.secret, newSecret(), 0o600); err != nil {
			return err
		}
		return s.make(s.settings, s.lines(), 0o600)
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.Unit), 0o755); err != nil {
		return err
	}
	return s.make(s.Unit, s.service().String(), 0o644)
}

// writes are the folders that the portal writes to.
func (s *setup) writes() (all []string) {
	if path, ok := strings.CutPrefix(s.config.Database, "sqlite:"); ok {
		all = append(all, filepath.Dir(path))
	}
	if path, ok := strings.CutPrefix(s.config.Mail, "dir:"); ok {
		all = append(all, path)
	}
	return all
}

func (s *setup) service() service {
	out := service{User: s.owner.name, Program: systemProgram, Settings: s.settings,
		Far: !near(s.config.Database) || !near(s.config.Mail)}
	if self, err := os.Executable(); err == nil && simple(self) {
		out.Program = self
	}
	for _, path := range s.writes() {
		if path != systemData && !strings.HasPrefix(path, systemData+"/") {
			out.Writes = append(out.Writes, path)
		}
	}
	return out
}

// lines are the file of settings.
func (s *setup) lines() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Settings of Regain, NAME=value a line, for systemd, for shells and for --settings.\n"+
		"# README.md tells all of them; regain doctor --settings %s checks them.\n", s.settings)
	for _, one := range s.config.Given() {
		fmt.Fprintf(&b, "%s=%s\n", one[0], settings.Quote(one[1]))
	}
	return b.String()
}

func newSecret() string {
	secret := make([]byte, token.MinSecret)
	_, _ = rand.Read(secret) // which never fails
	return base64.StdEncoding.EncodeToString(secret) + "\n"
}

// make puts a whole file in its place, or leaves the one that is there.
func (s *setup) make(path, text string, mode fs.FileMode) (err error) {
	if exists(path) {
		s.keep(path)
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".regain-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	// A link takes nobody's place.
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		s.keep(path)
		return nil
	}
	if err == nil {
		s.wrote = append(s.wrote, path)
		s.Say("Wrote %s", path)
	}
	return err
}

func (s *setup) keep(path string) {
	s.kept = append(s.kept, path)
	s.Say("Kept %s, which was there; to begin anew, move it away and run this again", path)
}
