package api

import (
	"context"
	"time"

	"regain/security/feed"
	"regain/security/paging"
	"regain/security/policy"
)

// PutOrganisation implements StrictServerInterface.
func (x server) PutOrganisation(ctx context.Context, r PutOrganisationRequestObject) (
	PutOrganisationResponseObject, error) {
	o, left, err := feed.ParseOrganisation(*r.Body)
	if err == nil && o.ID != r.Organisation {
		err = &feed.LineError{Key: "id", Code: feed.LineChoice, Detail: "the address has another one"}
	}
	if err != nil {
		return nil, err
	}
	out, err := one(ctx, o.ID, o, left, x.Security.Feed.ImportOrganisations)
	return PutOrganisation200JSONResponse{ResultJSONResponse(out)}, err
}

// GetOrganisation implements StrictServerInterface.
func (x server) GetOrganisation(ctx context.Context, r GetOrganisationRequestObject) (
	GetOrganisationResponseObject, error) {
	o, err := x.Security.Organisations.ShowTo(ctx, member(ctx), r.Organisation)
	if err != nil {
		return nil, err
	}
	return GetOrganisation200JSONResponse{Id: o.ID, Name: o.Name, Domains: append([]string{}, o.Domains...),
		NoticeEmail: given(o.Notice), Policy: asked(o.Policy), Members: o.Members,
		ChangedAt: o.ChangedAt}, nil
}

// asked is what a policy asks for.
func asked(p policy.Policy) OrganisationPolicy {
	out := OrganisationPolicy{IdleMinutes: given(int(p.Idle / time.Minute)),
		SessionMinutes: given(int(p.Whole / time.Minute)), SecondFactor: given(policy.Required(p.SecondFactor)),
		Sso: given(policy.Required(p.SingleSignOn)), Issuer: given(p.Issuer)}
	if len(p.Kinds) > 0 {
		kinds := []string{}
		for _, k := range p.Kinds {
			kinds = append(kinds, string(k))
		}
		out.Kinds = &kinds
	}
	if len(p.Countries) > 0 {
		out.Countries = &p.Countries
	}
	return out
}

// ListOrganisations implements StrictServerInterface.
func (x server) ListOrganisations(ctx context.Context, r ListOrganisationsRequestObject) (
	ListOrganisationsResponseObject, error) {
	page, err := x.Security.Organisations.ListTo(ctx, member(ctx),
		paging.Ask{Limit: most(r.Params.Limit), Cursor: some(r.Params.Cursor)})
	out := ListOrganisations200JSONResponse{Organisations: []OrganisationLine{}, Next: given(page.Next)}
	for _, o := range page.Rows {
		out.Organisations = append(out.Organisations, OrganisationLine{Id: o.ID, Name: o.Name,
			ChangedAt: o.ChangedAt})
	}
	return out, err
}
