package security

import (
	"regain/security/held"
	"regain/security/recovery"
)

// The functions below bring each kind of thing into the shape of a copy of somebody's data.

func heldVisitor(v Visitor) held.Visitor { return held.Visitor{IP: v.IP, Agent: v.Agent} }

func heldAddress(a Address) held.Address {
	return held.Address{Email: a.Email, Since: a.Since, Until: a.Until, Origin: a.Origin,
		NoticeOnly: a.Notice}
}

func heldChange(c AddressChange) held.AddressChange {
	return held.AddressChange{Email: c.Email, NoticeOnly: c.Notice, AskedAt: c.AskedAt,
		EndsAt: c.EndsAt, State: string(c.State), SettledAt: c.SettledAt, UndoUntil: c.UndoUntil,
		Visitor: heldVisitor(c.Visitor)}
}

func heldMethod(f Factor) held.Method {
	return held.Method{Kind: f.Kind, Name: f.Name, AddedAt: f.AddedAt, UsedAt: f.UsedAt,
		RemovedAt: f.RemovedAt, BackedUp: f.Key.BackedUp, Visitor: heldVisitor(f.Visitor)}
}

func heldSignedIn(x AccountSession) held.Session {
	return held.Session{StartedAt: x.StartedAt, SeenAt: x.SeenAt, EndsAt: x.EndsAt,
		EndedAt: x.EndedAt, ProvedAt: x.ProvedAt, ProvedBy: x.ProvedBy,
		Visitor: heldVisitor(x.Visitor)}
}

func heldRecovering(x Session) held.Session {
	return held.Session{StartedAt: x.StartedAt, SeenAt: x.SeenAt, EndsAt: x.EndsAt,
		EndedAt: x.EndedAt, ProvedAt: x.ProvedAt, ProvedBy: x.ProvedBy,
		Visitor: heldVisitor(x.Visitor)}
}

// heldRecovery takes the number of the case, "" for a check-up.
func heldRecovery(r Recovery, number string) held.Recovery {
	return held.Recovery{Case: number, StartedAt: r.StartedAt, PasswordAt: r.PasswordAt,
		TwoFactorAt: r.TwoFactorAt, TwoFactor: string(r.TwoFactor), ActivityAt: r.ActivityAt,
		SupportAt: r.SupportAt, How: r.How}
}

func heldLogin(l Login) held.Login {
	return held.Login{ID: l.ID, At: l.At, Outcome: l.Outcome, StoppedBy: l.StoppedBy,
		Visitor: held.Visitor{IP: l.IP, Agent: l.Agent}}
}

func heldActivity(a Activity) held.Activity {
	return held.Activity{ID: a.ID, At: a.At, Kind: a.Kind, Summary: a.Summary, From: a.From,
		To: a.To, IP: a.IP}
}

func heldAnswer(a Answer) held.Answer {
	return held.Answer{Login: a.Login, Answer: a.Answer, Reasons: a.Reasons, At: a.At}
}

func heldAlert(a Alert) held.Alert {
	return held.Alert{Kind: string(a.Kind), At: a.At, Login: a.Login, Activity: a.Activity,
		What: a.What, Outcome: a.Outcome, Reasons: a.Reasons, Country: a.Country, Device: a.Device,
		MailedAt: a.MailedAt, Answer: a.Answer, AnsweredAt: a.AnsweredAt}
}

func heldCase(c Case) held.Case {
	return held.Case{Number: c.Number, State: string(c.State), Cause: string(c.Cause),
		Proposed: string(c.Proposed), Evidence: c.Evidence, OpenedAt: c.OpenedAt,
		SecuredAt: c.SecuredAt, EscalatedAt: c.EscalatedAt, ClosedAt: c.ClosedAt,
		Facts: mapped(c.Facts, func(f recovery.Signal) held.Fact {
			return held.Fact{Code: f.Code, At: f.At}
		})}
}

func heldEvidence(e Evidence) held.Frozen {
	f := held.Frozen{Logins: mapped(e.Logins, heldLogin),
		Activities: mapped(e.Activities, heldActivity),
		Addresses:  mapped(e.Addresses, heldAddress),
		SignInMethods: mapped(e.Factors, func(f FrozenFactor) held.Method {
			return held.Method{Kind: f.Kind, Name: f.Name, AddedAt: f.AddedAt, UsedAt: f.UsedAt,
				Visitor: held.Visitor{IP: f.IP, Agent: f.Agent}}
		}), Sessions: []held.Session{}, RecoverySessions: []held.Session{}}
	for _, x := range e.Sessions {
		of := &f.RecoverySessions
		if x.Kind == VisitSignedIn {
			of = &f.Sessions
		}
		*of = append(*of, held.Session{StartedAt: x.StartedAt, SeenAt: x.SeenAt, EndedAt: x.EndedAt,
			Visitor: held.Visitor{IP: x.IP, Agent: x.Agent}})
	}
	return f
}

func heldProposal(p Proposal) held.Proposal {
	return held.Proposal{Kind: string(p.Kind), At: p.At, Needs: p.Needs, Target: p.Target,
		State: string(p.State), DecidedAt: p.DecidedAt}
}

func heldMail(m MailState) held.Mail {
	return held.Mail{Kind: m.Kind, To: m.To, Code: m.Code, QueuedAt: m.QueuedAt, SentAt: m.SentAt,
		GaveUpAt: m.GaveUpAt, Reason: m.Reason}
}

// heldLine leaves out whatever a line says of people other than the owner.
func heldLine(e Event) held.Line {
	l := held.Line{At: e.At, Kind: string(e.Kind), By: string(e.By.Kind)}
	if e.By.Kind == ByOwner {
		l.Visitor = heldVisitor(e.By.Visitor)
	}
	return l
}
