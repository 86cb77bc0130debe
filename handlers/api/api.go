// Package api answers programs of the marketplace, by the document openapi.yaml beside it. It has
// no cookie and no page: whoever asks shows a key, and what is refused is a problem in JSON.
package api

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/apikey"
)

// Base is what every path of the document begins with.
const Base = "/api/v1"

// maxBody is the size of the largest body, in bytes.
const maxBody = 64 << 10

//go:embed openapi.yaml
var document string

// scopes say which scope an operation asks for; "" asks for no key. The document says the same.
var scopes = map[string]apikey.Scope{"getDocument": "", "tellSignIn": apikey.SignIns,
	"tellActivity": apikey.EventsWrite, "putAccount": apikey.AccountsWrite,
	"getAccount": apikey.AccountsRead, "listCases": apikey.CasesRead, "getCase": apikey.CasesRead,
	"listTickets": apikey.TicketsRead, "getTicket": apikey.TicketsRead,
	"lockAccount": apikey.LocksWrite, "takeCase": apikey.CasesDecide, "askOwner": apikey.CasesDecide,
	"resumeCase": apikey.CasesDecide, "approveResume": apikey.CasesDecide,
	"sendBackResume": apikey.CasesDecide, "declineCase": apikey.CasesDecide,
	"changeCause": apikey.CasesDecide, "demandPassword": apikey.CasesDecide,
	"reopenCase": apikey.CasesDecide, "openTicket": apikey.TicketsWrite,
	"addMessage": apikey.TicketsWrite, "changeTicket": apikey.TicketsWrite}

// server answers the operations.
type server struct{ *handlers.Portal }

// Handler answers every request below Base.
func Handler(s *handlers.Server) http.Handler {
	x := server{handlers.New(s)}
	e := handlers.Bare(x.Portal, x.answer)
	e.Binder = asCame{}
	guards := map[string][]echo.MiddlewareFunc{}
	for operation, need := range scopes {
		if need != "" {
			guards[operation] = []echo.MiddlewareFunc{x.guard(operation, need)}
		}
	}
	RegisterHandlersWithOptions(e, NewStrictHandler(x, nil),
		RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
	return e
}

// GetDocument implements StrictServerInterface.
func (x server) GetDocument(context.Context, GetDocumentRequestObject) (GetDocumentResponseObject,
	error) {
	return GetDocument200ApplicationyamlResponse{Body: strings.NewReader(document),
		ContentLength: int64(len(document))}, nil
}

// callerKey is the key of the caller in the context of a request.
type callerKey struct{}

// caller is who asks, behind a guard.
func caller(ctx context.Context) apikey.Caller {
	c, _ := ctx.Value(callerKey{}).(apikey.Caller)
	return c
}

// guard lets in who shows a key with the scope, before anything of the body is read.
func (x server) guard(operation string, need apikey.Scope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		next = known(operation, next)
		return func(c echo.Context) error {
			ctx := c.Request().Context()
			kind, shown, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
			if !strings.EqualFold(kind, "Bearer") {
				return apikey.ErrKey
			}
			k, err := x.Security.APIKeys.Show(ctx, strings.TrimSpace(shown))
			if err != nil {
				return err
			}
			who := apikey.Caller{Key: k, Visitor: handlers.Visitor(c)}
			if err := x.Security.APIKeys.Allow(ctx, who, need, operation); err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(context.WithValue(ctx, callerKey{}, who)))
			err = next(c)
			x.Wake()
			return err
		}
	}
}

// asCame reads a body in JSON as it came: the use cases take it apart, and say what is wrong where.
type asCame struct{}

// Bind implements echo.Binder.
func (asCame) Bind(to any, c echo.Context) error {
	raw, ok := to.(*json.RawMessage)
	if !ok {
		return fmt.Errorf("a body of the document is no json.RawMessage but %T", to)
	}
	r := c.Request()
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationJSON {
		return echo.ErrUnsupportedMediaType
	}
	*raw, err = io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return echo.ErrStatusRequestEntityTooLarge
	case err != nil:
		return echo.ErrBadRequest
	}
	return nil
}
