package attach

import (
	"bytes"
	"encoding/binary"
	stdimage "image"
	"image/color"
)

// orientation is how a camera says that its picture has to be turned: a number from 1, as it is, to 8
// (Exif 2.32, tag 0x0112). It is the one thing of what stands beside a picture that is needed to see
// it the right way up.
func orientation(kind string, data []byte) int {
	if kind != jpegType {
		return 1
	}
	for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if size < 2 || at+2+size > len(data) {
			return 1
		}
		body := data[at+4 : at+2+size]
		if exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); data[at+1] == 0xe1 && ok {
			return orientationIn(exif)
		}
		at += 2 + size
	}
	return 1
}

// orientationIn looks for the tag in the first directory of a TIFF.
func orientationIn(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	first := uint64(order.Uint32(tiff[4:]))
	if first+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[first+2:]
	for range order.Uint16(tiff[first:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if n := int(order.Uint16(entries[8:])); n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// rotated is a picture turned as an orientation says. It draws nothing before it is asked for a pixel.
type rotated struct {
	stdimage.Image
	how int
}

// turned is the picture the right way up.
func turned(picture stdimage.Image, how int) stdimage.Image {
	if how == 1 {
		return picture
	}
	return rotated{picture, how}
}

// Opaque implements what onWhite asks: only pictures of cameras are turned, and they have no holes.
func (rotated) Opaque() bool { return true }

// Bounds implements image.Image. From 5 on the picture lies on its side.
func (r rotated) Bounds() stdimage.Rectangle {
	b := r.Image.Bounds()
	if r.how >= 5 {
		return stdimage.Rect(0, 0, b.Dy(), b.Dx())
	}
	return stdimage.Rect(0, 0, b.Dx(), b.Dy())
}

// At implements image.Image.
func (r rotated) At(x, y int) color.Color {
	b := r.Image.Bounds()
	w, h := b.Dx()-1, b.Dy()-1
	switch r.how {
	case 2:
		x = w - x
	case 3:
		x, y = w-x, h-y
	case 4:
		y = h - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x
	case 7:
		x, y = w-y, h-x
	case 8:
		x, y = w-y, x
	}
	return r.Image.At(b.Min.X+x, b.Min.Y+y)
}
