// Package api answers programs of the marketplace, by the document openapi.yaml beside it. It has
// no cookie and no page: whoever asks shows a key, and what is refused is a problem in JSON.
package api

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security/apikey"
	"regain/security/limits"
)

// Base is what every path of the document begins with.
const Base = "/api/v1"

// What all programs have in common, by the names that it has here.
var (
	caller = program.Caller
	plain  = program.Plain
	read   = program.Read
)

// maxBody is the size of the largest body, in bytes, but for that of an operation in larger.
const maxBody = 64 << 10

var larger = map[string]int64{"batchLocks": 4 << 20}

//go:embed openapi.yaml
var document string

// scopes say which scope an operation asks for; "" asks for no key. The document says the same.
var scopes = map[string]apikey.Scope{"getDocument": "", "tellSignIn": apikey.SignIns,
	"tellActivity": apikey.EventsWrite, "putAccount": apikey.AccountsWrite,
	"putOrganisation": apikey.AccountsWrite, "getOrganisation": apikey.AccountsRead,
	"listOrganisations": apikey.AccountsRead,
	"batchAccounts":     apikey.AccountsWrite, "batchSignIns": apikey.SignIns,
	"batchActivities": apikey.EventsWrite,
	"putPassword":     apikey.AccountsWrite,
	"getAccount":      apikey.AccountsRead, "listCases": apikey.CasesRead, "getCase": apikey.CasesRead,
	"listTickets": apikey.TicketsRead, "getTicket": apikey.TicketsRead,
	"lockAccount": apikey.LocksWrite, "takeCase": apikey.CasesDecide, "askOwner": apikey.CasesDecide,
	"resumeCase": apikey.CasesDecide, "approveResume": apikey.CasesDecide,
	"sendBackResume": apikey.CasesDecide, "declineCase": apikey.CasesDecide,
	"changeCause": apikey.CasesDecide, "demandPassword": apikey.CasesDecide,
	"reopenCase": apikey.CasesDecide, "openTicket": apikey.TicketsWrite,
	"addMessage": apikey.TicketsWrite, "changeTicket": apikey.TicketsWrite,
	"listWebhooks": apikey.WebhooksWrite, "addWebhook": apikey.WebhooksWrite,
	"getWebhook": apikey.WebhooksWrite, "changeWebhook": apikey.WebhooksWrite,
	"removeWebhook": apikey.WebhooksWrite, "rotateWebhook": apikey.WebhooksWrite,
	"testWebhook": apikey.WebhooksWrite, "listDeliveries": apikey.WebhooksWrite,
	"sendAgain": apikey.WebhooksWrite, "replayWebhook": apikey.WebhooksWrite,
	"listAccounts": apikey.AccountsRead, "listSignIns": apikey.AccountsRead,
	"listActivities": apikey.AccountsRead, "batchLocks": apikey.LocksWrite,
	"getLockJob": apikey.LocksWrite, "listLockLines": apikey.LocksWrite,
	"stopLockJob": apikey.LocksWrite}

// server answers the operations.
type server struct{ program.Gate }

// Handler answers every request below Base.
func Handler(s *handlers.Server) http.Handler { return handler(s, limits.Programs) }

// handler lets each key ask within a limit.
func handler(s *handlers.Server, l limits.Limit) http.Handler {
	x := server{program.New(s, l)}
	e := handlers.Bare(x.Portal, x.answer)
	e.Binder = asCame{}
	guards := map[string][]echo.MiddlewareFunc{}
	for operation, need := range scopes {
		if need != "" {
			guards[operation] = []echo.MiddlewareFunc{x.guard(operation, need),
				x.single(operation)}
		}
	}
	for operation, what := range streamed {
		guards[operation] = append(guards[operation], unhurried(what))
	}
	for operation, size := range larger {
		guards[operation] = append(guards[operation], whole(size))
	}
	for operation := range parameters {
		guards[operation] = append(guards[operation], flowing)
	}
	e.Use(apart)
	RegisterHandlersWithOptions(routes{e}, NewStrictHandler(x, nil),
		RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
	return e
}

// GetDocument implements StrictServerInterface.
func (x server) GetDocument(context.Context, GetDocumentRequestObject) (GetDocumentResponseObject,
	error) {
	return GetDocument200ApplicationyamlResponse{Body: strings.NewReader(document),
		ContentLength: int64(len(document))}, nil
}

// guard lets in who shows a key with the scope.
func (x server) guard(operation string, need apikey.Scope) echo.MiddlewareFunc {
	in := x.Guard(operation, need)
	return func(next echo.HandlerFunc) echo.HandlerFunc { return in(known(operation, next)) }
}

// asCame reads a body in JSON as it came: the use cases take it apart, and say what is wrong where.
type asCame struct{}

// Bind implements echo.Binder.
func (asCame) Bind(to any, c echo.Context) error {
	raw, ok := to.(*json.RawMessage)
	if !ok {
		return fmt.Errorf("a body of the document is no json.RawMessage but %T", to)
	}
	if err := plain(c.Request(), echo.MIMEApplicationJSON); err != nil {
		return err
	}
	var err error
	*raw, err = read(c, maxBody)
	return err
}

// routes is a router that answers HEAD wherever it does GET.
type routes struct{ *echo.Echo }

// GET implements EchoRouter.
func (r routes) GET(path string, serve echo.HandlerFunc, of ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(path, serve, of...)
	return r.Echo.GET(path, serve, of...)
}

// apart keeps what stands behind an id in the address from being taken for a part of it: a slash of
// the id itself is escaped. Nothing has no id.
func apart(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		for _, value := range c.ParamValues() {
			if value == "" || strings.Contains(value, "/") {
				return echo.ErrNotFound
			}
		}
		return next(c)
	}
}
