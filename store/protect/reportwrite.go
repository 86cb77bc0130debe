package protect

import (
	"regain/security/report"
	"regain/store/column"
)

// OpenCampaign is the statement of a report.OpenCampaign.
func OpenCampaign(w report.OpenCampaign) (string, []any, error) {
	c := w.Campaign
	return "INSERT INTO campaigns (" + campaignColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $6, 1, 1, '', '[]', $7, '', 0, 1)`,
		[]any{c.ID, c.Number, c.Ticket, c.Kind, c.Name, column.MS(c.FirstAt), c.Mixed}, nil
}

// ClaimKey is the statement of a report.ClaimKey.
func ClaimKey(w report.ClaimKey) (string, []any, error) {
	return `INSERT INTO campaign_keys (key, campaign_id, at) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET campaign_id = excluded.campaign_id, at = excluded.at
		WHERE campaign_keys.campaign_id = $4`,
		[]any{w.Key.Key, w.Key.Campaign, column.MS(w.Key.At), w.From}, nil
}

// JoinCampaign is the statement of a report.JoinCampaign.
func JoinCampaign(w report.JoinCampaign) (string, []any, error) {
	return `UPDATE campaigns SET reports = reports + 1, last_at = $1,
		reporters = reporters + CASE WHEN EXISTS (SELECT 1 FROM reports WHERE campaign_id = $2
			AND reporter = $3) THEN 0 ELSE 1 END
		WHERE id = $2 AND EXISTS (SELECT 1 FROM campaign_keys WHERE key = $4 AND campaign_id = $2)
		AND EXISTS (SELECT 1 FROM tickets WHERE tickets.id = ticket_id AND status <> 'closed')
		AND ($5 = 0 OR reporters = $5)`,
		[]any{column.MS(w.At), w.ID, w.Reporter, w.Key, w.Few}, nil
}

// AddReport is the statement of a report.AddReport.
func AddReport(w report.AddReport) (string, []any, error) {
	r := w.Report
	asked, err := column.EncodeCodes(r.Asked)
	if err != nil {
		return "", nil, err
	}
	reasons, err := column.EncodeCodes(r.Reasons)
	if err != nil {
		return "", nil, err
	}
	signed, err := column.EncodeCodes(r.Signed)
	return "INSERT INTO reports (" + reportColumns + `) VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7,
		$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, FALSE, '', 0)`,
		[]any{r.ID, r.Number, r.Campaign, r.Account, r.Reporter, r.Kind, r.Via, column.MS(r.At),
			r.Said, r.Subject, r.Sender, r.Link, r.Job, asked, r.Address, r.Verdict, reasons, r.Joined,
			r.File, r.Size, r.Digest, r.Kept, signed}, err
}

// PutOriginal is the statement of a report.PutOriginal.
func PutOriginal(w report.PutOriginal) (string, []any, error) {
	return "INSERT INTO originals (id, report_id, part, sealed) VALUES ($1, $2, $3, $4)",
		[]any{w.ID, w.Report, w.Part, w.Sealed}, nil
}

// Decide is the statement of a report.Decide.
func Decide(w report.Decide) (string, []any, error) {
	advice, err := column.EncodeCodes(w.Advice)
	return `UPDATE campaigns SET verdict = $1, decided_by = $2, decided_at = $3, advice = $6,
		version = version + 1 WHERE id = $4 AND version = $5 AND NOT mixed`,
		[]any{w.Verdict, w.By, column.MS(w.At), w.ID, w.IfVersion, advice}, err
}

// OweVerdict is the statement of a report.OweVerdict.
func OweVerdict(w report.OweVerdict) (string, []any, error) {
	return "UPDATE reports SET owed = TRUE WHERE campaign_id = $1 AND told <> $2",
		[]any{w.Campaign, w.Verdict}, nil
}

// FreeKeys is the statement of a report.FreeKeys.
func FreeKeys(w report.FreeKeys) (string, []any, error) {
	return "DELETE FROM campaign_keys WHERE campaign_id = $1", []any{w.Campaign}, nil
}

// ToldReporter is the statement of a report.ToldReporter.
func ToldReporter(w report.ToldReporter) (string, []any, error) {
	return `UPDATE reports SET owed = FALSE, told = $1, told_at = $2 WHERE id = $3 AND owed
		AND EXISTS (SELECT 1 FROM campaigns WHERE campaigns.id = campaign_id AND verdict = $1)`,
		[]any{w.Verdict, column.MS(w.At), w.Report}, nil
}

// AddBlocked is the statement of a report.AddBlocked.
func AddBlocked(w report.AddBlocked) (string, []any, error) {
	b := w.Blocked
	return "INSERT INTO blocked_hosts (" + blockedColumns + ") VALUES ($1, $2, $3, $4, $5, '', 0)",
		[]any{b.ID, b.Host, b.By, column.MS(b.At), b.Campaign}, nil
}

// LiftBlocked is the statement of a report.LiftBlocked.
func LiftBlocked(w report.LiftBlocked) (string, []any, error) {
	return "UPDATE blocked_hosts SET lifted_by = $1, lifted_at = $2 WHERE id = $3 AND lifted_at = 0",
		[]any{w.By, column.MS(w.At), w.ID}, nil
}
