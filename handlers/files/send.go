package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security/attach"
)

// patience is how long a file may take to whoever has a slow line.
const patience = 2 * time.Minute

// sandbox lets a browser do nothing with a file but keep it.
const sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'"

// Send answers with a file that somebody sent: to be kept, and never to be shown as a page of ours,
// whatever is in it. The content opens within the time that its reader gives it.
func Send(c echo.Context, a attach.Attachment,
	open func(context.Context) (io.ReadCloser, error)) error {
	// Whoever has a slow line takes longer than a page may.
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.Request().Context()), patience)
	defer stop()
	content, err := open(ctx)
	if err != nil {
		return err
	}
	// Writers that know no deadlines need none either.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(patience))
	h := c.Response().Header()
	h.Set("Content-Security-Policy", sandbox)
	h.Set(echo.HeaderContentType, a.Type)
	h.Set(echo.HeaderContentLength, strconv.FormatInt(a.Size, 10))
	h.Set(echo.HeaderContentDisposition, disposition(a.Name))
	h.Del("Reporting-Endpoints")
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method != http.MethodHead {
		// With less than was announced, the browser knows that it has not all.
		_, err = io.Copy(c.Response(), content)
	}
	if err = errors.Join(err, content.Close()); err != nil {
		return fmt.Errorf("send file: %w", err)
	}
	return nil
}

// disposition names a file to a browser (RFC 6266), in a second form for names beyond ASCII (RFC 8187).
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	d := `attachment; filename="` + plain + `"`
	if plain != name {
		d = mime.FormatMediaType("attachment", map[string]string{"filename": name})
		d = `attachment; filename="` + plain + `"; ` + strings.TrimPrefix(d, "attachment; ")
	}
	return d
}
