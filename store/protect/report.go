package protect

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/report"
	"regain/store/ask"
	"regain/store/column"
)

const reportColumns = `id, number, campaign_id, account_id, reporter, kind, via, at, said, subject,
	sender, link, job, asked, address, verdict, reasons, joined, file, size, digest, kept, signed,
	owed, told, told_at`

func reportFields(r *report.Report) []any {
	return []any{&r.ID, &r.Number, &r.Campaign, column.Optional(&r.Account), &r.Reporter, &r.Kind,
		&r.Via, column.Time(&r.At), &r.Said, &r.Subject, &r.Sender, &r.Link, &r.Job,
		column.Codes(&r.Asked), &r.Address, &r.Verdict, column.Codes(&r.Reasons), &r.Joined, &r.File,
		&r.Size, &r.Digest, &r.Kept, column.Codes(&r.Signed), &r.Owed, &r.Told, column.Time(&r.ToldAt)}
}

// Report implements report.Store.
func (s Store) Report(ctx context.Context, id string) (report.Report, error) {
	return ask.One(ctx, s.Conn, reportFields, "SELECT "+reportColumns+" FROM reports WHERE id = $1", id)
}

// ReportByNumber implements report.Store.
func (s Store) ReportByNumber(ctx context.Context, number string) (report.Report, error) {
	return ask.One(ctx, s.Conn, reportFields, "SELECT "+reportColumns+" FROM reports WHERE number = $1",
		number)
}

// ReportsOf implements report.Store.
func (s Store) ReportsOf(ctx context.Context, f report.ReportFilter) ([]report.Report, error) {
	p := newest("SELECT "+reportColumns+" FROM reports", "at")
	p.same("campaign_id", f.Campaign)
	p.same("account_id", f.Account)
	q, args := p.page(f.After, f.Limit)
	return ask.List(ctx, s.Conn, reportFields, q, args...)
}

// OriginalBytes implements report.Store.
func (s Store) OriginalBytes(ctx context.Context, since time.Time) (all, strangers int64, err error) {
	_, err = ask.One(ctx, s.Conn, func(*struct{}) []any { return []any{&all, &strangers} },
		`SELECT COALESCE(SUM(kept), 0), COALESCE(SUM(CASE WHEN account_id IS NULL AND at >= $1
			THEN kept ELSE 0 END), 0) FROM reports WHERE kept > 0`, column.MS(since))
	return all, strangers, err
}

// Original implements report.Store.
func (s Store) Original(ctx context.Context, of string) ([]report.PutOriginal, error) {
	return ask.List(ctx, s.Conn, func(w *report.PutOriginal) []any {
		return []any{&w.ID, &w.Report, &w.Part, &w.Sealed}
	}, "SELECT id, report_id, part, sealed FROM originals WHERE report_id = $1 ORDER BY part", of)
}

const campaignColumns = `id, number, ticket_id, kind, name, first_at, last_at, reports, reporters,
	verdict, advice, mixed, decided_by, decided_at, version`

func campaignFields(c *report.Campaign) []any {
	return []any{&c.ID, &c.Number, &c.Ticket, &c.Kind, &c.Name, column.Time(&c.FirstAt),
		column.Time(&c.LastAt), &c.Reports, &c.Reporters, &c.Verdict, column.Codes(&c.Advice), &c.Mixed, &c.DecidedBy,
		column.Time(&c.DecidedAt), &c.Version}
}

// Campaign implements report.Store.
func (s Store) Campaign(ctx context.Context, id string) (report.Campaign, error) {
	return s.campaign(ctx, "id", id)
}

// CampaignByNumber implements report.Store.
func (s Store) CampaignByNumber(ctx context.Context, number string) (report.Campaign, error) {
	return s.campaign(ctx, "number", number)
}

// CampaignOf implements report.Store.
func (s Store) CampaignOf(ctx context.Context, ticket string) (report.Campaign, error) {
	return s.campaign(ctx, "ticket_id", ticket)
}

func (s Store) campaign(ctx context.Context, by, value string) (report.Campaign, error) {
	return ask.One(ctx, s.Conn, campaignFields,
		"SELECT "+campaignColumns+" FROM campaigns WHERE "+by+" = $1", value)
}

// Campaigns implements report.Store.
func (s Store) Campaigns(ctx context.Context, f report.CampaignFilter) ([]report.Campaign, error) {
	p := newest("SELECT "+campaignColumns+" FROM campaigns", "last_at")
	if f.Undecided {
		p.and("verdict = ''")
	}
	q, args := p.page(f.After, f.Limit)
	return ask.List(ctx, s.Conn, campaignFields, q, args...)
}

// BlockedAmong implements report.Store.
func (s Store) BlockedAmong(ctx context.Context, names []string) (bad []string, err error) {
	for some := range slices.Chunk(names, namesAtOnce) {
		args := make([]any, len(some))
		for i, name := range some {
			args[i] = name
		}
		found, err := ask.List(ctx, s.Conn, func(host *string) []any { return []any{host} },
			"SELECT host FROM blocked_hosts WHERE lifted_at = 0 AND host IN ("+
				column.Places(len(some))+")", args...)
		if err != nil {
			return nil, err
		}
		bad = append(bad, found...)
	}
	return bad, nil
}

// namesAtOnce is how many names one statement looks for.
const namesAtOnce = 100

func keyFields(k *report.Key) []any {
	return []any{&k.Key, &k.Campaign, column.Time(&k.At)}
}

// CampaignKeys implements report.Store.
func (s Store) CampaignKeys(ctx context.Context, campaign string) ([]report.Key, error) {
	return ask.List(ctx, s.Conn, keyFields,
		"SELECT key, campaign_id, at FROM campaign_keys WHERE campaign_id = $1 ORDER BY key", campaign)
}

// KeysTaken implements report.Store.
func (s Store) KeysTaken(ctx context.Context, keys []string) ([]report.Key, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	return ask.List(ctx, s.Conn, keyFields, "SELECT key, campaign_id, at FROM campaign_keys WHERE key IN ("+
		column.Places(len(keys))+")", args...)
}

// ReportsByHour implements report.Store.
func (s Store) ReportsByHour(ctx context.Context, campaign string, since time.Time) (
	[]report.Count, error) {
	hour := "at / " + strconv.FormatInt(time.Hour.Milliseconds(), 10)
	where, args := "at >= $1", []any{column.MS(since)}
	if campaign != "" {
		where, args = where+" AND campaign_id = $2", append(args, campaign)
	}
	type row struct {
		hour int64
		n    int
	}
	rows, err := ask.List(ctx, s.Reports, func(r *row) []any { return []any{&r.hour, &r.n} },
		"SELECT "+hour+", COUNT(*) FROM reports WHERE "+where+" GROUP BY "+hour+" ORDER BY 1", args...)
	counts := make([]report.Count, len(rows))
	for i, r := range rows {
		counts[i] = report.Count{At: column.FromMS(r.hour * time.Hour.Milliseconds()), N: r.n}
	}
	return counts, err
}

// Owed implements report.Store.
func (s Store) Owed(ctx context.Context, limit int) ([]report.OwedReport, error) {
	return ask.List(ctx, s.Conn, func(r *report.OwedReport) []any {
		return append(reportFields(&r.Report), &r.CampaignVerdict, column.Codes(&r.CampaignAdvice))
	}, "SELECT "+reportColumns+`, (SELECT campaigns.verdict FROM campaigns WHERE
		campaigns.id = campaign_id), (SELECT campaigns.advice FROM campaigns WHERE
		campaigns.id = campaign_id) FROM reports WHERE owed ORDER BY id LIMIT $1`, limit)
}

const blockedColumns = "id, host, by_staff, at, campaign, lifted_by, lifted_at"

// BlockedHosts implements report.Store.
func (s Store) BlockedHosts(ctx context.Context, lifted bool) ([]report.Blocked, error) {
	where := "lifted_at = 0"
	if lifted {
		where = "lifted_at > 0"
	}
	return ask.List(ctx, s.Conn, func(b *report.Blocked) []any {
		return []any{&b.ID, &b.Host, &b.By, column.Time(&b.At), &b.Campaign, &b.LiftedBy,
			column.Time(&b.LiftedAt)}
	}, "SELECT "+blockedColumns+" FROM blocked_hosts WHERE "+where+" ORDER BY host, at, id")
}

// paged is a page of a list, the newest first.
type paged struct {
	text, at string
	where    []string
	args     []any
}

func newest(text, at string) *paged { return &paged{text: text, at: at} }

func (p *paged) arg(v any) string {
	p.args = append(p.args, v)
	return "$" + strconv.Itoa(len(p.args))
}

func (p *paged) and(condition string) { p.where = append(p.where, condition) }

// same keeps the rows with the value; "" keeps all.
func (p *paged) same(name, value string) {
	if value != "" {
		p.and(name + " = " + p.arg(value))
	}
}

// page is the SELECT behind the cursor.
func (p *paged) page(after security.Cursor, limit int) (string, []any) {
	if after != (security.Cursor{}) {
		p.and("(" + p.at + ", id) < (" + p.arg(column.MS(after.At)) + ", " + p.arg(after.ID) + ")")
	}
	q := p.text
	if len(p.where) > 0 {
		q += " WHERE " + strings.Join(p.where, " AND ")
	}
	return q + " ORDER BY " + p.at + " DESC, id DESC LIMIT " + p.arg(limit), p.args
}
