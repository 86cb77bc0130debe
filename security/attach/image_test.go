package attach

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	stdimage "image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// picture is 3 by 2, with another colour in each corner.
func picture() *stdimage.RGBA {
	p := stdimage.NewRGBA(stdimage.Rect(0, 0, 48, 32))
	for y := range 32 {
		for x := range 48 {
			p.Set(x, y, color.RGBA{uint8(x / 24 * 255), uint8(y / 16 * 255), 0, 255})
		}
	}
	return p
}

func encoded(t testing.TB, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case jpegType:
		err = jpeg.Encode(&b, picture(), &jpeg.Options{Quality: 100})
	case pngType:
		err = png.Encode(&b, picture())
	case gifType:
		err = gif.Encode(&b, picture(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif is a JPEG with what a camera writes beside it: how to turn it, and where it was taken.
func withExif(t testing.TB, order binary.ByteOrder, turn uint16) []byte {
	t.Helper()
	plain := encoded(t, jpegType)
	mark := "MM\x00\x2a"
	if order == binary.LittleEndian {
		mark = "II\x2a\x00"
	}
	exif := []byte("Exif\x00\x00" + mark)
	exif = append(exif, make([]byte, 4+2+12+4)...)
	body := exif[10:]
	order.PutUint32(body, 8)
	order.PutUint16(body[4:], 1)
	order.PutUint16(body[6:], 0x0112)
	order.PutUint16(body[8:], 3)
	order.PutUint32(body[10:], 1)
	order.PutUint16(body[14:], turn)
	exif = append(exif, "GPS 52.5200 13.4050 of Ada"...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, 0}
	binary.BigEndian.PutUint16(head[4:], uint16(len(exif)+2))
	return append(append(head, exif...), plain[2:]...)
}

// TestImagesAreMadeAnew: what stands beside a picture, or hides in it, is not in what is made of it.
func TestImagesAreMadeAnew(t *testing.T) {
	t.Parallel()
	const script = "<script>alert(document.domain)</script>"
	commented := encoded(t, gifType)
	for kind, data := range map[string][]byte{
		jpegType: withExif(t, binary.BigEndian, 1),
		pngType:  append(encoded(t, pngType), script...),
		gifType:  append(commented, script...),
	} {
		if got := kindOf(data); got != kind {
			t.Errorf("%s is taken for %s", kind, got)
		}
		out, err := remake(kind, data)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if got := kindOf(out); got != made(kind) {
			t.Errorf("%s becomes %s, want %s", kind, got, made(kind))
		}
		for _, hidden := range []string{"script", "Exif", "GPS", "Ada"} {
			if bytes.Contains(out, []byte(hidden)) {
				t.Errorf("%s: %q is still there", kind, hidden)
			}
		}
		p, _, err := stdimage.Decode(bytes.NewReader(out))
		if err != nil || p.Bounds().Dx() != 48 || p.Bounds().Dy() != 32 {
			t.Errorf("%s: %v, %v", kind, p, err)
		}
	}
}

// TestPicturesAreTurned: however a camera was held, its picture stands the right way up.
func TestPicturesAreTurned(t *testing.T) {
	t.Parallel()
	// Where the black corner, which is left on top as the camera wrote it, comes to stand.
	for turn, want := range map[uint16]struct{ x, y, w, h int }{1: {5, 5, 48, 32}, 2: {42, 5, 48, 32},
		3: {42, 26, 48, 32}, 4: {5, 26, 48, 32}, 5: {5, 5, 32, 48}, 6: {26, 5, 32, 48},
		7: {26, 42, 32, 48}, 8: {5, 42, 32, 48}, 0: {5, 5, 48, 32}, 9: {5, 5, 48, 32}} {
		for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
			out, err := remake(jpegType, withExif(t, order, turn))
			if err != nil {
				t.Fatal(err)
			}
			p, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil || p.Bounds().Dx() != want.w || p.Bounds().Dy() != want.h {
				t.Fatalf("turn %d: %v, %v", turn, p.Bounds(), err)
			}
			if r, g, _, _ := p.At(want.x, want.y).RGBA(); r > 0x4000 || g > 0x4000 {
				t.Errorf("turn %d: %d,%d is %x,%x", turn, want.x, want.y, r, g)
			}
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(withExif(f, binary.BigEndian, 6))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := orientation(jpegType, data); n < 1 || n > 8 {
			t.Errorf("turn %d", n)
		}
	})
}

// bomb is a PNG that says how large it would be, and has nothing.
func bomb(width, height uint32, depth, model byte) []byte {
	body := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(body[4:], width)
	binary.BigEndian.PutUint32(body[8:], height)
	body[12], body[13] = depth, model
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// TestBombs: what would be too large is known before room is made for it.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind string
		data []byte
		want error
	}{
		"50,000 by 50,000":       {pngType, bomb(50_000, 50_000, 8, 2), errPixels},
		"one line":               {pngType, bomb(2_000_000_000, 1, 8, 0), errPixels},
		"deep":                   {pngType, bomb(5_000, 5_000, 16, 6), errPixels},
		"as large as may be":     {pngType, bomb(8_000, 5_000, 8, 6), nil},
		"GIF of 65,535":          {gifType, []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), errPixels},
		"nothing behind":         {jpegType, []byte("\xff\xd8\xff"), errBroken},
		"of no size":             {pngType, bomb(0, 10, 8, 2), errBroken},
		"text":                   {pngType, []byte("hello"), errBroken},
		"WebP without a picture": {webpType, []byte("RIFF\x0c\x00\x00\x00WEBPVP8 "), errBroken},
	} {
		if err := measure(tt.kind, bytes.NewReader(tt.data)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := remake(pngType, bomb(8_000, 5_000, 8, 6)); !errors.Is(err, errBroken) {
		t.Errorf("no picture in it: %v", err)
	}
}

// TestKinds: the type is what the content says, and nothing that runs is among those that are taken.
func TestKinds(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`: "image/svg+xml",
		"<!DOCTYPE html><script>alert(1)</script>":                                "text/html",
		"MZ\x90\x00\x03":                    "application/vnd.microsoft.portable-executable",
		"\x7fELF\x02\x01\x01":               "application/x-elf",
		"PK\x03\x04":                        "application/zip",
		"%PDF-1.7\n/JavaScript /OpenAction": PDFType,
		"GIF89a=1;alert(1)":                 gifType,
	} {
		if got := kindOf([]byte(data)); got != want {
			t.Errorf("%.20q is %s, want %s", data, got, want)
		}
	}
}
