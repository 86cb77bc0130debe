package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/security/token"
)

// ReproofKinds are the ways out for an owner who has nothing left to prove with:
// somebody proves them anew, and a second person agrees to the consequence.
var ReproofKinds = []ProposalKind{ProposeFactor, ProposeAddress}

// Reproof is what somebody of Account Security proposes after they proved an
// owner anew.
type Reproof struct {
	Kind    ProposalKind // one of ReproofKinds
	Address string       // the address to set, for ProposeAddress
	Checked string       // what was checked, and by whom
}

// ProposeReproof makes a proposal on a ticket of Account Security. One waits on
// an account at a time, since approving one makes every other void. It refuses
// with TicketClosed, TicketElsewhere, ActionUnknown, CheckedMissing, ReasonLong,
// NoFactor, EmailMissing, EmailInvalid, AddressTaken or ProposalPending.
func (s *Service) ProposeReproof(ctx context.Context, m *Member, number string, r Reproof) error {
	if err := s.allow(ctx, m, RightReview, "reproof.propose"); err != nil {
		return err
	}
	d, err := s.reproofTicket(ctx, number)
	if err != nil {
		return err
	}
	if r, err = s.checkReproof(ctx, d.Account, r); err != nil {
		return err
	}
	now := s.Now()
	writes, err := s.clearReproofs(ctx, m, d.Account, now)
	if err != nil {
		return err
	}
	p := s.proposal(m, r.Kind, d.Account, now)
	p.Ticket, p.Target, p.Reason = d.Ticket.ID, r.Address, r.Checked
	said := reproofWords[r.Kind] + " is proposed after re-proofing. Checked: " + r.Checked
	return s.Store.Commit(ctx, s.reproofEvent(m, ReproofProposed, d.Ticket, p), append(writes,
		HoldAccount{p.Account, p.Stirs}, MakeProposal{p},
		AddMessage{s.staffMessage(m, d.Ticket.ID, false, said)})...)
}

// reproofWords say in the record of a ticket what a proposal is about.
var reproofWords = map[ProposalKind]string{
	ProposeFactor:  "Removing two-factor",
	ProposeAddress: "Setting another address",
}

// reproofTicket reads the ticket that a re-proofing belongs to.
func (s *Service) reproofTicket(ctx context.Context, number string) (DeskTicket, error) {
	d, err := s.workOn(ctx, number, 0)
	if err == nil && d.Ticket.Department != AccountSecurity {
		err = refuse("", TicketElsewhere)
	}
	return d, err
}

// checkReproof cleans what was typed and holds it against the account.
func (s *Service) checkReproof(ctx context.Context, a Account, r Reproof) (Reproof, error) {
	if !slices.Contains(ReproofKinds, r.Kind) {
		return r, refuse("action", ActionUnknown)
	}
	r.Checked = clean(r.Checked)
	switch {
	case r.Checked == "":
		return r, refuse("checked", CheckedMissing)
	case utf8.RuneCountInString(r.Checked) > maxReason:
		return r, refuse("checked", ReasonLong, fmt.Sprint(maxReason))
	case r.Kind == ProposeAddress:
		return s.checkNewAddress(ctx, a, r)
	}
	r.Address = ""
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return r, fmt.Errorf("read factors: %w", err)
	}
	if len(factors) == 0 {
		return r, refuse("action", NoFactor)
	}
	return r, nil
}

func (s *Service) checkNewAddress(ctx context.Context, a Account, r Reproof) (Reproof, error) {
	r.Address = clean(r.Address)
	switch {
	case r.Address == "":
		return r, refuse("address", EmailMissing)
	case !ValidEmail(r.Address):
		return r, refuse("address", EmailInvalid)
	}
	all, err := s.Store.Addresses(ctx, a.ID)
	if err != nil {
		return r, fmt.Errorf("read addresses: %w", err)
	}
	for _, x := range all {
		if x.Until.IsZero() && !x.Notice && Fold(x.Email) == Fold(r.Address) {
			return r, refuse("address", AddressTaken)
		}
	}
	return r, nil
}

// clearReproofs makes room for a new proposal: what can no longer be approved
// ends. It refuses with ProposalPending while one still can.
func (s *Service) clearReproofs(ctx context.Context, m *Member, a Account, now time.Time) ([]Write,
	error) {
	all, err := s.Store.Proposals(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	var writes []Write
	for _, p := range all {
		if p.State != ProposalWaits || !slices.Contains(ReproofKinds, p.Kind) {
			continue
		}
		if p.Standing(a, now) == StandingWaits {
			return nil, refuse("", ProposalPending)
		}
		writes = append(writes, EndProposals{a.ID, p.Kind, ProposalWithdrawn, m.ID, now})
	}
	return writes, nil
}

// showReproofs adds what was proposed on the ticket, for those who may review it. Nothing is decided
// where the ticket is out of the hands of Account Security, and one proposal waits at a time.
func (d *DeskTicket) showReproofs(m *Member, all []Proposal, now time.Time) {
	if !m.Role.Has(RightReview) {
		return
	}
	here := d.Ticket.Department == AccountSecurity && d.Ticket.Status != ticket.Closed
	d.Reproof = here
	for _, p := range all {
		if p.Ticket != d.Ticket.ID {
			continue
		}
		x := p.shown(m, d.Account, now)
		waits := x.Standing == StandingWaits
		x.Own, x.Approvable = x.Own && waits && here, x.Approvable && here
		d.Reproof = d.Reproof && !waits
		d.Reproofs = append(d.Reproofs, x)
	}
}

// reproofEvent is an audit line about a proposal on a ticket.
func (s *Service) reproofEvent(m *Member, kind EventKind, t Ticket, p Proposal) Event {
	e := s.ticketEvent(m, kind, t, s.Now())
	e.Data["action"], e.Data["proposed_by"] = string(p.Kind), p.By
	return e
}

// waitingReproof reads the ticket and the proposal with this id, which waits on it. It
// refuses with ProposalNone what is no such proposal, or is none any more: what a second
// person has read is not exchanged for something else meanwhile.
func (s *Service) waitingReproof(ctx context.Context, number, id string) (DeskTicket, Proposal,
	error) {
	d, err := s.reproofTicket(ctx, number)
	if err != nil {
		return d, Proposal{}, err
	}
	p, err := s.Store.Proposal(ctx, clean(id))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return d, p, fmt.Errorf("read proposal: %w", err)
	}
	if err != nil || p.Ticket != d.Ticket.ID || p.State != ProposalWaits ||
		!slices.Contains(ReproofKinds, p.Kind) {
		return d, p, refuse("", ProposalNone)
	}
	return d, p, nil
}

// ApproveReproof is the second person's yes to the proposal with this id: the
// factors or the address are replaced in one commit, every way in that was open
// ends, and every address that counted until then is told. It refuses with
// ProposalNone and as mayApprove does; of many who approve at once one succeeds.
func (s *Service) ApproveReproof(ctx context.Context, m *Member, number, id string) error {
	if err := s.allow(ctx, m, RightReview, "reproof.approve"); err != nil {
		return err
	}
	d, p, err := s.waitingReproof(ctx, number, id)
	if err != nil {
		return err
	}
	now := s.Now()
	writes, err := s.mayApprove(ctx, m, p, d.Account, now)
	if err != nil {
		return err
	}
	effect := s.removeFactors
	if p.Kind == ProposeAddress {
		effect = s.setAddress
	}
	more, err := effect(ctx, d.Account, p, now)
	if err != nil {
		return err
	}
	names, err := s.staffNames(ctx)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%s after re-proofing: proposed by %s, approved by %s. Checked: %s",
		reproofWords[p.Kind], names[p.By], m.Name, p.Reason)
	writes = append(append(writes, more...), endMailed(p.Account, now)...)
	writes = append(writes, EndSessions{Subject: p.Account, At: now},
		AddMessage{s.staffMessage(m, d.Ticket.ID, false, said)})
	return s.Store.Commit(ctx, s.reproofEvent(m, ReproofApproved, d.Ticket, p), writes...)
}

// removeFactors is the effect of ProposeFactor.
func (s *Service) removeFactors(ctx context.Context, a Account, _ Proposal, now time.Time) ([]Write,
	error) {
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	writes := []Write{DropCodes{a.ID}}
	for _, f := range factors {
		writes = append(writes, RemoveFactor{f.ID, a.ID, now}, ownChange(a.ID, Visitor{},
			Activity{At: now, Kind: twoFactorChanged, From: f.code()}))
	}
	mails, err := s.tell(ctx, a, notice.TwoFactorOff{At: now, ByStaff: true}, now)
	return append(writes, mails...), err
}

// setAddress is the effect of ProposeAddress: the new address takes the place of
// all others. Everybody who was told of changes until then is told of this one.
func (s *Service) setAddress(ctx context.Context, a Account, p Proposal, now time.Time) ([]Write,
	error) {
	all, err := s.addresses(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	var writes []Write
	for _, x := range all {
		if x.Until.IsZero() {
			writes = append(writes, RetireAddress{x.ID, a.ID, now})
		}
	}
	told := notice.EmailChanged{To: Mask(p.Target), At: now, ByStaff: true}
	for _, to := range recovery.Notified(all, now) {
		if Fold(to.Email) != Fold(p.Target) {
			writes = append(writes, s.mail(a, to.Email, told, time.Time{}))
		}
	}
	told.New = true
	return append(writes, AddAddress{Address{ID: token.ID(), Account: a.ID, Email: p.Target,
		Since: now, Origin: OriginStaff}}, s.mail(a, p.Target, told, time.Time{})), nil
}

// SendBackReproof declines a proposal with a reason, or takes back one's own.
func (s *Service) SendBackReproof(ctx context.Context, m *Member, number, id,
	reason string) error {
	if err := s.allow(ctx, m, RightReview, "reproof.send_back"); err != nil {
		return err
	}
	reason, err := checkReason("reason", reason)
	if err != nil {
		return err
	}
	d, p, err := s.waitingReproof(ctx, number, id)
	if err != nil {
		return err
	}
	said := reproofWords[p.Kind] + " is not done: " + reason
	return s.Store.Commit(ctx, s.reproofEvent(m, ReproofSentBack, d.Ticket, p),
		append(sendBack(m, p, reason, s.Now()),
			AddMessage{s.staffMessage(m, d.Ticket.ID, false, said)})...)
}
