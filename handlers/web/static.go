package web

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/static"
)

// sendStatic serves the files of our pages, whose names change with their content.
func (p *pages) sendStatic(c echo.Context) error {
	body, kind, ok := static.Open(c.Param("name"))
	if !ok {
		return echo.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	return handlers.Packed(c, kind, body)
}
