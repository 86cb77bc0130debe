package attach

import (
	"bytes"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// What an image may come to. It is known from its first lines, before anything is made room for.
const (
	maxPixels = 40_000_000
	maxMemory = 160 << 20 // bytes of the image when it is unpacked
	maxMade   = 40 << 20  // bytes of what is made of it
	quality   = 90        // of the JPEG that is made
)

// Why an image is refused.
var (
	errPixels = errors.New("image has too many pixels")
	errBroken = errors.New("image cannot be read")
)

// reader is how an image of a type is read, and what is made of it.
type reader struct {
	config func(io.Reader) (stdimage.Config, error)
	decode func(io.Reader) (stdimage.Image, error)
	into   string
}

// readers has no more than images that Go reads by itself. Of a moving one the first picture is left.
var readers = map[string]reader{
	jpegType: {jpeg.DecodeConfig, jpeg.Decode, jpegType},
	pngType:  {png.DecodeConfig, png.Decode, pngType},
	gifType:  {gif.DecodeConfig, gif.Decode, pngType},
	webpType: {webp.DecodeConfig, webp.Decode, jpegType},
}

// made is the type that a file has after it was made anew.
func made(kind string) string {
	if r, ok := readers[kind]; ok {
		return r.into
	}
	return kind
}

// measure refuses an image that is broken, or too large to be unpacked, by its first lines.
func measure(kind string, r io.Reader) error {
	c, err := readers[kind].config(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if c.Width <= 0 || c.Height <= 0 {
		return errBroken
	}
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > maxPixels || pixels*deep(c.ColorModel) > maxMemory {
		return errPixels
	}
	return nil
}

// deep is how many bytes a pixel of the model takes.
func deep(m color.Model) int64 {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.Gray16Model:
		return 2
	case color.GrayModel:
		return 1
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// remake is the image alone, without what else stood in the file: where and when and by whom it was
// taken, and whatever was hidden in it.
func remake(kind string, data []byte) ([]byte, error) {
	as := readers[kind]
	if err := measure(kind, bytes.NewReader(data)); err != nil {
		return nil, err
	}
	picture, err := as.decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	var out bytes.Buffer
	switch as.into {
	case jpegType:
		err = jpeg.Encode(&out, onWhite(turned(picture, orientation(kind, data))),
			&jpeg.Options{Quality: quality})
	default:
		err = (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(&out, picture)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	case out.Len() > maxMade:
		return nil, errPixels
	}
	return out.Bytes(), nil
}

// onWhite is the picture without holes, which JPEG has none of.
func onWhite(picture stdimage.Image) stdimage.Image {
	if o, ok := picture.(interface{ Opaque() bool }); ok && o.Opaque() {
		return picture
	}
	flat := stdimage.NewRGBA(picture.Bounds())
	draw.Draw(flat, flat.Bounds(), stdimage.White, stdimage.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Over)
	return flat
}
