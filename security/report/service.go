package report

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/genuine"
	"regain/security/staff"
)

// Store is what this room reads beside security.Store.
type Store interface {
	// Report and ReportByNumber find one report.
	Report(ctx context.Context, id string) (Report, error)
	ReportByNumber(ctx context.Context, number string) (Report, error)
	// ReportsOf lists the newest first.
	ReportsOf(ctx context.Context, f ReportFilter) ([]Report, error)
	// OriginalBytes sums up what is kept of originals, sealed: of all, and of strangers since a moment.
	OriginalBytes(ctx context.Context, since time.Time) (all, strangers int64, err error)
	// Original lists the sealed parts of what was reported, in order.
	Original(ctx context.Context, report string) ([]PutOriginal, error)
	// Campaign, CampaignByNumber and CampaignOf find one campaign; CampaignOf that of a ticket.
	Campaign(ctx context.Context, id string) (Campaign, error)
	CampaignByNumber(ctx context.Context, number string) (Campaign, error)
	CampaignOf(ctx context.Context, ticket string) (Campaign, error)
	// Campaigns lists those that had a report last first.
	Campaigns(ctx context.Context, f CampaignFilter) ([]Campaign, error)
	// CampaignKeys lists the keys of a campaign.
	CampaignKeys(ctx context.Context, campaign string) ([]Key, error)
	// KeysTaken finds who has which of the keys.
	KeysTaken(ctx context.Context, keys []string) ([]Key, error)
	// ReportsByHour counts the reports of a campaign, or of all for "", since a moment, by the hour
	// in which they came, the oldest first. Hours without any are left out.
	ReportsByHour(ctx context.Context, campaign string, since time.Time) ([]Count, error)
	// Owed lists reports whose reporters are yet to be told of the verdict, with the campaign.
	Owed(ctx context.Context, limit int) ([]OwedReport, error)
	// BlockedHosts lists the hosts that are warned of and, with lifted, those that were.
	BlockedHosts(ctx context.Context, lifted bool) ([]Blocked, error)
	// BlockedAmong finds those of the names that are hosts that are warned of, for genuine.Service.
	BlockedAmong(ctx context.Context, names []string) ([]string, error)
}

// ReportFilter narrows a list of reports; empty fields do not.
type ReportFilter struct {
	Campaign, Account string // ids
	After             security.Cursor
	Limit             int
}

// CampaignFilter narrows a list of campaigns.
type CampaignFilter struct {
	Undecided bool // only those without a verdict
	After     security.Cursor
	Limit     int
}

// Count is how many reports came in the hour from At on.
type Count struct {
	At time.Time
	N  int
}

// OwedReport is a report whose reporter is to be told of a verdict.
type OwedReport struct {
	Report
	CampaignVerdict Verdict
	CampaignAdvice  []string
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Protect  Store
	Batches  Batches
	Staff    *staff.Service
	Casework *casework.Service
	// Genuine judges what was reported, and says which hosts are ours.
	Genuine *genuine.Service
	// Room bounds what is kept of originals; what is 0 stands for Roomy.
	Room Room
	held held
}

// Batches commits many changes at once.
type Batches interface {
	// CommitAll does each change or not.
	CommitAll(ctx context.Context, changes []security.Change) ([]error, error)
}
