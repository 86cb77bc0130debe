package trail

import (
	"bufio"
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"regain/security"
)

// Head is where the trail ended at a moment, signed. Whoever keeps it elsewhere can tell later that
// nothing was cut off or replaced up to there. It does not hold the chain value, with which somebody
// could shorten the trail to that place.
type Head struct {
	Seq  int64     `json:"seq"`
	Head string    `json:"head"`
	Key  string    `json:"key"` // id of the key that signed it
	At   time.Time `json:"at"`  // of the last line
}

// Signed is the head at line seq, whose chain value is value.
func Signed(chain Chain, seq int64, value string, at time.Time) Head {
	h := Head{Seq: seq, Key: chain.KeyIDs()[0], At: at}
	h.Head = h.sign(chain, value)
	return h
}

func (h Head) sign(chain Chain, value string) string {
	mac, _ := chain.MACBy(h.Key, security.PurposeAudit, []byte("head"),
		[]byte(strconv.FormatInt(h.Seq, 10)), []byte(value))
	return hex.EncodeToString(mac)
}

// fits reports whether the chain value is that of the head.
func (h Head) fits(chain Chain, value string) bool {
	mac := h.sign(chain, value)
	return mac != "" && hmac.Equal([]byte(mac), []byte(h.Head))
}

// maxHeadLine is longer than any line of a log.
const maxHeadLine = 1 << 20

// ReadHeads reads heads, one JSON object a line. Lines without one are passed over, so that the log
// of the portal can be given as it is.
func ReadHeads(from io.Reader) (all []Head, err error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxHeadLine)
	for lines.Scan() {
		var h Head
		if json.Unmarshal(lines.Bytes(), &h) == nil && h.Head != "" {
			all = append(all, h)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read heads: %w", err)
	}
	return all, nil
}
