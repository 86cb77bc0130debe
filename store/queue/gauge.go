package queue

import (
	"context"
	"strings"
	"time"

	"regain/security/ticket"
	"regain/store/ask"
	"regain/store/column"
	"regain/store/drill"
	"regain/store/lanes"
)

// Gauge is a number of what stands in the database now.
type Gauge struct {
	Of     string // one of the constants
	Name   string // of the queue, or of the state of cases
	More   string // the status of tickets; their department is the Name
	Count  int64
	Late   int64     // of them, past the time within which somebody was to hear of us
	Oldest time.Time // since when the first of them waits; zero for nobody
}

// What there are numbers of. GaugeChain has the last line of the audit trail as its Count.
const (
	GaugeQueue   = "queue"
	GaugeCases   = "cases"
	GaugeTickets = "tickets"
	GaugeChain   = "chain"
)

// queues are what waits for workers: by name, the column since when, and which rows. Each list has an index
// of nothing else.
var queues = [][3]string{
	{"mails", "queued_at", "outbox WHERE " + lanes.Waits + " AND " + drill.None("outbox")},
	{"webhooks", "queued_at", "webhook_deliveries WHERE done_at = 0 AND gave_up_at = 0"},
	{"inbound", "taken_at", "inbound WHERE done_at = 0 AND aside_at = 0"},
	{"attachments", "at", "attachments WHERE state = 'waiting'"},
	{"lock_jobs", "started_at", "lock_jobs WHERE started_at > 0 AND done_at = 0"},
	{"copies", "asked_at", "exports WHERE ready_at = 0"},
	{"requests", "at", "requests WHERE resolved_at = 0"},
}

// gauges asks for all of them, so that they are of one moment.
var gauges = func() string {
	var all []string
	for _, q := range queues {
		all = append(all, strings.NewReplacer("NAME", q[0], "SINCE", q[1], "ROWS", q[2]).Replace(
			`SELECT 'queue' AS sort, 'NAME' AS name, '' AS more, COUNT(*) AS n, 0 AS late,
				COALESCE(MIN(SINCE), 0) AS oldest FROM ROWS`))
	}
	const cases = "SELECT 'cases', state, '', COUNT(*), LATE, MIN(opened_at) FROM cases WHERE LIST"
	return strings.Join(append(all,
		strings.NewReplacer("LATE", overdue(owed), "LIST", ours+real+" GROUP BY state").Replace(cases),
		strings.NewReplacer("LATE", "0", "LIST", theirs+real+" GROUP BY state").Replace(cases),
		strings.NewReplacer("LATE", overdue(owing), "LIST", in("department", ticket.Departments...)+" AND "+
			in("status", ticket.New, ticket.Open, ticket.OnHold, ticket.Pending)+" AND "+drill.None("tickets")).Replace(
			`SELECT 'tickets', department, status, COUNT(*), LATE, MIN(opened_at) FROM tickets
				WHERE LIST GROUP BY department, status`),
		"SELECT 'chain', '', '', seq, 0, 0 FROM chain WHERE id = 1"), " UNION ALL ")
}()

// Gauges are the numbers for operators, of what waits and of what is open, by one statement, and nothing of
// drills. What is not there at all has none. They are not to be read from a replica, which may stand still.
func Gauges(ctx context.Context, r ask.Reader, now time.Time) ([]Gauge, error) {
	return ask.List(ctx, r, func(g *Gauge) []any {
		return []any{&g.Of, &g.Name, &g.More, &g.Count, &g.Late, column.Time(&g.Oldest)}
	}, gauges, column.MS(now))
}
