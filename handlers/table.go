package handlers

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// SendTable answers with a file for spreadsheets, whose first row names the columns: RFC 4180, and
// UTF-8 that begins with a byte order mark, because without one the commonest spreadsheet takes it
// for another encoding and spoils every name. No cell is taken for a formula.
func SendTable(c echo.Context, name string, rows [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row)) // the rows belong to the caller, and a head to all downloads
		for i := range row {
			safe[i] = cell(row[i])
		}
		if err := w.Write(safe); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
	}
	if w.Flush(); w.Error() != nil {
		return fmt.Errorf("write file: %w", w.Error())
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

// FileTime is a moment in a file: UTC as RFC 3339 has it, and nothing for none.
func FileTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// opening is where a spreadsheet may begin to read a formula: at the beginning of a cell, or
// behind a sign at which one with other settings begins a cell of its own, whatever blanks and
// quotes stand between.
var opening = regexp.MustCompile(`(^|[;,|\t\r\n])([\s\v\p{Z}\p{Cf}"']*)([=+\-@＝＋－＠])`)

// cell is text that no spreadsheet takes for a formula: a quote stands before whatever would begin
// one (ASVS 1.2.10).
func cell(text string) string {
	if strings.ContainsAny(text, "=+-@＝＋－＠") {
		text = opening.ReplaceAllString(text, "$1$2'$3")
	}
	if text != "" && strings.ContainsRune("\t\r\n\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}
