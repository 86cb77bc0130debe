// Package breach asks lists of leaked passwords that lie outside the binary: a local copy of the
// Have I Been Pwned list, or its range service. Both answer for the exact text they are given.
package breach

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
)

const (
	hashLength = 2 * sha1.Size
	maxLine    = 128
)

// ErrFormat means that a list is not made of sorted lines HASH:COUNT.
var ErrFormat = errors.New("not a sorted list of SHA-1 hashes")

// File is a sorted SHA-1 list on disk. It is safe for concurrent use.
type File struct {
	file *os.File
	size int64
}

// OpenFile opens a list in the form Have I Been Pwned publishes: one HASH:COUNT a line in
// ascending order, 40 hexadecimal digits, lines ended by LF or CRLF. Only the first and last
// line are checked here, since the full list has tens of gigabytes; ErrFormat if they are wrong.
func OpenFile(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("breach list: %w", err)
	}
	list := &File{file: file}
	if err := list.inspect(); err != nil {
		return nil, errors.Join(fmt.Errorf("breach list: %w", err), file.Close())
	}
	return list, nil
}

// Close releases the file; Contains fails afterwards.
func (f *File) Close() error { return f.file.Close() }

func (f *File) inspect() error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	f.size = info.Size()
	if !info.Mode().IsRegular() || f.size == 0 {
		return ErrFormat
	}
	first, err := f.lineAt(0)
	if err != nil {
		return err
	}
	last, err := f.lineAt(f.size - 1)
	if err != nil {
		return err
	}
	if bytes.Compare(first.hash, last.hash) > 0 {
		return ErrFormat
	}
	return nil
}

// Contains looks the password up by binary search. It reads a few dozen small pieces of the file
// and fails with ErrFormat if it meets a line that is not of the form.
func (f *File) Contains(ctx context.Context, password string) (bool, error) {
	sum := sha1.Sum([]byte(password))
	low, high := int64(0), f.size
	for low < high {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		found, err := f.lineAt(low + (high-low)/2)
		if err != nil {
			return false, fmt.Errorf("breach list: %w", err)
		}
		switch order := bytes.Compare(found.hash, sum[:]); {
		case order == 0:
			return true, nil
		case order < 0:
			low = found.end
		default:
			high = found.start
		}
	}
	return false, nil
}

// line is one entry and the bytes it takes, its line end included.
type line struct {
	hash       []byte
	start, end int64
}

// lineAt reads the line that the byte at offset belongs to.
func (f *File) lineAt(offset int64) (line, error) {
	from := max(offset-maxLine, 0)
	window := make([]byte, min(2*maxLine, f.size-from))
	if _, err := f.file.ReadAt(window, from); err != nil {
		return line{}, err
	}
	at := int(offset - from)
	start := bytes.LastIndexByte(window[:at], '\n') + 1
	if start == 0 && from > 0 {
		return line{}, ErrFormat
	}
	end := len(window)
	if length := bytes.IndexByte(window[at:], '\n'); length >= 0 {
		end = at + length + 1
	} else if from+int64(end) < f.size {
		return line{}, ErrFormat
	}
	hash, err := parseHash(window[start:end])
	if err != nil {
		return line{}, err
	}
	return line{hash: hash, start: from + int64(start), end: from + int64(end)}, nil
}

func parseHash(text []byte) ([]byte, error) {
	if len(text) <= hashLength || text[hashLength] != ':' {
		return nil, ErrFormat
	}
	hash := make([]byte, sha1.Size)
	if _, err := hex.Decode(hash, text[:hashLength]); err != nil {
		return nil, ErrFormat
	}
	return hash, nil
}
