package security

import (
	"crypto/subtle"
	"encoding/base32"
	"strings"

	"regain/security/token"
)

// PurposeReply is what the addresses for replies are signed for.
const PurposeReply = "reply"

// replyProof is how many bytes of the proof an address for replies has: 80 bits, 16 characters.
const replyProof = 10

// maxNumber bounds the digits of a number of a case or ticket.
const maxNumber = 18

var replyCode = base32.StdEncoding.WithPadding(base32.NoPadding)

// ReplyTag is what the address for replies about a case or a ticket has behind its plus sign, such as
// t2077-abcdefghijklmnop: the number, and the proof that we gave it. A number is that of one account for
// good. Mail servers may change the case of its letters.
func (s *Core) ReplyTag(number string) string {
	tag, _ := s.replyTag(s.Keys.KeyID(), number)
	return tag
}

func (s *Core) replyTag(key, number string) (tag string, ok bool) {
	mac, ok := s.Keys.MACBy(key, PurposeReply, []byte(number))
	if !ok {
		return "", false
	}
	return strings.ToLower(strings.ReplaceAll(number, "-", "") + "-" +
		replyCode.EncodeToString(mac[:replyProof])), true
}

// ReplyNumber is the number that a tag is for. It is not ok where we did not give the tag.
func (s *Core) ReplyNumber(tag string) (number string, ok bool) {
	tag = strings.ToLower(tag)
	name, _, _ := strings.Cut(tag, "-")
	if len(name) < 2 || len(name) > maxNumber || strings.Trim(name[1:], "0123456789") != "" ||
		name[0] != 'c' && name[0] != 't' {
		return "", false
	}
	number = token.FoldNumber(name[:1] + "-" + name[1:])
	for _, key := range s.Keys.KeyIDs() {
		good, held := s.replyTag(key, number)
		if held && subtle.ConstantTimeCompare([]byte(tag), []byte(good)) == 1 {
			return number, true
		}
	}
	return "", false
}
