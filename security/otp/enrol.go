package otp

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"rsc.io/qr"
)

// Secret returns raw as authenticator apps want it: base32, upper case, without padding. Twenty
// random bytes are the recommended size.
func Secret(raw []byte) string { return base32Text.EncodeToString(raw) }

// Groups cuts text in fours, for people who copy it by hand; the last group may be shorter.
// The text must be ASCII, as secrets and codes are.
func Groups(text string) []string {
	var groups []string
	for g := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(g))
	}
	return groups
}

// URI returns the otpauth:// address of a secret (standards §4.2), always SHA-1, six digits, 30
// seconds, because many apps ignore the rest. Colons and control characters in issuer and account
// are dropped, since apps split the label at a colon; all else is escaped, so that neither can add
// a parameter. It carries the secret: never log it, never put it in a URL of ours.
func URI(issuer, account, secret string) string {
	issuer, account = label(issuer), label(account)
	return "otpauth://totp/" + issuer + ":" + account +
		"?secret=" + escape(strings.ToUpper(strip(secret))) +
		"&issuer=" + issuer + "&algorithm=SHA1&digits=6&period=30"
}

// QR returns the QR code of text at error correction level M as rows of modules, true for dark,
// without the margin of four light modules that a picture of it needs. It fails when text is
// empty or too long for a QR code.
func QR(text string) ([][]bool, error) {
	if text == "" {
		return nil, errors.New("qr code: no text")
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("qr code: %w", err)
	}
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows, nil
}

func label(s string) string {
	s = strings.Map(func(c rune) rune {
		if c == ':' || unicode.IsControl(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	return escape(strings.TrimSpace(s))
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
