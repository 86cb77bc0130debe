package desk

import (
	"context"
	"io"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security/refusal"
	"regain/security/staff"
)

// filesPath is where the files of messages open.
const filesPath = "/staff/files"

func (p *pages) sendFile(c echo.Context, m *staff.Member) error {
	a, err := p.Security.Attach.Read(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	err = files.Send(c, a, func(ctx context.Context) (io.ReadCloser, error) {
		return p.Security.Desk.File(ctx, m, a)
	})
	if handlers.Is(err, refusal.LookNeeded) { // the page of the ticket asks why
		return echo.ErrNotFound
	}
	return err
}
