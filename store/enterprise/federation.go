package enterprise

import (
	"context"

	"regain/security/federation"
	"regain/store/ask"
	"regain/store/column"
)

const ssoIssuers = `SELECT id, organisation_id, issuer, client_id, secret, scopes, claim, acr, amr,
	trusted_at FROM sso_issuers`

func ssoIssuerFields(x *federation.Issuer) []any {
	return []any{&x.ID, &x.Organisation, &x.URL, &x.ClientID, &x.ClientSecret, column.Codes(&x.Scopes),
		&x.Claim, column.Codes(&x.ACR), column.Codes(&x.AMR), column.Time(&x.TrustedAt)}
}

// SSOIssuer implements federation.Store.
func (s Store) SSOIssuer(ctx context.Context, organisation string) (federation.Issuer, error) {
	return ask.One(ctx, s.Conn, ssoIssuerFields, ssoIssuers+" WHERE organisation_id = $1", organisation)
}

// SSOIssuers implements federation.Store.
func (s Store) SSOIssuers(ctx context.Context) ([]federation.Issuer, error) {
	return ask.List(ctx, s.Conn, ssoIssuerFields, ssoIssuers+" ORDER BY organisation_id")
}

const ssoLinks = "SELECT issuer, subject, holder_id, at FROM sso_links"

func ssoLinkFields(x *federation.Link) []any {
	return []any{&x.Issuer, &x.Subject, &x.Holder, column.Time(&x.At)}
}

// SSOLink implements federation.Store.
func (s Store) SSOLink(ctx context.Context, issuer, subject string) (federation.Link, error) {
	return ask.One(ctx, s.Conn, ssoLinkFields, ssoLinks+" WHERE issuer = $1 AND subject = $2", issuer,
		subject)
}

// SSOLinks implements federation.Store.
func (s Store) SSOLinks(ctx context.Context, holder string) ([]federation.Link, error) {
	return ask.List(ctx, s.Conn, ssoLinkFields, ssoLinks+" WHERE holder_id = $1 ORDER BY issuer", holder)
}

const ssoSessions = `SELECT session_id, holder_id, sso_sessions.organisation_id, issuer, client_id,
	sso_sessions.subject, sid`

func ssoSessionFields(x *federation.Begun) []any {
	return []any{&x.Session, &x.Holder, &x.Organisation, &x.Issuer, &x.Client, &x.Subject, &x.SessionID}
}

// SSOSession implements federation.Store.
func (s Store) SSOSession(ctx context.Context, session string) (federation.Begun, error) {
	return ask.One(ctx, s.Conn, ssoSessionFields, ssoSessions+" FROM sso_sessions WHERE session_id = $1", session)
}

// signedOut are the living sessions that a sign-out is about: of one that names a session of the issuer
// that one, and else all of its subject.
func signedOut(l federation.Logout) (from string, args []any) {
	which, value := "sso_sessions.subject = $2 AND ($4 = '' OR sid = $4)", l.Subject
	if l.Subject == "" {
		which, value = "sid = $2 AND ($4 = '' OR sid = $4)", l.SessionID
	}
	return ` FROM sso_sessions JOIN sessions ON sessions.id = session_id
		WHERE issuer = $1 AND ` + which + ` AND client_id = $3 AND sessions.ended_at = 0`,
		[]any{l.Issuer.URL, value, l.Issuer.ClientID, l.SessionID}
}

// SSOSessions implements federation.Store.
func (s Store) SSOSessions(ctx context.Context, l federation.Logout) ([]federation.Begun, error) {
	from, args := signedOut(l)
	return ask.List(ctx, s.Conn, ssoSessionFields, ssoSessions+from+" ORDER BY session_id", args...)
}

// signOuts are those that end what a federation.HoldIssuer holds, of an issuer with the id $1.
const signOuts = `SELECT 1 FROM sso_signouts o JOIN sso_issuers i
	ON i.issuer = o.issuer AND i.client_id = o.client_id
	WHERE i.id = $1 AND o.subject IN ('', $2) AND o.sid IN ('', $3) AND o.at >= $4`

func held(h federation.HoldIssuer) []any {
	return []any{h.ID, h.Subject, h.SessionID, column.MS(h.Since)}
}

// SSOSignedOut implements federation.Store.
func (s Store) SSOSignedOut(ctx context.Context, h federation.HoldIssuer) (bool, error) {
	return ask.One(ctx, s.Conn, func(is *bool) []any { return []any{is} }, "SELECT EXISTS ("+signOuts+")",
		held(h)...)
}

// TrustSSOIssuer is the statement of a federation.TrustIssuer.
func TrustSSOIssuer(w federation.TrustIssuer) (string, []any, error) {
	x := w.Issuer
	args := []any{x.ID, x.Organisation, x.URL, x.ClientID, x.ClientSecret, x.Claim, column.MS(x.TrustedAt)}
	for _, list := range [][]string{x.Scopes, x.ACR, x.AMR} {
		text, err := column.EncodeCodes(list)
		if err != nil {
			return "", nil, err
		}
		args = append(args, text)
	}
	return `INSERT INTO sso_issuers (id, organisation_id, issuer, client_id, secret, claim, trusted_at,
			scopes, acr, amr)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (organisation_id) DO UPDATE SET id = excluded.id, issuer = excluded.issuer,
			client_id = excluded.client_id, secret = excluded.secret, claim = excluded.claim,
			trusted_at = excluded.trusted_at, scopes = excluded.scopes, acr = excluded.acr,
			amr = excluded.amr`, args, nil
}

// ForgetSSOIssuer is the statement of a federation.ForgetIssuer.
func ForgetSSOIssuer(w federation.ForgetIssuer) (string, []any, error) {
	return "DELETE FROM sso_issuers WHERE id = $1", []any{w.ID}, nil
}

// HoldSSOIssuer is the statement of a federation.HoldIssuer.
func HoldSSOIssuer(w federation.HoldIssuer) (string, []any, error) {
	return "UPDATE sso_issuers SET id = id WHERE id = $1 AND NOT EXISTS (" + signOuts + ")", held(w), nil
}

// SignOut is the statement of a federation.SignOut. Commits stand in one line for the audit chain, so what
// began before it is counted, and what comes behind it finds its row.
func SignOut(w federation.SignOut) (string, []any, error) {
	from, args := signedOut(w.Logout)
	return `INSERT INTO sso_signouts (issuer, client_id, subject, sid, at, expires_at)
		SELECT CAST($1 AS TEXT), CAST($3 AS TEXT), CAST($5 AS TEXT), CAST($4 AS TEXT), CAST($6 AS BIGINT),
			CAST($7 AS BIGINT)
		WHERE (SELECT COUNT(*)` + from + ") = $8",
		append(args, w.Logout.Subject, column.MS(w.At), column.MS(w.ExpiresAt), w.Found), nil
}

// AddSSOLink is the statement of a federation.AddLink.
func AddSSOLink(w federation.AddLink) (string, []any, error) {
	x := w.Link
	return "INSERT INTO sso_links (issuer, subject, holder_id, at) VALUES ($1, $2, $3, $4)",
		[]any{x.Issuer, x.Subject, x.Holder, column.MS(x.At)}, nil
}

// HoldSSOLink is the statement of a federation.HoldLink.
func HoldSSOLink(w federation.HoldLink) (string, []any, error) {
	x := w.Link
	return `UPDATE sso_links SET at = at WHERE issuer = $1 AND subject = $2 AND holder_id = $3`,
		[]any{x.Issuer, x.Subject, x.Holder}, nil
}

// DropSSOLinks is the statement of a federation.DropLinks.
func DropSSOLinks(w federation.DropLinks) (string, []any, error) {
	return "DELETE FROM sso_links WHERE holder_id = $1", []any{w.Holder}, nil
}

// BeginSSOSession is the statement of a federation.BeginSession.
func BeginSSOSession(w federation.BeginSession) (string, []any, error) {
	x := w.Begun
	return `INSERT INTO sso_sessions (session_id, holder_id, organisation_id, issuer, client_id, subject, sid)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (session_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
			organisation_id = excluded.organisation_id, subject = excluded.subject, sid = excluded.sid`,
		[]any{x.Session, x.Holder, x.Organisation, x.Issuer, x.Client, x.Subject, x.SessionID}, nil
}

// EndBegun is the statement of a federation.EndBegun.
func EndBegun(w federation.EndBegun) (string, []any, error) {
	return `UPDATE sessions SET ended_at = $1 WHERE ended_at = 0 AND id IN (
			SELECT session_id FROM sso_sessions
			WHERE organisation_id = $2 AND NOT (issuer = $3 AND client_id = $4))`,
		[]any{column.MS(w.At), w.Organisation, w.Issuer, w.Client}, nil
}

// EndVouched is the statement of a federation.EndVouched.
func EndVouched(w federation.EndVouched) (string, []any, error) {
	return `UPDATE sessions SET ended_at = $1 WHERE ended_at = 0
		AND id IN (SELECT session_id FROM sso_sessions WHERE holder_id = $2)`,
		[]any{column.MS(w.At), w.Holder}, nil
}
