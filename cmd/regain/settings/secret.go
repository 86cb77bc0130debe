package settings

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"regain/security/token"
)

// maxSecretFile keeps a wrong path, such as that of a device, from being read
// without end.
const maxSecretFile = 4 << 10

// secrets reads one or several, the newest first.
func (f *faults) secrets(v, path string) [][]byte {
	const name, fileName = "REGAIN_SECRET", "REGAIN_SECRET_FILE"
	switch {
	case v != "" && path != "":
		f.add(name, "is set beside REGAIN_SECRET_FILE; set one of them")
		return nil
	case v == "" && path == "":
		f.add(name, "is not set; make one with: openssl rand -base64 32")
		return nil
	case path == "":
		return f.decode(name, v)
	}
	text, err := readSecret(path, maxSecretFile)
	if err != nil {
		f.add(name, "is not taken from the file")
		f.add(fileName, "%v", err)
		return nil
	}
	return f.decode(name, text)
}

func readSecret(path string, most int64) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	if !private(info.Mode(), owner(info), os.Geteuid()) {
		return "", errors.New("others may read the file; run: chmod 600 " + path)
	}
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(text)) > most {
		err = errors.New("the file is too large to be a secret")
	}
	return string(text), err
}

// private reports whether a file with this mode is nobody else's to read. One that belongs to root
// may be given to the group of the portal, as containers do.
func private(mode fs.FileMode, owner, self int) bool {
	others := fs.FileMode(0o077)
	if owner == 0 && self != 0 {
		others = 0o037
	}
	return mode.Perm()&others == 0
}

// owner is the id of whom a file belongs to, -1 where there is none.
func owner(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return -1
}

func (f *faults) decode(name, v string) (all [][]byte) {
	separator := func(c rune) bool { return c == ',' || unicode.IsSpace(c) }
	for i, one := range strings.FieldsFunc(v, separator) {
		one = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(one, "="))
		secret, err := base64.RawStdEncoding.DecodeString(one)
		known := slices.ContainsFunc(all, func(s []byte) bool { return bytes.Equal(s, secret) })
		switch {
		case err != nil:
			f.add(name, "number %d is not base64", i+1)
		case len(secret) < token.MinSecret:
			f.add(name, "number %d is shorter than %d bytes", i+1, token.MinSecret)
		case known:
			f.add(name, "number %d stands there twice", i+1)
		default:
			all = append(all, secret)
			continue
		}
		return nil
	}
	if all == nil {
		f.add(name, "is empty")
	}
	return all
}

// fewest is how many different bytes 32 random ones have at the least: 30 on average, and fewer
// than 20 once in more than a million million times.
const fewest = 20

// weakness finds fault with a newest secret that no random generator made. An older one must do
// until it is replaced.
func weakness(secrets [][]byte) Error {
	if len(secrets) == 0 {
		return nil
	}
	newest := secrets[0]
	different := map[byte]bool{}
	steps := map[byte]bool{}
	typed := true
	for i, b := range newest {
		different[b] = true
		if i > 0 {
			steps[b-newest[i-1]] = true
		}
		typed = typed && b >= ' ' && b <= '~'
	}
	if len(different) >= fewest && len(steps) >= fewest/2 && !typed {
		return nil
	}
	return Error{{"REGAIN_SECRET", "is not random; make one with: openssl rand -base64 32"}}
}
