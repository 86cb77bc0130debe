package account

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/risk"
	"regain/views"
)

// activityHead is the first row of the file. Values below it are codes where others may want to
// count by them, and do not change with the language of the pages.
var activityHead = []string{"time", "kind", "outcome", "device", "country", "address", "summary",
	"before", "after", "reasons", "answer"}

// sendActivity is the record as a file for spreadsheets: RFC 4180, times in UTC as RFC 3339 has
// them, and UTF-8 that begins with a byte order mark, because without one the commonest
// spreadsheet takes it for another encoding and spoils every name.
func (p *pages) sendActivity(c echo.Context, u *account.SignedIn) error {
	lines, err := p.Security.Account.ActivityFile(c.Request().Context(), u, activityAsk(c))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{activityHead}
	for _, l := range lines {
		rows = append(rows, activityRow(l))
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="activity.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

func activityRow(l account.ActivityLine) []string {
	row := []string{l.At.UTC().Format(time.RFC3339)}
	if l.Login != nil {
		x := l.Login.Login
		row = append(row, "sign_in", x.Outcome, views.DeviceWords(x.Device), x.Country, x.IP,
			x.StoppedBy, "", "",
			reasonCodes(l.Login.Reasons), l.Answer)
	} else {
		from, to := handlers.FromTo(l.Done.Masked())
		row = append(row, l.Done.Kind, "", "", "", l.Done.IP, l.Done.Summary, from, to, "",
			l.Answer)
	}
	for i := 1; i < len(row); i++ { // a time begins with a number
		row[i] = cell(row[i])
	}
	return row
}

func reasonCodes(all []risk.Reason) string {
	words := make([]string, len(all))
	for i, r := range all {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
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
