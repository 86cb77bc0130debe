package store_test

import (
	"regain/security"
	"regain/security/fraud"
	"regain/store"
)

func fraudChecks(db *store.DB, p person) []check {
	who := p.account.ID
	keep := fraud.KeepList{Account: who, Country: "DE", At: now}
	again := fraud.KeepList{Account: who, Country: "FR", At: now.Add(1e9), Version: 1}
	row := fraud.Row{ID: "step of " + who, Country: "DE", Step: "police", Done: true, Sealed: "day"}
	put := fraud.PutStep{Account: who, Row: row}
	twice := put
	twice.Row.ID = "another of " + who
	kept := fraud.Kept{Account: who, Country: "DE", SavedAt: now, Version: 1}
	moved, noted := kept, kept
	moved.Country, moved.SavedAt, moved.Version = "FR", again.At, 2
	noted.Rows = []fraud.Row{row}
	read := reading(db.Protect().FraudList, who)
	return []check{
		{name: "keep list", write: keep, read: read, want: kept, refused: []security.Write{keep}},
		{name: "keep list anew", before: []security.Write{keep}, write: again, read: read, want: moved,
			refused: []security.Write{again, keep}},
		{name: "put step", before: []security.Write{keep}, write: put, read: read, want: noted,
			refused: []security.Write{twice}},
		{name: "clear steps", before: []security.Write{keep, put},
			write: fraud.ClearSteps{Account: who, Country: "DE"}, read: read, want: kept},
	}
}
