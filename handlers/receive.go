package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// inParts tells a form that may bring files from a plain one, and refuses whatever is neither.
func inParts(r *http.Request) (bool, error) {
	if r.ContentLength == 0 {
		return false, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationForm && kind != echo.MIMEMultipartForm {
		return false, echo.ErrUnsupportedMediaType
	}
	return kind == echo.MIMEMultipartForm, nil
}

// ErrCutOff says that the body of a request did not arrive.
var ErrCutOff = errors.New("body of the request did not arrive")

// Receive reads a body of at most size bytes, within the time of the request. It fails with ErrCutOff,
// and with an echo.HTTPError for one that is too large or cannot be read.
func Receive(w http.ResponseWriter, r *http.Request, size int64, read func() error) error {
	// Writers that know no deadlines have none to bring back either.
	arrival := http.NewResponseController(w)
	if end, ok := r.Context().Deadline(); ok {
		_ = arrival.SetReadDeadline(end)
	}
	r.Body = http.MaxBytesReader(w, r.Body, size)
	err := read()
	switch {
	case err == nil:
		// Nothing is left to arrive. A deadline that passes now would look as if the browser
		// had gone.
		_ = arrival.SetReadDeadline(time.Time{})
		return nil
	case errors.As(err, new(*http.MaxBytesError)):
		return echo.ErrStatusRequestEntityTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, new(net.Error)),
		errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", ErrCutOff, err)
	}
	return echo.ErrBadRequest
}
