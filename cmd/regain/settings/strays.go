package settings

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Strays are the variables of an environment that look like settings and are none, in their order: whoever
// mistypes a name has the default, and does not know.
func Strays(environ []string) []string {
	var all []string
	known := map[string]bool{Variable(fileFlag): true}
	of := reflect.TypeFor[Config]()
	for i := range of.NumField() {
		known[Variable(flagOf(of.Field(i)))] = true
	}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if value != "" && strings.HasPrefix(name, "REGAIN_") && !known[name] && !linked(name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// linked reports whether Docker or Kubernetes tells by the variable where a service of our name is. As a regular
// expression it would cost every command that names some.
func linked(name string) bool {
	words := strings.Split(name, "_")
	port := slices.Index(words, "PORT")
	return strings.HasSuffix(name, "_SERVICE_HOST") || port > 0 && (port == len(words)-1 ||
		words[port-1] == "SERVICE" || strings.Trim(words[port+1], "0123456789") == "")
}

// flagOf is the name of the flag that fills a field.
func flagOf(f reflect.StructField) string {
	if name := f.Tag.Get("name"); name != "" {
		return name
	}
	var flag strings.Builder
	for i, r := range f.Name {
		if i > 0 && unicode.IsUpper(r) {
			flag.WriteByte('-')
		}
		flag.WriteRune(unicode.ToLower(r))
	}
	return flag.String()
}
