package setup

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"unicode"
)

// owner is whom the portal runs as.
type owner struct {
	name     string
	uid, gid int
}

// serves looks up the user. Root makes the portal another one's; everybody else makes it their own.
func (s *setup) serves() (owner, error) {
	name := s.User
	if name == "" && os.Geteuid() == 0 {
		name = "regain"
	}
	var u *user.User
	var err error
	if name == "" {
		u, err = user.Current()
	} else {
		u, err = user.Lookup(name)
	}
	if errors.As(err, new(user.UnknownUserError)) {
		return owner{}, s.Failure("no_user", "there is no user "+name+" to run the portal as; make one, and run this again: "+
			"useradd --system --user-group --home-dir "+systemData+" --shell /usr/sbin/nologin "+name)
	}
	if err != nil {
		return owner{}, fmt.Errorf("user: %w", err)
	}
	o := owner{name: u.Username}
	o.uid, err = strconv.Atoi(u.Uid)
	if err == nil {
		o.gid, err = strconv.Atoi(u.Gid)
	}
	if err == nil && os.Geteuid() != 0 && o.uid != os.Geteuid() {
		err = s.Failure("not_root", "only root can set up a portal for "+name)
	}
	return o, err
}

// as does something as the user of the portal, so that it fails where the portal would, and what it
// makes is the portal's.
func (o owner) as(do func() error) (err error) {
	if os.Geteuid() != 0 || o.uid == 0 {
		return do()
	}
	before, err := syscall.Getgroups()
	if err != nil {
		return err
	}
	defer func() {
		back := errors.Join(syscall.Setresuid(-1, 0, -1), syscall.Setresgid(-1, 0, -1), syscall.Setgroups(before))
		err = errors.Join(err, back)
	}()
	if err := syscall.Setgroups([]int{o.gid}); err != nil {
		return err
	}
	if err := syscall.Setresgid(-1, o.gid, -1); err != nil {
		return err
	}
	if err := syscall.Setresuid(-1, o.uid, -1); err != nil {
		return err
	}
	return do()
}

// folder makes a folder that is the owner's alone. One that is there stays as it is.
func (o owner) folder(path string) error {
	if exists(path) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return o.own(path)
}

// own gives a file to the owner.
func (o owner) own(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Lchown(path, o.uid, o.gid)
}

// nearest is the folder, or the first above it that is there.
func nearest(dir string) string {
	for !exists(dir) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
	}
	return dir
}

func writable(dir string) bool {
	const toWrite = 2
	return syscall.Access(dir, toWrite) == nil
}

// simple reports whether systemd and shells read a path as it stands.
func simple(path string) bool {
	return !strings.ContainsFunc(path, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+@", r)
	})
}
