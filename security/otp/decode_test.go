//go:build e2e

package otp_test

import (
	"bytes"
	"image"
	"image/png"
	"os/exec"
	"strings"
	"testing"

	"regain/security/otp"
)

// TestQRDecodes has an independent reader say what the codes hold.
func TestQRDecodes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "ada", "patricia.byron-with-a-long-name", "ünïcode"} {
		text := otp.URI("Example Market", name, secret)
		rows, err := otp.QR(text)
		if err != nil {
			t.Fatal(err)
		}
		read := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", "-")
		read.Stdin = picture(t, rows)
		got, err := read.Output()
		if err != nil || strings.TrimSpace(string(got)) != text {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
	}
}

// picture draws the modules with their margin of four, eight pixels each.
func picture(t *testing.T, rows [][]bool) *bytes.Buffer {
	const scale, margin = 8, 4
	size := (len(rows) + 2*margin) * scale
	img := image.NewGray(image.Rect(0, 0, size, size))
	for i := range img.Pix {
		x, y := i%size/scale-margin, i/size/scale-margin
		inside := y >= 0 && y < len(rows) && x >= 0 && x < len(rows)
		img.Pix[i] = 0xff
		if inside && rows[y][x] {
			img.Pix[i] = 0
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return &b
}
