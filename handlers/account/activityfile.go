package account

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/risk"
	"regain/views"
)

// activityHead is the first row of the file. Values below it are codes where others may want to
// count by them, and do not change with the language; devices and second steps are in that of the page.
var activityHead = []string{"time", "kind", "outcome", "device", "country", "address", "summary",
	"before", "after", "reasons", "answer"}

// sendActivity is the record as a file for spreadsheets.
func (p *pages) sendActivity(c echo.Context, u *account.SignedIn) error {
	lines, err := p.Security.Account.ActivityFile(c.Request().Context(), u, activityAsk(c))
	if err != nil {
		return err
	}
	rows := [][]string{activityHead}
	for _, l := range lines {
		rows = append(rows, activityRow(c.Request().Context(), l))
	}
	return handlers.SendTable(c, "activity.csv", rows)
}

func activityRow(ctx context.Context, l account.ActivityLine) []string {
	row := []string{handlers.FileTime(l.At)}
	if l.Login != nil {
		x := l.Login.Login
		row = append(row, "sign_in", x.Outcome, views.DeviceWords(x.Device).In(ctx), x.Country, x.IP,
			x.StoppedBy, "", "",
			reasonCodes(l.Login.Reasons), l.Answer)
	} else {
		from, to := handlers.FromTo(l.Done.Masked())
		row = append(row, l.Done.Kind, "", "", "", l.Done.IP, l.Done.Summary, from.In(ctx), to.In(ctx), "",
			l.Answer)
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
