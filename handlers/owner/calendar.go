package owner

import (
	"net/http"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/guided"
	"regain/views/words"
)

const nextWordPath = "/recovery/status/next.ics"

// sendNextWord is the hour of the next word as a file for calendars (RFC 5545). It names neither the
// account nor what happened, because calendars are often shared.
func (w waiting) sendNextWord(c echo.Context, o *guided.Owner) error {
	st, err := w.p.Security.Guided.ReadStatus(c.Request().Context(), o)
	if err != nil {
		return err
	}
	if st.NextWord.IsZero() {
		return handlers.See(c, "/recovery/status")
	}
	number := ""
	switch {
	case o.Case != nil:
		number = o.Case.Number
	case st.Ticket != nil:
		number = st.Ticket.Number
	}
	page := w.p.page(c)
	file := ics.NewCalendarFor("Regain")
	file.SetMethod(ics.MethodPublish)
	// One id for each number: a file that is fetched again moves the entry.
	e := file.AddEvent(number + "@" + page.Host)
	e.SetDtStampTime(w.p.Security.Now())
	e.SetStartAt(st.NextWord)
	e.SetEndAt(st.NextWord.Add(15 * time.Minute))
	e.SetSummary(words.In(c.Request().Context(), "calendar.title", page.Brand))
	e.SetDescription(words.In(c.Request().Context(), "calendar.text", number,
		words.Bare(page.Origin+"/recover")))
	e.SetURL(page.Origin + "/recover")
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="next.ics"`)
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(file.Serialize(ics.WithNewLineWindows)))
}
