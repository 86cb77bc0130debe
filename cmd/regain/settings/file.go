package settings

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Source answers for settings that no flag was given for: by the environment, then by the file that
// --settings or REGAIN_SETTINGS names.
type Source struct {
	getenv func(string) string
	read   bool
	file   map[string]string
	faults faults
}

// From is the source with this environment. An empty variable counts as none.
func From(getenv func(string) string) *Source { return &Source{getenv: getenv} }

// fileFlag names the flag of the file.
const fileFlag = "settings"

// Resolve implements kong.ResolverFunc.
func (s *Source) Resolve(k *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Group == nil || flag.Group.Title != Group {
		return nil, nil
	}
	v := s.getenv(Variable(flag.Name))
	if flag.Name == fileFlag {
		return some(v), nil
	}
	if !s.read {
		s.read = true
		s.load(k)
	}
	if v == "" {
		v = s.file[Variable(flag.Name)]
	}
	return some(v), nil
}

func some(v string) any {
	if v == "" {
		return nil
	}
	return v
}

// load reads the file, if one is named.
func (s *Source) load(k *kong.Context) {
	path := ""
	known := map[string]bool{}
	for _, f := range k.Flags() {
		if f.Group == nil || f.Group.Title != Group {
			continue
		}
		if f.Name == fileFlag {
			path, _ = k.FlagValue(f).(string)
			if path == "" {
				path = s.getenv(Variable(fileFlag))
			}
			continue
		}
		known[Variable(f.Name)] = true
	}
	if path != "" {
		s.file = s.faults.settingsFile(path, known)
	}
}

// Err is what is wrong with the file, nil if nothing is.
func (s *Source) Err() error {
	if s.faults.all == nil {
		return nil
	}
	return s.faults.all
}

// mostSettings is more than all settings take.
const mostSettings = 256 << 10

// settingsFile reads a file as systemd and shells do: NAME=value a line, with quotes around it or
// without. Names that are not ours are for others. It holds passwords, so it has to be private.
func (f *faults) settingsFile(path string, known map[string]bool) map[string]string {
	const name = "REGAIN_SETTINGS"
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.add(name, "there is no file %s; regain init makes one", path)
		return nil
	case err != nil:
		f.add(name, "%v", err)
		return nil
	case !private(info.Mode(), owner(info), os.Geteuid()):
		f.add(name, "others may read the file; run: chmod 600 %s", path)
		return nil
	}
	text, err := readSmall(path, mostSettings)
	if err != nil {
		f.add(name, "%v", err)
		return nil
	}
	all := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, mostSettings)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, v, ok := strings.Cut(line, "=")
		value, err := unquote(v)
		switch {
		case !ok || strings.ContainsAny(key, " \t"):
			f.add(name, "line %d of %s: want NAME=value, with no space before the sign", n, path)
		case !strings.HasPrefix(key, "REGAIN_"):
		case !known[key]:
			f.add(name, "line %d of %s: there is no setting %q", n, path, key)
		case err != nil:
			f.add(name, "line %d of %s: %s: %v", n, path, key, err)
		case all[key] != "":
			f.add(name, "line %d of %s: %s stands there twice", n, path, key)
		default:
			all[key] = value
		}
	}
	return all
}

// special is what a shell or systemd reads otherwise between double quotes.
const special = "\"\\`$"

// Quote writes a value so that systemd, shells and a Source read the same. It may not hold a line
// break, and no setting does.
func Quote(v string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-_.:/@+,%=", r)
	}
	if !strings.ContainsFunc(v, func(r rune) bool { return !plain(r) }) {
		return v
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range v {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// errQuotes does not repeat the value, which may hold a password.
var errQuotes = errors.New("the quotes do not fit; want \"value\", with \\ before each of \" \\ ` and $")

func unquote(v string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" || v[0] != '"' && v[0] != '\'' {
		if strings.ContainsAny(v, "\"'\\") {
			return "", errQuotes
		}
		return v, nil
	}
	if v[0] == '\'' {
		inner, closed := strings.CutSuffix(v[1:], "'")
		if !closed || strings.Contains(inner, "'") {
			return "", errQuotes
		}
		return inner, nil
	}
	var b strings.Builder
	for i := 1; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"' && i == len(v)-1:
			return b.String(), nil
		case c == '"' || c == '`' || c == '$':
			return "", errQuotes
		case c == '\\' && i+1 < len(v) && strings.IndexByte(special, v[i+1]) >= 0:
			i++
			b.WriteByte(v[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", errQuotes
}

// Given are the settings that differ from what is set if nothing is, by their variables, in the order
// of Config.
func (c Config) Given() (all [][2]string) {
	k, err := kong.New(&c)
	if err != nil {
		panic("settings: " + err.Error()) // the tags of Config are wrong
	}
	for _, f := range k.Model.Flags {
		if f.Target.Kind() != reflect.String || f.Name == fileFlag {
			continue
		}
		if v := f.Target.String(); v != f.Default {
			all = append(all, [2]string{Variable(f.Name), v})
		}
	}
	return all
}

// alone is the settings without a command.
type alone struct {
	Config `embed:"" group:"settings"`
}

// parse reads settings that have no flags.
func parse(getenv func(string) string) (Config, error) {
	var c alone
	source := From(getenv)
	k, err := kong.New(&c, kong.Name("settings"), kong.Resolvers(kong.ResolverFunc(source.Resolve)),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: Group}}))
	if err == nil {
		_, err = k.Parse(nil)
	}
	if err != nil {
		return Config{}, err
	}
	return c.Config, source.Err()
}

// Default is the configuration of whoever sets nothing.
func Default() (Config, error) { return parse(func(string) string { return "" }) }

// ReadFile is the configuration of a file alone.
func ReadFile(path string) (Config, error) {
	return parse(func(name string) string {
		if name == Variable(fileFlag) {
			return path
		}
		return ""
	})
}
