package held_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"regain/security/held"
)

// keys are the keys of a type as JSON has them, each with its way from the top.
func keys(t reflect.Type, under string, list []string) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() != reflect.TypeFor[held.Copy]().PkgPath() {
		return list
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			list = keys(f.Type, under, list)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		list = keys(f.Type, under+name+".", append(list, under+name))
	}
	return list
}

// TestShape: testdata/keys.txt lists every key of the version there is. Programs hold on to them:
// add a line for a key that is new, and raise the version before one is taken away.
func TestShape(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/keys.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(text))
	got := keys(reflect.TypeFor[held.Copy](), "", nil)
	for _, k := range known {
		if !slices.Contains(got, k) {
			t.Errorf("key %s is gone", k)
		}
	}
	for _, k := range got {
		if !slices.Contains(known, k) {
			t.Errorf("key %s is not listed", k)
		}
	}
	if held.Version != 1 || held.Format != "regain.account-data" {
		t.Errorf("format %s, version %d", held.Format, held.Version)
	}
}
