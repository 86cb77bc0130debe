package password

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // for the list below
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/FastFilter/xorfilter"
)

// commonData is made by cmd/commonlist; see NOTICE for its source and licence.
//
//go:embed common.bin
var commonData []byte

// commonFilter holds 474,743 keys with 16-bit fingerprints: every listed password is found, and
// about one in 65,536 others is taken for listed.
var commonFilter = sync.OnceValues(func() (*xorfilter.BinaryFuse[uint16], error) {
	return xorfilter.LoadBinaryFuse[uint16](bytes.NewReader(commonData))
})

type commonList struct{}

// CommonList is the built-in list: the 474,743 entries of at least 8 characters among a million
// widely used passwords (ASVS 6.2.4). It ignores case and accents, needs no I/O and is safe for
// concurrent use.
func CommonList() List { return commonList{} }

// Contains implements List. It fails only if the embedded data is damaged.
func (commonList) Contains(_ context.Context, password string) (bool, error) {
	filter, err := commonFilter()
	if err != nil {
		return false, fmt.Errorf("common list: %w", err)
	}
	return filter.Contains(CommonKey(password)), nil
}

// CommonKey is the number under which the built-in list holds a password: the first 64 bits of
// SHA-256 of the folded text. The generator of the list uses it too.
func CommonKey(password string) uint64 {
	sum := sha256.Sum256([]byte(fold(password)))
	return binary.BigEndian.Uint64(sum[:8])
}
