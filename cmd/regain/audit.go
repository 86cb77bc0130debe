package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/staff"
	"regain/store"
	"regain/store/trail"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check the hash chain of the audit trail."`
	Head   auditHeadCmd   `cmd:"" help:"Print where the trail ends, signed, to be kept elsewhere."`
	Anchor auditAnchorCmd `cmd:"" help:"Begin a new epoch after a break, saying who and why."`
}

type auditHeadCmd struct{ jsonFlag }

// Run prints JSON in any case: what it prints is for audit verify --against.
func (c *auditHeadCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	h, err := x.db.Head(ctx)
	if errors.Is(err, security.ErrNotFound) {
		return failure{"audit_empty", "the audit trail has no line yet, or its end was cut off"}
	}
	if err != nil {
		return err
	}
	return p.printJSON(p.stdout, h)
}

type auditVerifyCmd struct {
	Against string `help:"File with heads of before, one a line: of audit head, or the log."`
	jsonFlag
}

// heads are those of the file.
func (c *auditVerifyCmd) heads() ([]trail.Head, error) {
	if c.Against == "" {
		return nil, nil
	}
	f, err := os.Open(c.Against)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := trail.ReadHeads(f)
	if err == nil && len(all) == 0 {
		err = failure{"no_heads", "there is no head in " + c.Against}
	}
	return all, err
}

// auditJSON is the output of audit verify --json.
type auditJSON struct {
	Lines   int64        `json:"lines"`
	OK      bool         `json:"ok"`
	Anchors []anchorJSON `json:"anchors,omitempty"`
}

// anchorJSON is the beginning of an epoch after a break.
type anchorJSON struct {
	At       time.Time `json:"at"`
	Who      string    `json:"who"`
	Reason   string    `json:"reason"`
	BadLines string    `json:"bad_lines"`
	FirstBad string    `json:"first_bad"`
	LastGood string    `json:"last_good"`
}

func describeAnchor(e security.Event) anchorJSON {
	return anchorJSON{e.At, e.Data["who"], e.Data["reason"], e.Data["bad_lines"],
		e.Data["first_bad"], e.Data["last_good"]}
}

// Run checks the audit trail. It is the one reader that needs the secret.
func (c *auditVerifyCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	heads, err := c.heads()
	if err != nil {
		return err
	}
	n, bad, err := x.db.VerifyChain(ctx, heads...)
	if err != nil {
		return err
	}
	if bad != nil {
		return failure{"audit_broken", fmt.Sprintf("the audit trail is broken at line %d: %s "+
			"(%d lines before it hold; %d are bad in all)", bad.Seq, bad.Why, n, bad.Count)}
	}
	if err := agrees(ctx, x.db); err != nil {
		return err
	}
	begun, err := x.db.Anchors(ctx)
	if err != nil {
		return err
	}
	out := auditJSON{Lines: n, OK: true}
	for _, e := range begun {
		out.Anchors = append(out.Anchors, describeAnchor(e))
	}
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.print("The audit trail holds: %d lines.", n)
	for _, a := range out.Anchors {
		p.print("It was begun anew at %s by %s: %s. %s lines before that are bad, the first of them %s.",
			a.At.Format(time.RFC3339), a.Who, a.Reason, a.BadLines, a.FirstBad)
	}
	return nil
}

// contradictions are the words for where the state is not what the trail tells.
var contradictions = map[string]string{
	"no_case":        "account %s is locked by no case of its own",
	"not_locked":     "case %s runs, but its account is not locked by it",
	"never_opened":   "case %s was never opened",
	"never_resumed":  "case %s is resumed, but nobody resumed it",
	"never_declined": "case %s is declined, but nobody declined it",
}

// agrees compares the state with the trail.
func agrees(ctx context.Context, db *store.DB) error {
	found, err := store.Contradictions(ctx, db)
	if err != nil || len(found) == 0 {
		return err
	}
	lines := []string{"the audit trail holds, but the database is not what it tells:"}
	for _, f := range found {
		lines = append(lines, fmt.Sprintf(contradictions[f.Code], f.Of))
	}
	return failure{"audit_contradicted", strings.Join(lines, "\n")}
}

type auditAnchorCmd struct {
	Reason string `required:"" help:"What broke the trail, and how that is known."`
	jsonFlag
}

// Run records what is wrong and begins a new epoch.
func (c *auditAnchorCmd) Run(ctx context.Context, p *program) (err error) {
	reason, err := staff.CheckReason("reason", c.Reason)
	if err != nil {
		return err
	}
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	who := "unknown"
	if u, err := user.Current(); err == nil {
		who = u.Username
	}
	e := x.service.Event(security.Operator("audit anchor"), audit.ChainAnchored, clock())
	e.Data = map[string]string{"who": who, "reason": reason}
	err = x.db.Anchor(ctx, e)
	if errors.Is(err, store.ErrWhole) {
		return failure{"audit_whole", "the audit trail holds; there is nothing to begin anew"}
	}
	if err != nil {
		return err
	}
	begun, err := x.db.Anchors(ctx)
	if err != nil {
		return err
	}
	out := describeAnchor(begun[len(begun)-1])
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.print("A new epoch begins. %s lines before it are bad, the first of them %s; the last good "+
		"one is %s.", out.BadLines, out.FirstBad, out.LastGood)
	return nil
}
