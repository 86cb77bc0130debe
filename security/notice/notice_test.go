package notice_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security/notice"
)

func TestEveryNoticeReadsBack(t *testing.T) {
	t.Parallel()
	snake := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[notice.Kind]reflect.Type{}
	for _, n := range notice.All() {
		of := reflect.TypeOf(n)
		if earlier := seen[n.Kind()]; !snake.MatchString(string(n.Kind())) ||
			earlier != nil && earlier != of {
			t.Errorf("kind %q of %T is not a name of its own", n.Kind(), n)
		}
		seen[n.Kind()] = of
		data, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		back, err := notice.Decode(n.Kind(), data)
		if err != nil {
			t.Errorf("Decode(%s) = %v", n.Kind(), err)
		}
		if diff := cmp.Diff(n, back); diff != "" {
			t.Errorf("%s reads back differently (-put +got):\n%s", n.Kind(), diff)
		}
	}
}

// A field that no sample fills in could be forgotten by a mail unnoticed.
func TestSamplesFillEveryField(t *testing.T) {
	t.Parallel()
	filled := map[string]bool{}
	for _, n := range notice.All() {
		v := reflect.ValueOf(n)
		for i := range v.NumField() {
			field := string(n.Kind()) + ": " + v.Type().Field(i).Name
			filled[field] = filled[field] || !v.Field(i).IsZero()
		}
	}
	for field, ok := range filled {
		if !ok {
			t.Errorf("%s stays empty in every sample", field)
		}
	}
}

// TestEveryKindHasASample reads the kinds from the source, so that none is left out of the register.
func TestEveryKindHasASample(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^func \(\w+\) Kind\(\) Kind +{ return "(\w+)" }$`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string]bool{}, map[string]bool{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range declared.FindAllSubmatch(source, -1) {
			want[string(found[1])] = true
		}
	}
	for _, n := range notice.All() {
		got[string(n.Kind())] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds of notice with a sample (-want +got):\n%s", diff)
	}
}

func TestDecodeRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind notice.Kind
		data string
		says string
		is   error
	}{
		{"unknown kind", "weather", `{}`, `unknown kind of notice: "weather"`, notice.ErrKind},
		{"no kind", "", `{}`, `unknown kind of notice: ""`, notice.ErrKind},
		{"cut off", notice.LockedOut{}.Kind(), `{"case":`, "notice locked_out: unexpected end", nil},
		{"wrong type", notice.RecoveryCodeUsed{}.Kind(), `{"left":"x"}`, "recovery_code_used", nil},
		{"wrong time", notice.TwoFactorOn{}.Kind(), `{"at":"today"}`, "notice two_factor_on: ", nil},
	}
	for _, tt := range tests {
		n, err := notice.Decode(tt.kind, []byte(tt.data))
		if n != nil || err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: Decode = %v, %v, want %q", tt.name, n, err, tt.says)
		}
		if got := errors.Is(err, notice.ErrKind); got != (tt.is != nil) {
			t.Errorf("%s: errors.Is(ErrKind) = %v", tt.name, got)
		}
	}
}

func TestDecodePassesOverNewerKeys(t *testing.T) {
	t.Parallel()
	got, err := notice.Decode(notice.RecoveryCodeUsed{}.Kind(), []byte(`{"left":3,"colour":"red"}`))
	if want := (notice.RecoveryCodeUsed{Left: 3}); err != nil || got != notice.Notice(want) {
		t.Errorf("Decode = %v, %v, want %v", got, err, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, n := range notice.All() {
		data, err := json.Marshal(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(n.Kind()), data)
	}
	f.Add("weather", []byte(`[`))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		n, err := notice.Decode(notice.Kind(kind), data)
		if (n == nil) == (err == nil) {
			t.Fatalf("Decode = %v, %v: wants exactly one of them", n, err)
		}
		if err != nil {
			return
		}
		if string(n.Kind()) != kind {
			t.Fatalf("asked for %q, got %q", kind, n.Kind())
		}
		again, err := json.Marshal(n)
		if err != nil {
			return // a year that RFC 3339 cannot hold
		}
		back, err := notice.Decode(n.Kind(), again)
		if err != nil || !cmp.Equal(n, back, cmpopts.EquateEmpty()) {
			t.Fatalf("read back as %v, %v, want %v", back, err, n)
		}
	})
}
