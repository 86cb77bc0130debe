package settings_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"regain/cmd/regain/settings"
)

func fileOf(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFileIsReadAsShellsDo: what Quote writes, a shell and we read the same.
func TestFileIsReadAsShellsDo(t *testing.T) {
	t.Parallel()
	for _, brand := range []string{"Acme", "Acme & Sons", `a "b" 'c' \d $HOME ` + "`id`", "Žofia’s €", "a#b", "#", "a b  c"} {
		path := fileOf(t, 0o600, "# first\n\nREGAIN_BRAND="+settings.Quote(brand)+"\nOTHER=$(x\n")
		c, err := settings.ReadFile(path)
		if err != nil || c.Brand != brand {
			t.Errorf("%q is read as %q: %v", brand, c.Brand, err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		script := strings.ReplaceAll(string(text), "OTHER=$(x\n", "") + `printf %s "$REGAIN_BRAND"`
		out, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
		if err != nil || string(out) != brand {
			t.Errorf("a shell reads %q as %q: %v", brand, out, err)
		}
	}
}

func TestFaultsOfTheFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"REGAIN_BRAND", "line 1 of "}, {"REGAIN_BRAND = x", "no space before the sign"},
		{"\nREGAIN_BRANDS=hunter2", `line 2 of FILE: there is no setting "REGAIN_BRANDS"`},
		{`REGAIN_BRAND="hunter2`, "quotes do not fit"}, {`REGAIN_BRAND="a"hunter2"`, "quotes do not fit"},
		{`REGAIN_BRAND=hunter2"`, "quotes do not fit"}, {`REGAIN_BRAND="$hunter2"`, "quotes do not fit"},
		{"REGAIN_BRAND=a\nREGAIN_BRAND=hunter2", "stands there twice"},
	} {
		path := fileOf(t, 0o600, tt.text)
		_, err := settings.ReadFile(path)
		if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(tt.want, "FILE", path)) ||
			strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "REGAIN_SETTINGS: ") {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := settings.ReadFile(fileOf(t, 0o644, "")); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("open to others: %v", err)
	}
	if _, err := settings.ReadFile(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is read")
	}
}
