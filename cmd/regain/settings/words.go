package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regain/views/authorities"
	"regain/views/words"
)

// WordNames are the words that can be replaced in all languages at once, which are those of
// views.SafeThings.
var WordNames = [...]string{"contracts", "messages", "money"}

// The largest files of words, in bytes: of one sentence, and of a language.
const (
	largestWord     = 4*200 + len("\r\n")
	largestLanguage = 2 << 20
	ofOne, ofAll    = ".txt", ".json"
	everyLanguage   = ""
	settingOfTheirs = "REGAIN_WORDS"
	authoritiesFile = "fraud.json"
)

// words reads the folder of words that replace ours: NAME.txt has one sentence, for every language,
// TAG.json what is to be said otherwise in a language, and fraud.json whom to turn to after a theft. Names that begin with a dot are those of the system
// and of editors.
func (f *faults) words(folder string) (_ words.Languages, theirs authorities.List) {
	if folder == "" {
		return words.All, nil
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		f.add(settingOfTheirs, "%v", err)
	}
	own := map[string][]words.Own{}
	for _, file := range files {
		if strings.HasPrefix(file.Name(), ".") {
			continue
		}
		name, path := file.Name(), filepath.Join(folder, file.Name())
		if word, ok := strings.CutSuffix(name, ofOne); ok && slices.Contains(WordNames[:], word) {
			f.own(own, everyLanguage, path, largestWord, func(text []byte) (words.Own, error) {
				return words.OwnText("safe."+word, strings.TrimSpace(string(text)))
			})
			continue
		}
		if name == authoritiesFile {
			f.read(path, largestLanguage, func(text []byte) (err error) {
				theirs, err = authorities.Read(text)
				return err
			})
			continue
		}
		i := slices.IndexFunc(words.All, func(l *words.Language) bool { return l.Tag+ofAll == name })
		if i < 0 {
			f.add(settingOfTheirs, "%q holds no words that can be replaced; want %s", name, wordFiles())
			continue
		}
		f.own(own, words.All[i].Tag, path, largestLanguage, func(text []byte) (words.Own, error) {
			return words.ReadOwn(words.All[i], text)
		})
	}
	return words.All.With(own), theirs
}

// wordFiles names what the folder may hold.
func wordFiles() string {
	var list []string
	for _, name := range WordNames {
		list = append(list, name+ofOne)
	}
	for _, l := range words.All {
		list = append(list, l.Tag+ofAll)
	}
	list = append(list, authoritiesFile)
	return strings.Join(list, ", ")
}

// own adds what a file has for a language, or a fault for each of its sentences that cannot be said.
func (f *faults) own(all map[string][]words.Own, tag, path string, most int,
	read func([]byte) (words.Own, error)) {
	f.read(path, most, func(text []byte) error {
		own, err := read(text)
		if err == nil {
			all[tag] = append(all[tag], own)
		}
		return err
	})
}

// read hands on what is in a file, and adds a fault for each line of what is wrong with it.
func (f *faults) read(path string, most int, use func([]byte) error) {
	text, err := readSmall(path, most)
	if err != nil {
		f.add(settingOfTheirs, "%v", err)
		return
	}
	if err := use(text); err != nil {
		for fault := range strings.Lines(err.Error()) {
			f.add(settingOfTheirs, "%s: %s", path, strings.TrimSpace(fault))
		}
	}
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
