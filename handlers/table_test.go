package handlers

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// TestSendTableKeepsRows: two who download at once may share the head.
func TestSendTableKeepsRows(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	head := []string{"=1", "b"}
	err := SendTable(echo.New().NewContext(httptest.NewRequest("GET", "/", nil), w), "x.csv", [][]string{head})
	if got := w.Body.String(); err != nil || got != "\ufeff'=1,b\r\n" || head[0] != "=1" {
		t.Errorf("%v, %q, head %q", err, got, head)
	}
}

var formulas = map[string]string{
	"": "", "plain": "plain", "a=b": "a=b", "2026-11-20": "2026-11-20", "x - y": "x - y",
	"=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
	"\x00": "'\x00", "＝1": "'＝1", "＠x": "'＠x", "  =1": "  '=1", "\"=1": "\"'=1", "'=1": "''=1",
	"\u200b=1": "\u200b'=1", "a;=1": "a;'=1", "a, -1": "a, '-1", "a\n@x": "a\n'@x", "a\t+1": "a\t'+1",
	"=1;=2": "'=1;'=2", "\t=1": "'\t'=1",
}

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range formulas {
		if got := cell(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// FuzzCell checks that no cell begins a formula, wherever a spreadsheet parts it, and that no text
// is lost.
func FuzzCell(f *testing.F) {
	for text := range formulas {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := cell(text)
		if strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(text, "'", "") {
			t.Errorf("%q became %q", text, got)
		}
		if got != "" && strings.Contains("=+-@\t\r\n\x00", got[:1]) {
			t.Errorf("%q begins a formula", got)
		}
		parts := strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune(";,|\t\r\n", r) })
		for _, part := range parts {
			part = strings.TrimLeft(part, " \v\f\"\u00a0\u200b\ufeff")
			if strings.HasPrefix(part, "＝") || part != "" && strings.Contains("=+-@", part[:1]) {
				t.Errorf("%q of %q begins a formula", part, got)
			}
		}
	})
}
