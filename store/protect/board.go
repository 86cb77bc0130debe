package protect

import (
	"context"
	"math"
	"strings"

	"regain/security"
	"regain/security/identifier"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/token"
	"regain/store/ask"
	"regain/store/column"
)

// sifted is a list of the board: what narrows it, and its order.
type sifted struct {
	paged
	oldest bool
}

// search keeps rows of which a number or one of the columns has the words.
func (p *sifted) search(words, number string, columns ...string) {
	if words == "" {
		return
	}
	like := p.arg("%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(
		identifier.Fold(words)) + "%")
	is := []string{number + " = " + p.arg(token.FoldNumber(words))}
	for _, c := range columns {
		is = append(is, "LOWER("+c+") LIKE "+like+` ESCAPE '\'`)
	}
	p.and("(" + strings.Join(is, " OR ") + ")")
}

// of is the SELECT of one page.
func (p *sifted) of(columns string, after security.Cursor, limit int) (string, []any) {
	than, way, at := "<", " DESC", column.MS(after.At)
	if p.oldest {
		than, way = ">", ""
	} else if after == (security.Cursor{}) {
		at = math.MaxInt64
	}
	p.and("(" + p.at + ", id) " + than + " (" + p.arg(at) + ", " + p.arg(after.ID) + ")")
	return "SELECT " + columns + " FROM " + p.paged.text + " WHERE " + strings.Join(p.where, " AND ") +
		" ORDER BY " + p.at + way + ", id" + way + " LIMIT " + p.arg(limit), p.args
}

// ofCampaign is a column of the campaign of a report.
func ofCampaign(name string) string {
	return "(SELECT c." + name + " FROM campaigns c WHERE c.id = reports.campaign_id)"
}

func siftReports(f board.Sieve) *sifted {
	p := &sifted{paged: paged{text: "reports", at: "at"}, oldest: f.Oldest}
	p.same("kind", string(f.Kind))
	p.search(f.Words, "number", "subject", "sender", "link", "job", ofCampaign("name"),
		ofCampaign("number"))
	switch f.Verdict {
	case board.Any:
	case board.Waiting:
		p.and(ofCampaign("verdict") + " = ''")
	default:
		p.same(ofCampaign("verdict"), f.Verdict)
	}
	if !f.Before.IsZero() {
		p.and("at <= " + p.arg(column.MS(f.Before)))
	}
	return p
}

// BoardReports implements board.Store.
func (s Store) BoardReports(ctx context.Context, f board.Sieve) ([]board.ReportRow, error) {
	q, args := siftReports(f).of(reportColumns+", "+ofCampaign("number")+", "+ofCampaign("name")+", "+
		ofCampaign("verdict"), f.After, f.Limit)
	return ask.List(ctx, s.Conn, func(r *board.ReportRow) []any {
		return append(reportFields(&r.Report), &r.Number, &r.Name, &r.Settled)
	}, q, args...)
}

// CountBoardReports implements board.Store.
func (s Store) CountBoardReports(ctx context.Context, f board.Sieve) (int, error) {
	q, args := siftReports(f).of("1", security.Cursor{}, f.Limit)
	return s.count(ctx, q, args)
}

func (s Store) count(ctx context.Context, page string, args []any) (int, error) {
	n, err := ask.One(ctx, s.Conn, func(n *int) []any { return []any{n} },
		"SELECT COUNT(*) FROM ("+page+") AS page", args...)
	return n, err
}

// ofTicket is a column of the ticket of a campaign.
func ofTicket(name string) string {
	return "(SELECT t." + name + " FROM tickets t WHERE t.id = campaigns.ticket_id)"
}

func siftCampaigns(f board.Sieve) *sifted {
	p := &sifted{paged: paged{text: "campaigns", at: "last_at"}, oldest: f.Oldest}
	p.and("reports > 0") // others took in those of the rest
	p.same("kind", string(f.Kind))
	p.search(f.Words, "number", "name")
	switch f.Verdict {
	case board.Any:
	case board.Waiting:
		p.and("verdict = ''")
	default:
		p.same("verdict", f.Verdict)
	}
	if !f.Before.IsZero() {
		p.and(ofTicket("due_at") + " <= " + p.arg(column.MS(f.Before)) + " AND " + ofTicket("status") +
			" IN ('new', 'open', 'on_hold')")
	}
	return p
}

// BoardCampaigns implements board.Store.
func (s Store) BoardCampaigns(ctx context.Context, f board.Sieve) ([]board.CampaignRow, error) {
	q, args := siftCampaigns(f).of(campaignColumns+", "+ofTicket("due_at")+", "+ofTicket("status")+", "+
		ofTicket("number")+", "+ofTicket("assignee"), f.After, f.Limit)
	return ask.List(ctx, s.Conn, func(r *board.CampaignRow) []any {
		return append(campaignFields(&r.Campaign), column.Time(&r.DueAt), &r.Status, &r.TicketNumber,
			&r.Holder)
	}, q, args...)
}

// CountBoardCampaigns implements board.Store.
func (s Store) CountBoardCampaigns(ctx context.Context, f board.Sieve) (int, error) {
	q, args := siftCampaigns(f).of("1", security.Cursor{}, f.Limit)
	return s.count(ctx, q, args)
}

// ToTell implements board.Store.
func (s Store) ToTell(ctx context.Context, campaign string, v report.Verdict) (board.Told, error) {
	return ask.One(ctx, s.Conn, func(t *board.Told) []any { return []any{&t.Reports, &t.Mails} },
		`SELECT COUNT(*), COALESCE(SUM(CASE WHEN account_id IS NOT NULL OR address <> '' THEN 1 ELSE 0 END), 0)
		FROM reports WHERE campaign_id = $1 AND told <> $2`, campaign, v)
}

// MoveReport is the statement of a board.MoveReport.
func MoveReport(w board.MoveReport) (string, []any, error) {
	return "UPDATE reports SET campaign_id = $1, joined = '' WHERE id = $2 AND campaign_id = $3",
		[]any{w.To, w.ID, w.From}, nil
}

// MoveReports is the statement of a board.MoveReports.
func MoveReports(w board.MoveReports) (string, []any, error) {
	return "UPDATE reports SET campaign_id = $1 WHERE campaign_id = $2", []any{w.To, w.From}, nil
}

// MoveFiles is the statement of a board.MoveFiles.
func MoveFiles(w board.MoveFiles) (string, []any, error) {
	const home = "(SELECT ticket_id FROM campaigns WHERE id = $1)"
	return "UPDATE attachments SET ticket_id = " + home + ` WHERE message_id <> '' AND message_id IN
		(SELECT id FROM reports WHERE campaign_id = $1) AND ticket_id <> ` + home, []any{w.Campaign}, nil
}

// MoveKeys is the statement of a board.MoveKeys.
func MoveKeys(w board.MoveKeys) (string, []any, error) {
	return "UPDATE campaign_keys SET campaign_id = $1 WHERE campaign_id = $2", []any{w.To, w.From}, nil
}

// Recount is the statement of a board.Recount.
func Recount(w board.Recount) (string, []any, error) {
	const of = " FROM reports WHERE campaign_id = campaigns.id)"
	return "UPDATE campaigns SET reports = (SELECT COUNT(*)" + of +
		", reporters = (SELECT COUNT(DISTINCT reporter)" + of +
		", first_at = COALESCE((SELECT MIN(at)" + of + ", first_at)" +
		", last_at = COALESCE((SELECT MAX(at)" + of + ", last_at)" +
		", version = version + 1 WHERE id = $1 AND version = $2", []any{w.ID, w.IfVersion}, nil
}
