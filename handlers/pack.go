package handlers

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Packed answers with what is the same for everybody, and compressed for a browser that takes that.
// It is for nothing else: beside what a stranger can put into an answer, the length of what is
// compressed would tell of the secrets in it.
func Packed(c echo.Context, kind string, body []byte) error {
	h := c.Response().Header()
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(body); err != nil {
			return fmt.Errorf("compress answer: %w", err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compress answer: %w", err)
		}
		h.Set(echo.HeaderContentEncoding, "gzip")
		body = b.Bytes()
	}
	return c.Blob(http.StatusOK, kind, body)
}
