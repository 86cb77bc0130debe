package api

import (
	"context"
	"strconv"

	"regain/security/desk"
	"regain/security/feed"
	"regain/security/ticket"
)

// OpenTicket implements StrictServerInterface.
func (x server) OpenTicket(ctx context.Context, r OpenTicketRequestObject) (OpenTicketResponseObject,
	error) {
	form, err := feed.ParseForm(*r.Body, []string{"account", "subject", "message"}, "department",
		"external_id")
	if err != nil {
		return nil, err
	}
	number, fresh, err := x.Security.Market.Open(ctx, member(ctx), desk.NewTicket{
		Account: form["account"], Department: form["department"], Subject: form["subject"],
		Message: form["message"], External: form["external_id"]})
	return OpenTicket200JSONResponse(kept(number, fresh, "added")), err
}

// kept is what became of something that is kept once.
func kept(number string, fresh bool, as string) Kept {
	if !fresh {
		as = "unchanged"
	}
	return Kept{Ticket: number, Status: as}
}

// AddMessage implements StrictServerInterface.
func (x server) AddMessage(ctx context.Context, r AddMessageRequestObject) (AddMessageResponseObject,
	error) {
	form, err := feed.ParseForm(*r.Body, []string{"to", "message"}, "status", "external_id", "version")
	if err == nil && form["to"] != "owner" && form["to"] != "staff" {
		err = &feed.LineError{Key: "to", Code: feed.LineChoice}
	}
	if err != nil {
		return nil, err
	}
	out, err := x.work(ctx, r.Number, form, "added")
	return AddMessage200JSONResponse(out), err
}

// ChangeTicket implements StrictServerInterface.
func (x server) ChangeTicket(ctx context.Context, r ChangeTicketRequestObject) (
	ChangeTicketResponseObject, error) {
	form, err := feed.ParseForm(*r.Body, nil, "status", "department", "topic", "external_id", "version")
	if err != nil {
		return nil, err
	}
	out, err := x.work(ctx, r.Number, form, "updated")
	return ChangeTicket200JSONResponse(out), err
}

// work does what the form says about a ticket.
func (x server) work(ctx context.Context, number string, form map[string]string, as string) (Kept,
	error) {
	var version int64
	if v := form["version"]; v != "" {
		var err error
		if version, err = strconv.ParseInt(v, 10, 64); err != nil || version < 1 {
			return Kept{}, &feed.LineError{Key: "version", Code: feed.LineChoice}
		}
	}
	number, fresh, err := x.Security.Market.Work(ctx, member(ctx), number, version, desk.Work{
		Message: form["message"], Internal: form["to"] == "staff", Status: ticket.Status(form["status"]),
		Department: form["department"], Topic: form["topic"], External: form["external_id"]})
	return kept(number, fresh, as), err
}
