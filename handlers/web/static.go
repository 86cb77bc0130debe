package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/static"
)

// sendStatic serves the files of our pages, whose names change with their content. They alone
// are compressed: on a page, the length of what is compressed would tell of secrets beside
// what a stranger can put into it.
func (p *pages) sendStatic(c echo.Context) error {
	body, kind, ok := static.Open(c.Param("name"))
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		small, err := compress(body)
		if err != nil {
			return err
		}
		h.Set(echo.HeaderContentEncoding, "gzip")
		body = small
	}
	return c.Blob(http.StatusOK, kind, body)
}

func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress file: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress file: %w", err)
	}
	return b.Bytes(), nil
}
