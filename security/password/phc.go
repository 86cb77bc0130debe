package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrMalformed means that a hash is of no accepted form or lies outside the bounds of Valid. The
// text in front of it names the part at fault, never the hash.
var ErrMalformed = errors.New("want argon2id or bcrypt that takes 2 s at most to check here")

// Bounds on hashes that come from outside, because whoever supplies an import line also chooses
// its cost. How long a hash within them takes depends on the machine; see Hasher.Affordable.
const (
	maxEncoded    = 512
	maxMemory     = 128 << 10 // KiB
	maxPasses     = 64
	maxWork       = 1 << 20 // KiB times passes
	maxThreads    = 16
	minSalt       = 8
	minKey        = 16
	maxField      = 64
	maxKeyID      = 32
	minBcryptCost = 4
	maxBcryptCost = 14
	bcryptLength  = 60
)

const (
	argonPrefix = "$argon2id$"
	phcAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+./-"
	bcryptChars = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// b64 refuses padding and stray trailing bits, so each hash has exactly one spelling.
var b64 = base64.RawStdEncoding.Strict()

// argonHash is one argon2id hash, taken apart. memory is in KiB; keyID is "" when unpeppered.
type argonHash struct {
	memory, time uint32
	threads      uint8
	keyID        string
	salt, key    []byte
}

// Valid tells whether a hash from outside can be stored: argon2id version 19 in PHC form or
// bcrypt ($2a$, $2b$, $2y$, cost 4 to 14). The argon2id bounds are m at most 128 MiB, t at most
// 64, m*t at most 1 GiB, p at most 16, salt 8 to 64 bytes, key 16 to 64 bytes, and no keyid: that
// names a pepper which only its maker has. The error wraps ErrMalformed. It only parses; nothing is
// hashed.
func Valid(encoded string) error {
	for _, kind := range []string{"argon2i", "argon2d"} {
		if strings.HasPrefix(encoded, "$"+kind+"$") {
			return malformed(kind)
		}
	}
	if !strings.HasPrefix(encoded, argonPrefix) {
		return validBcrypt(encoded)
	}
	hash, err := parseArgon(encoded)
	if err == nil && hash.keyID != "" {
		err = malformed("keyid")
	}
	return err
}

func malformed(part string) error { return fmt.Errorf("%s: %w", part, ErrMalformed) }

func validBcrypt(encoded string) error {
	if len(encoded) != bcryptLength || encoded[:2] != "$2" ||
		!strings.ContainsRune("aby", rune(encoded[2])) || encoded[3] != '$' || encoded[6] != '$' {
		return malformed("scheme")
	}
	cost, err := strconv.ParseUint(encoded[4:6], 10, 8)
	if err != nil || cost < minBcryptCost || cost > maxBcryptCost {
		return malformed("bcrypt cost")
	}
	if !only(encoded[7:], bcryptChars) {
		return malformed("bcrypt salt and key")
	}
	return nil
}

func parseArgon(encoded string) (argonHash, error) {
	if len(encoded) > maxEncoded {
		return argonHash{}, malformed("length")
	}
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return argonHash{}, malformed("scheme")
	}
	hash, err := parseParams(parts[3])
	if err != nil {
		return argonHash{}, err
	}
	if hash.salt, err = field(parts[4], minSalt); err != nil {
		return argonHash{}, malformed("salt")
	}
	if hash.key, err = field(parts[5], minKey); err != nil {
		return argonHash{}, malformed("key")
	}
	return hash, nil
}

// parseParams reads "m=…,t=…,p=…" with an optional ",keyid=…", in this order as PHC demands.
func parseParams(text string) (argonHash, error) {
	fields := strings.Split(text, ",")
	if len(fields) != 3 && len(fields) != 4 {
		return argonHash{}, malformed("parameters")
	}
	memory, okMemory := number(fields[0], "m=", maxMemory)
	passes, okPasses := number(fields[1], "t=", maxPasses)
	threads, okThreads := number(fields[2], "p=", maxThreads)
	if !okMemory || !okPasses || !okThreads || memory < 8*threads || memory*passes > maxWork {
		return argonHash{}, malformed("cost")
	}
	hash := argonHash{memory: memory, time: passes, threads: uint8(threads)}
	if len(fields) == 4 {
		id, found := strings.CutPrefix(fields[3], "keyid=")
		if !found || !validKeyID(id) {
			return argonHash{}, malformed("key id")
		}
		hash.keyID = id
	}
	return hash, nil
}

// field reads bytes in base64. The decoder alone would skip line ends.
func field(text string, shortest int) ([]byte, error) {
	data, err := b64.DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") ||
		len(data) < shortest || len(data) > maxField {
		return nil, ErrMalformed
	}
	return data, nil
}

// number reads a decimal from 1 to limit that has no sign and no leading zero.
func number(field, name string, limit uint32) (uint32, bool) {
	digits, found := strings.CutPrefix(field, name)
	if !found || digits == "" || digits[0] < '1' || digits[0] > '9' {
		return 0, false
	}
	value, err := strconv.ParseUint(digits, 10, 32)
	return uint32(value), err == nil && value <= uint64(limit)
}

func validKeyID(id string) bool {
	return id != "" && len(id) <= maxKeyID && only(id, phcAlphabet)
}

// String is the hash in the PHC format, as it is stored.
func (a argonHash) String() string {
	keyID := ""
	if a.keyID != "" {
		keyID = ",keyid=" + a.keyID
	}
	return fmt.Sprintf("%sv=19$m=%d,t=%d,p=%d%s$%s$%s", argonPrefix, a.memory, a.time, a.threads,
		keyID, b64.EncodeToString(a.salt), b64.EncodeToString(a.key))
}

func only(text, alphabet string) bool {
	for _, r := range text {
		if !strings.ContainsRune(alphabet, r) {
			return false
		}
	}
	return true
}
