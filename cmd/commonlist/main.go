// Command commonlist makes the built-in list of common passwords from a text file with one
// password a line. The same input always gives the same output.
//
//	go run ./cmd/commonlist IN security/password/common.bin
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf8"

	"github.com/FastFilter/xorfilter"

	"regain/security/password"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: commonlist IN OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "commonlist:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	source, err := os.Open(in)
	if err != nil {
		return err
	}
	defer source.Close()
	keys, err := readKeys(source)
	if err != nil {
		return fmt.Errorf("read list: %w", err)
	}
	data, err := encode(keys)
	if err != nil {
		return fmt.Errorf("make filter: %w", err)
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d keys, %d bytes, about 1 of 65,536 unlisted passwords taken for listed\n",
		len(keys), len(data))
	return nil
}

// readKeys leaves out what is too short for any policy; such entries are refused anyway.
func readKeys(source io.Reader) ([]uint64, error) {
	var keys []uint64
	lines := bufio.NewScanner(source)
	for lines.Scan() {
		if utf8.RuneCount(lines.Bytes()) >= password.FloorRunes {
			keys = append(keys, password.CommonKey(lines.Text()))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), lines.Err()
}

// encode builds the filter and makes sure that it finds every key once it is read back.
func encode(keys []uint64) ([]byte, error) {
	if len(keys) == 0 {
		return nil, errors.New("no password of sufficient length")
	}
	filter, err := xorfilter.NewBinaryFuse[uint16](slices.Clone(keys))
	if err != nil {
		return nil, err
	}
	var data bytes.Buffer
	if err := filter.Save(&data); err != nil {
		return nil, err
	}
	loaded, err := xorfilter.LoadBinaryFuse[uint16](bytes.NewReader(data.Bytes()))
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if !loaded.Contains(key) {
			return nil, errors.New("a key got lost")
		}
	}
	return data.Bytes(), nil
}
