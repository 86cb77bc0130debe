package security

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

// requestData is what a stranger typed. It is sealed in the request's row.
type requestData struct {
	Identifier string `json:",omitempty"`
	Contact    string `json:",omitempty"`
	Message    string `json:",omitempty"`
	Link       string `json:",omitempty"` // the link to be renewed
	Visitor    Visitor
}

const (
	purposeRequest = "request"
	maxIdentifier  = 320
	maxContact     = 400
	maxMessage     = 4000
	codeLength     = 8
)

// Request takes a typed username or address. It does the same for everybody:
// one sealed row, one answer. Whether there is such an account, and whether a
// mail goes out, is found out later by ResolveRequests, so that neither the
// answer nor its time tells (ASVS 6.3.8). The returned token belongs into the
// browser's cookie: the mailed code is good only together with it.
func (s *Service) Request(ctx context.Context, v Visitor, identifier string) (string, error) {
	identifier, err := checkIdentifier(identifier)
	if err != nil {
		return "", err
	}
	return s.putRequest(ctx, limitRecoverAddress, RequestRecover,
		requestData{Identifier: identifier, Visitor: v})
}

// ReportNoMailbox takes the words of somebody who cannot read the mail of their
// account any more. The answer is the same for everybody.
func (s *Service) ReportNoMailbox(ctx context.Context, v Visitor,
	identifier, contact, message string) error {
	identifier, err := checkIdentifier(identifier)
	if err != nil {
		return err
	}
	contact, message = clean(contact), clean(message)
	switch {
	case contact == "" || utf8.RuneCountInString(contact) > maxContact:
		return refuse("contact", ContactMissing)
	case message == "":
		return refuse("message", MessageMissing)
	case utf8.RuneCountInString(message) > maxMessage:
		return refuse("message", MessageLong, fmt.Sprint(maxMessage))
	}
	_, err = s.putRequest(ctx, limitNoMailbox, RequestNoMailbox, requestData{
		Identifier: identifier, Contact: contact, Message: message, Visitor: v})
	return err
}

// RenewLink is "send me a new link" on the page of a link that is over. The
// mail goes to the address on file, whoever pressed the button.
func (s *Service) RenewLink(ctx context.Context, v Visitor, tok string) (string, error) {
	l, err := s.link(ctx, tok)
	if err != nil {
		return "", err
	}
	return s.putRequest(ctx, limitRecoverAddress, RequestRenew, requestData{Link: l.ID, Visitor: v})
}

// clean makes text that somebody typed fit to be kept: valid UTF-8 without anything
// forbidden but line breaks and tabs, and without space around it.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if forbidden(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}

func checkIdentifier(identifier string) (string, error) {
	identifier = clean(identifier)
	if identifier == "" {
		return "", refuse("identifier", IdentifierEmpty)
	}
	if len(identifier) > maxIdentifier {
		return "", refuse("identifier", IdentifierLong)
	}
	return identifier, nil
}

func (s *Service) putRequest(ctx context.Context, l Limit, kind RequestKind,
	d requestData) (string, error) {
	now := s.Now()
	if err := s.spend(ctx, l, network(d.Visitor.IP), now); err != nil {
		return "", err
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	id := token.OrderedID(now)
	r := Request{ID: id, Kind: kind, Sealed: s.seal(purposeRequest, id, plain), At: now,
		ExpiresAt: now.Add(s.Policy.CodeTTL)}
	e := s.event(Actor{ByStranger, "", d.Visitor}, RecoveryRequested, now)
	if err := s.Store.Commit(ctx, e, PutRequest{r}); err != nil {
		return "", fmt.Errorf("store request: %w", err)
	}
	return s.Keys.Sign(purposeRequest, id), nil
}

// ResolveRequests works through what strangers typed and queues the mails and
// tickets that follow. It returns how many requests it dealt with; more may
// wait. One that fails keeps none of the others waiting, is tried again, and is
// closed unanswered when its time is over. Two workers may run it at once.
func (s *Service) ResolveRequests(ctx context.Context) (int, error) {
	open, err := s.Store.UnresolvedRequests(ctx, 50)
	if err != nil {
		return 0, fmt.Errorf("read requests: %w", err)
	}
	var failed []error
	for _, r := range open {
		err := s.turn(ctx, r)
		if err == nil || errors.Is(err, ErrConflict) {
			continue
		}
		failed = append(failed, fmt.Errorf("resolve request: %w", err))
		if now := s.Now(); !now.Before(r.ExpiresAt) {
			failed = append(failed, s.closeRequest(ctx, r, nil, nil, now))
		}
	}
	return len(open) - len(failed), errors.Join(failed...)
}

// turn resolves the request unless another worker is at it: the budgets that the
// answer takes are spent once, by whoever gets to answer.
func (s *Service) turn(ctx context.Context, r Request) error {
	wait, err := s.Store.Spend(ctx, resolveTurn, r.ID, s.Now())
	if wait > 0 || err != nil {
		return err
	}
	return s.resolve(ctx, r)
}

func (s *Service) resolve(ctx context.Context, r Request) error {
	now := s.Now()
	var d requestData
	plain, err := s.unseal(purposeRequest, r.ID, r.Sealed)
	if err == nil {
		err = json.Unmarshal(plain, &d)
	}
	if err != nil { // sealed under a key that is gone: nobody can answer it any more
		return s.closeRequest(ctx, r, nil, nil, now)
	}
	accounts, err := s.meant(ctx, d, now)
	if err != nil {
		return err
	}
	if r.Kind == RequestNoMailbox {
		return s.resolveNoMailbox(ctx, r, d, accounts, now)
	}
	var writes []Write
	var told []string
	for _, a := range accounts {
		w, err := s.answerRequest(ctx, r, a, now)
		if err != nil {
			return err
		}
		if len(w) > 0 {
			told, writes = append(told, a.ID), append(writes, w...)
		}
	}
	return s.closeRequest(ctx, r, told, writes, now)
}

func (s *Service) closeRequest(ctx context.Context, r Request, accounts []string, writes []Write,
	now time.Time) error {
	e := s.event(Actor{Kind: BySystem}, RequestResolved, now)
	if len(accounts) == 1 {
		e.Account = accounts[0]
	}
	return s.Store.Commit(ctx, e, append([]Write{ResolveRequest{r.ID, accounts, now}}, writes...)...)
}

// meant finds the open accounts that a request is about.
func (s *Service) meant(ctx context.Context, d requestData, now time.Time) ([]Account, error) {
	if d.Link != "" {
		l, err := s.Store.Link(ctx, d.Link)
		if err != nil {
			return nil, fmt.Errorf("read link: %w", err)
		}
		a, err := s.Store.Account(ctx, l.Account)
		if a.Closed || err != nil {
			return nil, err
		}
		return []Account{a}, nil
	}
	found, err := s.lookUp(ctx, d.Identifier, now)
	if err != nil {
		return nil, fmt.Errorf("look up identifier: %w", err)
	}
	open := found[:0]
	for _, a := range found {
		if !a.Closed {
			open = append(open, a)
		}
	}
	return open, nil
}

// answerRequest queues the mail with the link and the code for one account. A
// link that still lives is mailed again, so that a stranger who types the name
// cannot kill it; and one recipient gets only so many mails.
func (s *Service) answerRequest(ctx context.Context, r Request, a Account, now time.Time) ([]Write,
	error) {
	all, err := s.addresses(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	to, ok := recovery.ProofAddress(all, now)
	if !ok {
		return nil, nil
	}
	if err := s.spend(ctx, limitMailsRecipient, Fold(to.Email), now); err != nil {
		if _, ok := errors.AsType[*Refusal](err); ok {
			return nil, nil
		}
		return nil, err
	}
	l, err := s.Store.LiveLink(ctx, a.ID)
	var writes []Write
	if errors.Is(err, ErrNotFound) || err == nil && !worthMailing(l, to.ID, now) {
		l = s.newLink(a, to.ID, LinkRequested, now)
		writes = append(writes, EndLinks{a.ID, LinkReplaced, now}, MakeLink{l})
	} else if err != nil {
		return nil, fmt.Errorf("read live link: %w", err)
	}
	mail := notice.RecoveryLink{Link: l.ID, LinkExpires: l.ExpiresAt, Locked: a.Locked(), At: r.At,
		Request: requestCode(r.ID, a.ID), CodeExpires: r.ExpiresAt}
	return append(writes, s.mail(a, to.Email, mail, l.ExpiresAt)), nil
}

// worthMailing reports whether a live link may be mailed again: it goes to the
// same address and is not about to expire in the reader's hands.
func worthMailing(l Link, address string, now time.Time) bool {
	margin := min(5*time.Minute, l.ExpiresAt.Sub(l.MadeAt)/2)
	return l.Address == address && now.Add(margin).Before(l.ExpiresAt)
}

func requestCode(request, account string) string { return request + "/" + account }

// TypedCode is the code that a mail prints for the id in notice.RecoveryLink.
func (s *Service) TypedCode(id string) string {
	return token.FormatCode(s.Keys.Code(purposeRequest, id, codeLength))
}

// UseCode checks a typed code against the request that this browser made and
// begins the recovery. An unknown name, a wrong code and a request that was
// never resolved look the same.
func (s *Service) UseCode(ctx context.Context, v Visitor, requestToken, code string) (string,
	error) {
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, limitCodeAddress, network(v.IP), now); err != nil {
		return "", err
	}
	id, ok := s.Keys.Open(purposeRequest, requestToken)
	if !ok {
		return "", refuse("code", CodeExpired)
	}
	r, err := s.Store.Request(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !now.Before(r.ExpiresAt) {
		return "", refuse("code", CodeExpired)
	}
	if err != nil {
		return "", fmt.Errorf("read request: %w", err)
	}
	tries, err := s.Store.CountRequestTry(ctx, id, maxRequestTries)
	if errors.Is(err, ErrConflict) {
		return "", refuse("code", CodeOver)
	}
	if err != nil {
		return "", fmt.Errorf("count try: %w", err)
	}
	for _, account := range r.Accounts {
		if token.SameCode(code, s.Keys.CodeAll(purposeRequest, requestCode(id, account), codeLength)...) {
			return s.useCode(ctx, v, r, account, now)
		}
	}
	return "", s.refuseCode(ctx, v, r, maxRequestTries-tries, now)
}

func (s *Service) useCode(ctx context.Context, v Visitor, r Request, account string,
	now time.Time) (string, error) {
	var session string
	err := retry(ctx, func() error {
		again, err := s.Store.Request(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("read request again: %w", err)
		}
		if !again.EndedAt.IsZero() {
			return refuse("code", CodeOver)
		}
		a, err := s.Store.Account(ctx, account)
		if err != nil {
			return fmt.Errorf("read account of code: %w", err)
		}
		session, err = s.begin(ctx, a, v, now, CodeUsed, SpendRequest{r.ID, now})
		return err
	})
	return session, err
}

func (s *Service) refuseCode(ctx context.Context, v Visitor, r Request, left int,
	now time.Time) error {
	e := s.event(Actor{ByStranger, "", v}, CodeRefused, now)
	if len(r.Accounts) == 1 {
		e.Account = r.Accounts[0]
	}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record wrong code: %w", err)
	}
	if left <= 0 {
		return refuse("code", CodeOver)
	}
	return refuse("code", CodeWrong, fmt.Sprint(left))
}

// resolveNoMailbox opens a ticket for staff review on each account that is
// meant, or adds to the one that waits already, and tells every address of the
// account once, so that nobody takes it in silence. Who wrote is not known.
func (s *Service) resolveNoMailbox(ctx context.Context, r Request, d requestData,
	accounts []Account, now time.Time) error {
	var writes []Write
	var told []string
	said := remark{saidNoMailbox, []string{d.Contact, d.Message}}
	for _, a := range accounts {
		if err := s.spend(ctx, limitReview, a.ID, now); err != nil {
			if _, ok := errors.AsType[*Refusal](err); ok {
				continue
			}
			return err
		}
		w, number, err := s.joinTicket(ctx, newTicket(TicketNoMailbox, a),
			s.remark("", said, now))
		if err != nil {
			return err
		}
		mails, err := s.tellOfReview(ctx, a, w, number, now)
		if err != nil {
			return err
		}
		told, writes = append(told, a.ID), append(append(writes, w...), mails...)
	}
	return s.closeRequest(ctx, r, told, writes, now)
}

// tellOfReview queues the notice of a review, if the writes have anything new.
func (s *Service) tellOfReview(ctx context.Context, a Account, writes []Write, number string,
	now time.Time) ([]Write, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	return s.tell(ctx, a, notice.ReviewRequested{Ticket: number, At: now,
		NextWord: now.Add(ServiceLevel)}, now)
}
