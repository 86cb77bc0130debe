package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WordNames are the words that can be replaced, which are those of views.SafeThings.
var WordNames = [...]string{"contracts", "messages", "money"}

// maxWord is as long as a sentence may be that a worried person reads on a phone.
const maxWord = 200

// words reads the folder of words that replace ours: a text file for each, NAME.txt, with a sentence in
// it. Names that begin with a dot are those of the system and of editors.
func (f *faults) words(folder string) map[string]string {
	const name = "REGAIN_WORDS"
	if folder == "" {
		return nil
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		f.add(name, "%v", err)
	}
	own := map[string]string{}
	for _, file := range files {
		if strings.HasPrefix(file.Name(), ".") {
			continue
		}
		word, isText := strings.CutSuffix(file.Name(), ".txt")
		if !isText || !slices.Contains(WordNames[:], word) {
			f.add(name, "%q is no word that can be replaced; want %s, each with .txt behind it", file.Name(),
				strings.Join(WordNames[:], ", "))
			continue
		}
		if own[word], err = readWord(filepath.Join(folder, file.Name())); err != nil {
			f.add(name, "%v", err)
		}
	}
	return own
}

// readWord takes one line of plain text: it stands in pages and in mails of text alone.
func readWord(path string) (string, error) {
	text, err := readSmall(path, utf8.UTFMax*maxWord+len("\r\n"))
	if err != nil {
		return "", err
	}
	text = bytes.TrimSpace(text)
	odd := func(r rune) bool { return !unicode.IsGraphic(r) && r != '\u200c' && r != '\u200d' }
	switch {
	case !utf8.Valid(text):
		err = errors.New("is not UTF-8")
	case len(text) == 0:
		err = errors.New("is empty; remove it to keep our words")
	case utf8.RuneCount(text) > maxWord:
		err = fmt.Errorf("is longer than %d characters", maxWord)
	case bytes.ContainsAny(text, "<>"):
		err = errors.New("has markup; want plain text")
	case bytes.ContainsFunc(text, odd):
		err = errors.New("has control characters; want one line")
	default:
		return string(text), nil
	}
	return "", fmt.Errorf("%s %w", path, err)
}

// readSmall reads a file of at most this many bytes. A wrong path, such as that of a device, is not read
// without end.
func readSmall(path string, most int) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file")}
	case info.Size() > int64(most):
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("too large")}
	}
	return os.ReadFile(path)
}
