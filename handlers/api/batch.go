package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/feed"
)

// lines is the media type of one JSON value a line.
const lines = "application/x-ndjson"

// linePause is how long a stream may rest, between two parts that are read or written. It has no
// end of its own.
const linePause = 30 * time.Second

// streamed are the operations that answer while they read.
var streamed = map[string]feed.Kind{"batchAccounts": feed.Accounts, "batchSignIns": feed.Logins,
	"batchActivities": feed.Activities}

// requestKey is the request of a stream in its context, and what it is about.
type requestKey struct{}

type request struct {
	echo.Context
	what feed.Kind
}

// unhurried takes a stream of lines, which may last longer than other requests.
func unhurried(what feed.Kind) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := plain(c.Request(), lines); err != nil {
				return err
			}
			ctx := context.WithValue(context.WithoutCancel(c.Request().Context()), requestKey{},
				request{c, what})
			c.SetRequest(c.Request().WithContext(ctx))
			return next(c)
		}
	}
}

// whole takes in all lines of a body before anything is done about one.
func whole(size int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := plain(c.Request(), lines); err != nil {
				return err
			}
			body, err := read(c, size)
			c.Request().Body = io.NopCloser(bytes.NewReader(body))
			if err != nil {
				return err
			}
			return next(c)
		}
	}
}

// BatchAccounts implements StrictServerInterface.
func (x server) BatchAccounts(ctx context.Context, r BatchAccountsRequestObject) (
	BatchAccountsResponseObject, error) {
	return stream{x, ctx, r.Body}, nil
}

// BatchSignIns implements StrictServerInterface.
func (x server) BatchSignIns(ctx context.Context, r BatchSignInsRequestObject) (
	BatchSignInsResponseObject, error) {
	return stream{x, ctx, r.Body}, nil
}

// BatchActivities implements StrictServerInterface.
func (x server) BatchActivities(ctx context.Context, r BatchActivitiesRequestObject) (
	BatchActivitiesResponseObject, error) {
	return stream{x, ctx, r.Body}, nil
}

// stream is an answer that is written while its request is read.
type stream struct {
	server
	ctx context.Context // of this one request
	in  io.Reader
}

// VisitBatchAccountsResponse implements BatchAccountsResponseObject.
func (s stream) VisitBatchAccountsResponse(w http.ResponseWriter) error { return s.answerIn(w) }

// VisitBatchSignInsResponse implements BatchSignInsResponseObject.
func (s stream) VisitBatchSignInsResponse(w http.ResponseWriter) error { return s.answerIn(w) }

// VisitBatchActivitiesResponse implements BatchActivitiesResponseObject.
func (s stream) VisitBatchActivitiesResponse(w http.ResponseWriter) error { return s.answerIn(w) }

// answerIn reads all lines and writes what became of each. As long as nothing is written, a failure
// is answered as everywhere; later it is the last line.
func (s stream) answerIn(w http.ResponseWriter) error {
	p := &paced{ResponseController: http.NewResponseController(w), out: w, in: s.in}
	if err := p.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("read and write at once: %w", err)
	}
	out := bufio.NewWriter(p)
	to := json.NewEncoder(out)
	var tally feed.Tally
	asked, _ := s.ctx.Value(requestKey{}).(request)
	err := s.Security.Feed.Import(s.ctx, caller(s.ctx).Actor(), asked.what, p,
		func(told []feed.Told) error {
			tally.Count(told)
			for _, t := range told {
				if err := to.Encode(lineResult(t)); err != nil {
					return err
				}
			}
			return errors.Join(out.Flush(), p.Flush())
		})
	switch {
	case err == nil:
		err = to.Encode(BatchEnd{Totals: Totals{Added: tally.Added, Updated: tally.Updated,
			Unchanged: tally.Unchanged, Refused: tally.Refused, Warnings: tally.Warnings}})
	case asked.Response().Committed:
		err = to.Encode(BatchBroken{Problem: s.problem(asked, err)})
	default:
		return err
	}
	return errors.Join(err, out.Flush())
}

func lineResult(t feed.Told) LineResult {
	r := LineResult{Line: t.Number, Status: LineResultStatus(t.Outcome.String())}
	if t.Err != nil {
		f := fault(t.Err)
		r.Code, r.Pointer, r.Detail = &f.Code, &f.Pointer, f.Detail
	}
	if len(t.Warnings) > 0 {
		r.Warnings = new(faults(t.Warnings))
	}
	return r
}

// paced is a connection that may rest only so long.
type paced struct {
	*http.ResponseController
	out    http.ResponseWriter
	in     io.Reader
	closed atomic.Bool
}

// Read implements io.Reader. A body that does not arrive is the sender's fault.
func (p *paced) Read(b []byte) (int, error) {
	// A recorder of tests has no deadlines.
	_ = p.SetReadDeadline(time.Now().Add(linePause))
	if p.closed.Load() {
		return 0, io.EOF
	}
	n, err := p.in.Read(b)
	switch {
	case p.closed.Load():
		return 0, io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		err = fmt.Errorf("%w: %w", handlers.ErrCutOff, err)
	}
	return n, err
}

// Close implements io.Closer: whoever waits for more waits no longer, and gets no more.
func (p *paced) Close() error {
	p.closed.Store(true)
	_ = p.SetReadDeadline(time.Unix(1, 0))
	return nil
}

// Write implements io.Writer.
func (p *paced) Write(b []byte) (int, error) {
	_ = p.SetWriteDeadline(time.Now().Add(linePause))
	p.out.Header().Set(echo.HeaderContentType, lines)
	return p.out.Write(b)
}
