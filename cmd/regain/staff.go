package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"regain/security"
	"regain/security/staff"
)

type staffCmd struct {
	Invite  staffInviteCmd  `cmd:"" help:"Mail a single-use invitation, also to start anew."`
	List    staffListCmd    `cmd:"" help:"List staff."`
	Disable staffDisableCmd `cmd:"" help:"Take away access, at once."`
}

// staffJSON is a member of staff under --json.
type staffJSON struct {
	ID         string     `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Role       string     `json:"role"`
	State      string     `json:"state"`
	InvitedAt  time.Time  `json:"invited_at"`
	JoinedAt   *time.Time `json:"joined_at"`
	DisabledAt *time.Time `json:"disabled_at"`
}

func describeStaff(x staff.Staff) staffJSON {
	out := staffJSON{ID: x.ID, Email: x.Email, Name: x.Name, Role: string(x.Role),
		State: string(x.State()), InvitedAt: x.InvitedAt}
	if !x.JoinedAt.IsZero() {
		out.JoinedAt = &x.JoinedAt
	}
	if !x.DisabledAt.IsZero() {
		out.DisabledAt = &x.DisabledAt
	}
	return out
}

type staffInviteCmd struct {
	Email string `arg:"" help:"E-mail address of the person."`
	Role  string `required:"" enum:"support,account_security,trust_safety,admin" help:"${enum}."`
	Name  string `help:"Their name; they give it themselves if not set."`
	jsonFlag
}

// invitedJSON is the output of staff invite --json.
type invitedJSON struct {
	staffJSON
	ExpiresAt time.Time `json:"expires_at"`
	Sent      bool      `json:"sent"` // false: it waits for the portal to send it
}

// Run mails the invitation. It never prints it: whoever sits here is not the one who is invited.
func (c *staffInviteCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsMailing...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	member, err := x.service.Staff.InviteStaff(ctx, security.Operator("staff invite"),
		staff.Invitee{
			Email: c.Email, Name: c.Name, Role: staff.Role(c.Role)})
	if err != nil {
		return err
	}
	sent := p.flush(ctx, x)
	until := member.InvitedAt.Add(staff.StaffInvitationLife)
	if c.JSON {
		return p.printJSON(p.stdout, invitedJSON{describeStaff(member), until, sent})
	}
	p.print("An invitation for the role %s goes to %s. It works once, until %s.", member.Role,
		member.Email, until.Format(time.RFC3339))
	return nil
}

type staffListCmd struct{ jsonFlag }

// Run lists all members of staff, by name.
func (c *staffListCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.service.Staff.ListStaff(ctx)
	if err != nil {
		return err
	}
	list := []staffJSON{}
	for _, s := range all {
		list = append(list, describeStaff(s))
	}
	if c.JSON {
		return p.printJSON(p.stdout, list)
	}
	for _, s := range list {
		p.print("%s", strings.TrimSpace(s.State+"  "+s.Role+"  "+s.Email+"  "+s.Name))
	}
	return nil
}

type staffDisableCmd struct {
	Email string `arg:"" help:"E-mail address of the member of staff."`
	jsonFlag
}

// Run takes the access away.
func (c *staffDisableCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	staff, err := x.service.Staff.DisableStaff(ctx, security.Operator("staff disable"), c.Email)
	if errors.Is(err, security.ErrNotFound) {
		return failure{"not_found", "nobody of the staff has the address " + c.Email}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, describeStaff(staff))
	}
	p.print("%s has no access any more.", staff.Email)
	return nil
}
