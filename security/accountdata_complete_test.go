package security_test

import (
	"encoding/json"
	"strings"
	"testing"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/federation"
	"regain/security/fraud"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/report"
	"regain/security/review"
	"regain/security/risk"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestCopyIsComplete: of whatever is held there is something in the copy, and nothing of what is
// secret.
func TestCopyIsComplete(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		w.fillAccount(u.Account)
		text := written(t, w.copyOf(u))
		var data map[string]json.RawMessage
		w.must(json.Unmarshal(text, &data))
		for part, v := range data {
			if v := string(v); part != "cut_short" && (v == "null" || v == "[]" || v == "{}") {
				t.Errorf("nothing in %s: %s", part, v)
			}
		}
		if i := strings.Index(string(text), "SECRET"); i >= 0 {
			t.Errorf("a copy says …%s…", text[max(0, i-80):i+40])
		}
		for _, want := range []string{"MINE-message", "MINE-note", "MINE-look",
			"MINE-name", "MINE-familiar", "MINE-frozen", "MINE-early", "MINE-key",
			"MINE-visit", "MINE-session", "MINE-day", "MINE-subject", "MINE-reference", "MINE-file", "MINE-report", `"role": "support"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %s in the copy", want)
			}
		}
	})
}

// fillAccount puts something of everything on the account.
func (w *world) fillAccount(a security.Account) {
	w.t.Helper()
	now, id := w.Now(), a.ID
	frozen, err := json.Marshal(lockout.Evidence{
		Logins:     []security.Login{{ID: "MINE-frozen", Account: id, At: now, Digest: "SECRET"}},
		Factors:    []lockout.FrozenFactor{{ID: "SECRET", Name: "MINE-key"}},
		Activities: []security.Activity{{Digest: "SECRET"}},
		Addresses:  []security.Address{{ID: "SECRET"}},
		Sessions: []lockout.FrozenSession{{ID: "SECRET", Agent: "MINE-visit"},
			{ID: "SECRET", Kind: lockout.VisitSignedIn, Agent: "MINE-session"}}})
	w.must(err)
	m := w.member("SECRET-sam", staff.RoleSupport)
	w.must(w.Fraud.Keep(w.t.Context(), fraud.Owner{Account: id}, "US", []fraud.Step{{ID: "bank",
		Note: fraud.Note{On: "MINE-day", Reference: "MINE-reference"}}}))
	opened := report.Campaign{ID: "SECRET-campaign", Number: "P-1", Ticket: "t9", Kind: report.Mail,
		Name: "evil.example", FirstAt: now, LastAt: now, Version: 1}
	w.commit(audit.AccountImported,
		attach.Add{Attachment: attach.Attachment{ID: "SECRET-file", Account: id, Holder: "SECRET-holder",
			Name: "MINE-file", Type: "image/png", Size: 12, State: attach.Waiting, Blob: "SECRET-blob",
			Sealed: "SECRET-key", At: now}},
		casework.OpenTicket{Ticket: security.Ticket{ID: "t9", Number: "T-9",
			Department: security.TrustSafety, Status: ticket.Open, OpenedAt: now}},
		report.OpenCampaign{Campaign: opened},
		report.AddReport{Report: report.Report{ID: "SECRET-report", Number: "R-1", Campaign: opened.ID,
			Account: id, Reporter: "SECRET-digest", Kind: report.Mail, Via: report.ViaPage, At: now,
			Said: "MINE-report", Address: "SECRET-address"}})
	w.commit(audit.AccountImported, federation.AddLink{Link: federation.Link{Issuer: "https://idp.example",
		Subject: "MINE-subject", Holder: id, At: now}})
	w.commit(audit.AccountImported,
		security.SetPassword{Account: id, Hash: "SECRET-hash", At: now, IfVersion: a.Version},
		account.AskAddressChange{Change: account.AddressChange{ID: "ch1", Account: id,
			Email: "new@example.org", AskedAt: now, EndsAt: now, State: account.ChangePending}},
		security.AddFactor{Factor: security.Factor{ID: "f1", Subject: id, Kind: security.FactorTOTP,
			Sealed: "SECRET-seed", AddedAt: now}},
		security.AddFactor{Factor: security.Factor{ID: "f2", Subject: id, Name: "MINE-name",
			Kind: security.FactorPasskey, AddedAt: now,
			Key: passkey.Key{ID: []byte("SECRET"), User: []byte("SECRET"),
				Public: []byte("SECRET")}}},
		access.PutCodes{Subject: id, Codes: []security.RecoveryCode{{ID: "rc1", Subject: id,
			Digest: "SECRET-digest", Sealed: "SECRET-code", MadeAt: now, UsedAt: now}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a1", Account: id, At: now,
			Kind: "withdrawal", Digest: "SECRET"}}},
		alert.SaveWatch{Watch: alert.Watch{Account: id, Familiar: []byte(`{"x":"MINE-familiar"}`),
			Version: w.watchOf(id)}},
		alert.AddAlert{Alert: alert.Alert{ID: "al1", Account: id, Activity: "a1", At: now,
			Kind: alert.AlertMoney}},
		account.SaveAlertSettings{Settings: alert.AlertSettings{Account: id,
			Off: []alert.AlertKind{alert.AlertMoney}, To: alert.AlertsToFirst}})
	w.commit(audit.AccountImported,
		lockout.OpenCase{Case: security.Case{ID: "c1", Number: "C-1", Account: id, OpenedAt: now,
			State: recovery.Resumed, OpenedBy: "SECRET-sam",
			Facts: []recovery.Signal{{Code: recovery.SignalLoginDenied, At: now}}}},
		lockout.RecordCause{Case: "c1", Cause: recovery.Compromised, By: "SECRET-sam", At: now},
		lockout.FreezeEvidence{Case: "c1", At: now, Data: frozen},
		lockout.StartRecovery{Recovery: security.Recovery{ID: "r1", Account: id, Case: "c1",
			StartedAt: now}},
		access.StartSession{Session: access.Session{Kind: access.RecoverySession,
			ID: "SECRET-id", Subject: id, Recovery: "r1", Stage: access.StageIn,
			StartedAt: now, SeenAt: now, EndsAt: now}},
		security.PutLogins{Logins: []security.Login{{ID: "l1", Account: id, At: now,
			Outcome: "stopped", Digest: "SECRET"}}},
		security.PutAnswer{Answer: security.Answer{Recovery: "r1", Account: id, Login: "l1",
			Answer: risk.NotMe, At: now}},
		lockout.MakeLink{Link: lockout.Link{ID: "SECRET-link", Account: id, Address: id + "-a1",
			Purpose: lockout.LinkRequested, MadeAt: now, ExpiresAt: now}},
		guided.PutRequest{Request: guided.Request{ID: "q1", Kind: guided.RequestRecover,
			Sealed: "SECRET", At: now, ExpiresAt: now}},
		guided.ResolveRequest{ID: "q1", Answers: []guided.Answer{{Account: id, Code: "SECRET"}},
			At: now},
		casework.AddMessage{Message: security.Message{ID: "m0", Ticket: "c1", At: now, Public: true,
			Author: security.AuthorOwner, Body: "MINE-early"}},
		casework.OpenTicket{Ticket: security.Ticket{ID: "t1", Number: "T-1", Account: id,
			Department: security.CustomerSupport, Status: ticket.Open, OpenedAt: now}},
		casework.AddMessage{Message: security.Message{ID: "m1", Ticket: "t1", At: now, Public: true,
			Author: security.AuthorStaff, By: m.ID, Body: "MINE-message"}},
		casework.AddMessage{Message: security.Message{ID: "m2", Ticket: "t1", At: now,
			Author: security.AuthorStaff, By: m.ID, Body: "SECRET-comment"}},
		security.Enqueue{Mail: security.Mail{ID: "SECRET-mail", Account: id, Channel: "mail",
			To: "alan@example.org", Kind: "data_exported", Data: "SECRET", Code: "C",
			QueuedAt: now}},
		security.AddNote{Note: security.Note{ID: "n1", Account: id, At: now,
			Evidence: "MINE-note"}},
		security.AddNote{Note: security.Note{ID: "n2", Account: id, At: now,
			Remark: security.Remark{Kind: "login_denied", Args: []string{"MINE-denied"}}}},
		review.MakeProposal{Proposal: lockout.Proposal{ID: "p1", Kind: lockout.ProposeFactor,
			Account: id, By: m.ID, At: now, ExpiresAt: now, Reason: "SECRET-reason",
			State: lockout.ProposalWaits}},
		desk.AskCaller{Check: desk.CallerCheck{ID: "SECRET-check", Account: id, Staff: m.ID,
			Session: m.Session.ID, Address: id + "-a1", SentAt: now, ExpiresAt: now}})
	w.must(w.db.Commit(w.t.Context(), security.Event{ID: "e1", At: now, Account: id,
		Kind: audit.AccountViewed, By: security.Actor{Kind: security.ByStaff, ID: m.ID,
			Visitor: security.Visitor{IP: "SECRET"}},
		Data: map[string]string{"page": "account", "reason": "MINE-look", "by": "SECRET"}},
		staff.RecordLook{Look: staff.Look{Session: m.Session.ID, Account: id, At: now}}))
}

// watchOf is the version of the watch of an account, 0 when it has none.
func (w *world) watchOf(id string) int64 {
	w.t.Helper()
	all, err := w.db.Watches(w.t.Context(), []string{id})
	w.must(err)
	return all[id].Version
}
