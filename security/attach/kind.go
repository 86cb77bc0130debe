package attach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// The types whose content is made anew, and that of documents.
const (
	jpegType = "image/jpeg"
	pngType  = "image/png"
	gifType  = "image/gif"
	webpType = "image/webp"
	PDFType  = "application/pdf"
)

// UsualTypes are those that are taken where the operator does not say otherwise.
var UsualTypes = []string{jpegType, pngType, gifType, webpType, PDFType}

// active are types that a browser or a system would run, or that hold others. No setting brings them
// in.
var active = []string{"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml",
	"text/javascript", "application/x-ms-shortcut", "application/vnd.microsoft.portable-executable",
	"application/x-elf", "application/jar", "application/x-msi", "text/x-php", "text/x-shellscript"}

// ReadTypes reads a list of types with commas between: those that may be taken.
func ReadTypes(v string) ([]string, error) {
	if strings.TrimSpace(v) == "" {
		return UsualTypes, nil
	}
	var all []string
	for typed := range strings.SplitSeq(v, ",") {
		kind := strings.ToLower(strings.TrimSpace(typed))
		known := mimetype.Lookup(kind)
		switch {
		case known == nil || kind == "application/octet-stream":
			return nil, fmt.Errorf("%q is no type that is known", kind)
		case slices.ContainsFunc(active, known.Is):
			return nil, fmt.Errorf("%q may be run, and is never taken", kind)
		case !slices.Contains(all, base(known)):
			all = append(all, base(known))
		}
	}
	return all, nil
}

// base is the name of a type without its parameters.
func base(m *mimetype.MIME) string {
	name, _, _ := strings.Cut(m.String(), ";")
	return name
}

// headSize is how much of a file says what it is.
const headSize = 3072

// kindOf is the type that the content of a file says, by its first bytes: nobody else is believed.
func kindOf(head []byte) string { return base(mimetype.Detect(head)) }

// image reports whether files of the type are made anew.
func image(kind string) bool {
	return slices.Contains([]string{jpegType, pngType, gifType, webpType}, kind)
}
