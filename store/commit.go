package store

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
)

// errUnknownWrite means that security has a kind of write which apply lacks.
var errUnknownWrite = errors.New("no statement for this kind of write")

// Commit implements security.Store.
func (db *DB) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	err := db.transact(ctx, func(t tx) error { return t.commit(ctx, e, writes) })
	if err == nil {
		db.tell(ctx, security.Change{Event: e, Writes: writes})
	}
	return err
}

// tell lets Committed hear of what was kept.
func (db *DB) tell(ctx context.Context, c security.Change) {
	if db.Committed != nil {
		db.Committed(ctx, c)
	}
}

// CommitAll implements security.Store.
func (db *DB) CommitAll(ctx context.Context, changes []security.Change) ([]error, error) {
	errs := make([]error, len(changes))
	err := db.transact(ctx, func(t tx) error {
		for i, c := range changes {
			var err error
			if errs[i], err = t.commitApart(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, failed := range errs {
		if failed == nil {
			db.tell(ctx, changes[i])
		}
	}
	return errs, nil
}

// commitApart does one change of a batch and takes it back when it fails; err
// ends the whole batch.
func (t tx) commitApart(ctx context.Context, c security.Change) (failed, err error) {
	if err := t.run(ctx, "SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	failed = t.commit(ctx, c.Event, c.Writes)
	if failed == nil {
		return nil, t.run(ctx, "RELEASE SAVEPOINT one")
	}
	if errors.Is(failed, security.ErrUnavailable) || ctx.Err() != nil {
		// The engine may have rolled everything back already.
		return nil, failed
	}
	if err := t.run(ctx, "ROLLBACK TO SAVEPOINT one"); err != nil {
		return nil, fmt.Errorf("roll back to savepoint: %w", err)
	}
	return failed, t.run(ctx, "RELEASE SAVEPOINT one")
}

func (t tx) commit(ctx context.Context, e security.Event, writes []security.Write) error {
	seq, prev, err := t.draw(ctx)
	if err != nil {
		return fmt.Errorf("move audit chain: %w", err)
	}
	for _, w := range writes {
		if err := t.apply(ctx, w); err != nil {
			return fmt.Errorf("%T: %w", w, err)
		}
	}
	err = t.among(ctx, "UPDATE accounts SET stirs = stirs + 1 WHERE id", security.Stirred(writes))
	if err != nil {
		return fmt.Errorf("count stir: %w", err)
	}
	if err := t.record(ctx, e, seq, prev); err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	return nil
}

// apply does one write. The switch goes on in the functions whose names begin with
// apply.
func (t tx) apply(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.PutAccount:
		return t.putAccount(ctx, w.Account)
	case security.AddAddress:
		return t.addAddress(ctx, w.Address)
	case security.RedateAddress:
		return t.redateAddress(ctx, w)
	case security.RetireAddress:
		return t.retireAddress(ctx, w)
	case security.SetPassword:
		return t.setPassword(ctx, w)
	case security.LockAccount:
		return t.lockAccount(ctx, w)
	case security.OpenCase:
		return t.openCase(ctx, w.Case)
	case security.SaveCase:
		return t.saveCase(ctx, w.Case)
	case security.MoveCase:
		return t.moveCase(ctx, w)
	case security.HoldCase:
		return t.one(ctx, "UPDATE cases SET version = version WHERE id = $1 AND version = $2",
			w.ID, w.Version)
	case security.RecordCause:
		return t.recordCause(ctx, w)
	case security.FreezeEvidence:
		return t.freezeEvidence(ctx, w)
	case security.StartRecovery:
		return t.startRecovery(ctx, w.Recovery)
	case security.SaveRecovery:
		return t.saveRecovery(ctx, w.Recovery)
	case security.PutLogins:
		return t.putLogins(ctx, w.Logins)
	case security.PutActivities:
		return t.putActivities(ctx, w.Activities)
	case security.PutAnswer:
		return t.putAnswer(ctx, w.Answer)
	}
	return t.applyAccess(ctx, w)
}

// applyAccess does what concerns ways into a recovery.
func (t tx) applyAccess(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.StartSession:
		return t.startSession(ctx, w.Session)
	case security.RotateSession:
		return t.rotateSession(ctx, w)
	case security.ProveSession:
		return t.proveSession(ctx, w)
	case security.EndSession:
		return t.endSession(ctx, w)
	case security.EndSessions:
		return t.endSessions(ctx, w)
	case security.MakeLink:
		return t.makeLink(ctx, w.Link)
	case security.SpendLink:
		return t.spendLink(ctx, w)
	case security.EndLinks:
		return t.endLinks(ctx, w)
	case security.RevokeLink:
		return t.revokeLink(ctx, w)
	case security.PutRequest:
		return t.putRequest(ctx, w.Request)
	case security.ResolveRequest:
		return t.resolveRequest(ctx, w)
	case security.SpendRequest:
		return t.spendRequest(ctx, w)
	case security.EndRequests:
		return t.endRequests(ctx, w)
	case security.AddFactor:
		return t.addFactor(ctx, w.Factor)
	case security.RemoveFactor:
		return t.removeFactor(ctx, w)
	case security.UseFactor:
		return t.useFactor(ctx, w)
	case security.PutCodes:
		return t.putCodes(ctx, w)
	case security.DropCodes:
		return t.dropCodes(ctx, w.Subject)
	case security.SpendCode:
		return t.spendCode(ctx, w)
	case security.ForgetSealedCodes:
		return t.forgetSealedCodes(ctx, w)
	}
	return t.applyWork(ctx, w)
}

// applyWork does what staff and the mail server work on.
func (t tx) applyWork(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.OpenTicket:
		return t.openTicket(ctx, w.Ticket)
	case security.SaveTicket:
		return t.saveTicket(ctx, w.Ticket)
	case security.AdoptTickets:
		return t.adoptTickets(ctx, w)
	case security.RaiseTicket:
		return t.raiseTicket(ctx, w)
	case security.AddMessage:
		return t.addMessage(ctx, w.Message)
	case security.AddNote:
		return t.addNote(ctx, w.Note)
	case security.Enqueue:
		return t.enqueue(ctx, w.Mail)
	}
	return t.applyStaff(ctx, w)
}
