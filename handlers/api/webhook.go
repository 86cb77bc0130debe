package api

import (
	"context"

	"regain/security/feed"
	"regain/security/paging"
	"regain/security/webhook"
)

// describe is a webhook as it is written.
func describe(x webhook.Endpoint) Webhook {
	out := Webhook{Id: x.ID, Url: x.URL, Events: []WebhookEvent{}, State: string(x.State),
		PublicKey: x.PublicKey, MadeAt: x.MadeAt, FailingSince: given(x.FailingSince),
		HeldUntil: given(x.HeldUntil), TriedAt: given(x.TriedAt), Waiting: x.Waiting, GivenUp: x.GivenUp}
	for _, t := range x.Told() {
		out.Events = append(out.Events, string(t))
	}
	return out
}

// asIs is a webhook as it is after something was done to it.
func (x server) asIs(ctx context.Context, id string, err error) (WebhookJSONResponse, error) {
	if err != nil {
		return WebhookJSONResponse{}, err
	}
	e, err := x.Security.Webhooks.EndpointFor(ctx, member(ctx), id)
	return WebhookJSONResponse(describe(e)), err
}

// ListWebhooks implements StrictServerInterface.
func (x server) ListWebhooks(ctx context.Context, _ ListWebhooksRequestObject) (
	ListWebhooksResponseObject, error) {
	all, err := x.Security.Webhooks.ListFor(ctx, member(ctx))
	out := ListWebhooks200JSONResponse{Webhooks: []Webhook{}}
	for _, e := range all {
		out.Webhooks = append(out.Webhooks, describe(e))
	}
	return out, err
}

// AddWebhook implements StrictServerInterface.
func (x server) AddWebhook(ctx context.Context, r AddWebhookRequestObject) (AddWebhookResponseObject,
	error) {
	url, events, err := feed.ParseWebhook(*r.Body)
	if err != nil {
		return nil, err
	}
	made, err := x.Security.Webhooks.AddFor(ctx, member(ctx), url, webhook.Named(events))
	return AddWebhook200JSONResponse{WebhookSecretJSONResponse{made.Secret, describe(made.Endpoint)}}, err
}

// GetWebhook implements StrictServerInterface.
func (x server) GetWebhook(ctx context.Context, r GetWebhookRequestObject) (GetWebhookResponseObject,
	error) {
	out, err := x.asIs(ctx, r.Id, nil)
	return GetWebhook200JSONResponse{out}, err
}

// ChangeWebhook implements StrictServerInterface.
func (x server) ChangeWebhook(ctx context.Context, r ChangeWebhookRequestObject) (
	ChangeWebhookResponseObject, error) {
	state, events, err := feed.ParseWebhookChange(*r.Body)
	if err != nil {
		return nil, err
	}
	switch {
	case events != nil:
		_, err = x.Security.Webhooks.SetEventsFor(ctx, member(ctx), r.Id, webhook.Named(*events), nil)
	case state == string(webhook.Live):
		_, err = x.Security.Webhooks.ResumeFor(ctx, member(ctx), r.Id)
	case state == string(webhook.Paused):
		_, err = x.Security.Webhooks.PauseFor(ctx, member(ctx), r.Id)
	default:
		err = &feed.LineError{Key: "state", Code: feed.LineChoice}
	}
	out, err := x.asIs(ctx, r.Id, err)
	return ChangeWebhook200JSONResponse{out}, err
}

// RemoveWebhook implements StrictServerInterface.
func (x server) RemoveWebhook(ctx context.Context, r RemoveWebhookRequestObject) (
	RemoveWebhookResponseObject, error) {
	_, err := x.Security.Webhooks.RemoveFor(ctx, member(ctx), r.Id)
	return RemoveWebhook204Response{}, err
}

// RotateWebhook implements StrictServerInterface.
func (x server) RotateWebhook(ctx context.Context, r RotateWebhookRequestObject) (
	RotateWebhookResponseObject, error) {
	made, err := x.Security.Webhooks.RotateFor(ctx, member(ctx), r.Id)
	out, err := x.asIs(ctx, r.Id, err)
	return RotateWebhook200JSONResponse{WebhookSecretJSONResponse{made.Secret, Webhook(out)}}, err
}

// TestWebhook implements StrictServerInterface.
func (x server) TestWebhook(ctx context.Context, r TestWebhookRequestObject) (
	TestWebhookResponseObject, error) {
	d, err := x.Security.Webhooks.TestFor(ctx, member(ctx), r.Id)
	return TestWebhook200JSONResponse{DeliveryJSONResponse(told(d))}, err
}

// ListDeliveries implements StrictServerInterface.
func (x server) ListDeliveries(ctx context.Context, r ListDeliveriesRequestObject) (
	ListDeliveriesResponseObject, error) {
	page, err := x.Security.Webhooks.DeliveriesFor(ctx, member(ctx), r.Id,
		paging.Ask{Limit: most(r.Params.Limit), Cursor: some(r.Params.Cursor)})
	out := ListDeliveries200JSONResponse{Deliveries: []Delivery{}, Next: given(page.Next)}
	for _, d := range page.Rows {
		out.Deliveries = append(out.Deliveries, told(d))
	}
	return out, err
}

// told is a delivery as it is written.
func told(d webhook.Delivery) Delivery {
	out := Delivery{Id: d.ID, Message: d.Event, Type: string(d.Type), Account: given(d.Account), At: d.At,
		QueuedAt: d.QueuedAt, State: string(d.State()), Attempts: d.Attempts, TriedAt: given(d.TriedAt),
		Status: given(d.Status), Why: given(string(d.Why)), TookMs: d.Took.Milliseconds()}
	if d.State() == webhook.Waiting {
		out.DueAt = &d.Due
	}
	return out
}

// SendAgain implements StrictServerInterface.
func (x server) SendAgain(ctx context.Context, r SendAgainRequestObject) (SendAgainResponseObject,
	error) {
	d, err := x.Security.Webhooks.SendAgainFor(ctx, member(ctx), r.Id, r.Delivery)
	return SendAgain200JSONResponse{DeliveryJSONResponse(told(d))}, err
}

// ReplayWebhook implements StrictServerInterface.
func (x server) ReplayWebhook(ctx context.Context, r ReplayWebhookRequestObject) (
	ReplayWebhookResponseObject, error) {
	since, err := feed.ParseSince(*r.Body)
	if err != nil {
		return nil, err
	}
	_, err = x.Security.Webhooks.SendSinceFor(ctx, member(ctx), r.Id, since)
	out, err := x.asIs(ctx, r.Id, err)
	return ReplayWebhook200JSONResponse{out}, err
}
