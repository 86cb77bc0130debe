package attach

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"regain/security"
)

// maxFileName is the longest name that is kept, in characters, with its ending.
const maxFileName = 100

// CleanName is what is kept of the name that a browser or a mail gives a file: no folder, nothing that
// does not show or that turns the direction of text around, and one ending, that of the type. It names
// the file to people, and nothing that is stored.
func CleanName(name, kind string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case security.Forbidden(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*;`, r): // what some systems do not take in names
			return '_'
		}
		return r
	}, name)
	ending := Ending(kind)
	if own := path.Ext(name); strings.EqualFold(own, ending) || strings.EqualFold(own, ".jpeg") && ending == ".jpg" {
		name = strings.TrimSuffix(name, own)
	}
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " .")
	if most := maxFileName - utf8.RuneCountInString(ending); utf8.RuneCountInString(name) > most {
		name = strings.TrimRight(string([]rune(name)[:most]), " .")
	}
	if name == "" {
		name = "file"
	}
	return name + ending
}

// Ending is that of the names of a type, such as ".png".
func Ending(kind string) string {
	if m := mimetype.Lookup(kind); m != nil && m.Extension() != "" {
		return m.Extension()
	}
	return ".bin"
}
