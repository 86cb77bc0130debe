package guided

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"regain/security"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/token"
)

// requestData is what a stranger typed. It is sealed in the request's row.
type requestData struct {
	Identifier string `json:",omitempty"`
	Contact    string `json:",omitempty"`
	Message    string `json:",omitempty"`
	Link       string `json:",omitempty"` // the link to be renewed
	Visitor    security.Visitor
}

const (
	maxContact = 400
	codeLength = 8
)

// Request takes a typed username or address. It does the same for everybody:
// one sealed row, one answer. Whether there is such an account, and whether a
// mail goes out, is found out later by ResolveRequests, so that neither the
// answer nor its time tells (ASVS 6.3.8). The returned token belongs into the
// browser's cookie: the mailed code is good only together with it.
func (s *Service) Request(ctx context.Context, v security.Visitor, typed string) (string,
	error) {
	typed, err := security.TypedIdentifier("identifier", typed)
	if err != nil {
		return "", err
	}
	return s.putRequest(ctx, limits.RecoverAddress, RequestRecover,
		requestData{Identifier: typed, Visitor: v})
}

// ReportNoMailbox takes the words of somebody who cannot read the mail of their
// account any more. The answer is the same for everybody.
func (s *Service) ReportNoMailbox(ctx context.Context, v security.Visitor,
	typed, contact, message string) error {
	typed, err := security.TypedIdentifier("identifier", typed)
	if err != nil {
		return err
	}
	contact, err = security.Typed("contact", contact, maxContact, refusal.ContactMissing,
		refusal.ContactMissing)
	if err == nil && !reaches(contact) {
		err = security.Refuse("contact", refusal.ContactUnclear)
	}
	if err == nil {
		message, err = security.TypedMessage(message)
	}
	if err != nil {
		return err
	}
	_, err = s.putRequest(ctx, limits.NoMailbox, RequestNoMailbox, requestData{
		Identifier: typed, Contact: contact, Message: message, Visitor: v})
	return err
}

// reaches reports whether somebody could be written to or called at it: whatever stands around it, there
// is an address, or as many digits as the shortest telephone numbers have, in any script.
func reaches(contact string) bool {
	digits := 0
	for _, r := range contact {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	const fewest = 6
	return digits >= fewest ||
		slices.ContainsFunc(strings.Fields(identifier.Plain(contact)), func(word string) bool {
			name, domain, ok := strings.Cut(word, "@")
			return ok && name != "" && domain != ""
		})
}

// RenewLink is "send me a new link" on the page of a link that is over. The
// mail goes to the address on file, whoever pressed the button.
func (s *Service) RenewLink(ctx context.Context, v security.Visitor, tok string) (string, error) {
	l, err := s.Lockout.Link(ctx, tok)
	if err != nil {
		return "", err
	}
	return s.putRequest(ctx, limits.RecoverAddress, RequestRenew,
		requestData{Link: l.ID, Visitor: v})
}

func (s *Service) putRequest(ctx context.Context, l limits.Limit, kind RequestKind,
	d requestData) (string, error) {
	now := s.Now()
	if err := s.SpendFrom(ctx, l, d.Visitor.IP, now); err != nil {
		return "", err
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	id := token.OrderedID(now)
	r := Request{ID: id, Kind: kind, Sealed: s.Seal(security.PurposeRequest, id, plain), At: now,
		ExpiresAt: now.Add(s.Policy.CodeTTL)}
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: d.Visitor},
		audit.RecoveryRequested, now)
	if err := s.Store.Commit(ctx, e, PutRequest{r}); err != nil {
		return "", fmt.Errorf("store request: %w", err)
	}
	return s.Keys.Sign(security.PurposeRequest, id), nil
}

func requestCode(request, account string) string { return request + "/" + account }

// UseCode checks a typed code against the request that this browser made and
// begins the recovery. An unknown name, a wrong code and a request that was
// never resolved look the same.
func (s *Service) UseCode(ctx context.Context, v security.Visitor, requestToken,
	code string) (string, error) {
	if err := security.CheckCode(code, codeLength); err != nil {
		return "", err
	}
	id, ok := s.Keys.Open(security.PurposeRequest, requestToken)
	if !ok { // whatever the code is, it cannot be tried here
		return "", security.Refuse("code", refusal.CodeElsewhere)
	}
	now := s.Now()
	if err := s.SpendFrom(ctx, limits.CodeAddress, v.IP, now); err != nil {
		return "", err
	}
	r, err := s.Store.Request(ctx, id)
	if errors.Is(err, security.ErrNotFound) || err == nil && !limits.Alive(r.At, r.ExpiresAt, now) {
		return "", security.Refuse("code", refusal.CodeExpired)
	}
	if err != nil {
		return "", fmt.Errorf("read request: %w", err)
	}
	tries, err := s.Store.CountRequestTry(ctx, id, limits.MaxRequestTries)
	if errors.Is(err, security.ErrConflict) {
		return "", security.Refuse("code", refusal.CodeOver)
	}
	if err != nil {
		return "", fmt.Errorf("count try: %w", err)
	}
	for _, a := range r.Answers {
		if s.IsCode(security.PurposeRequest, requestCode(id, a.Account), code, a.Code) {
			return s.useCode(ctx, v, r, a.Account, now)
		}
	}
	return "", s.refuseCode(ctx, v, r, limits.MaxRequestTries-tries, now)
}

func (s *Service) useCode(ctx context.Context, v security.Visitor, r Request, account string,
	now time.Time) (string, error) {
	var session string
	err := security.Retry(ctx, func() error {
		again, err := s.Store.Request(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("read request again: %w", err)
		}
		if !again.EndedAt.IsZero() {
			return security.Refuse("code", refusal.CodeOver)
		}
		a, err := s.Store.Account(ctx, account)
		if err != nil {
			return fmt.Errorf("read account of code: %w", err)
		}
		session, err = s.Lockout.Begin(ctx, a, lockout.Shown{Visitor: v, Kind: audit.CodeUsed,
			Spent: []security.Write{SpendRequest{r.ID, now}}}, now)
		return err
	})
	return session, err
}

func (s *Service) refuseCode(ctx context.Context, v security.Visitor, r Request, left int,
	now time.Time) error {
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: v}, audit.CodeRefused,
		now)
	if len(r.Answers) == 1 {
		e.Account = r.Answers[0].Account
	}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record wrong code: %w", err)
	}
	if left <= 0 {
		return security.Refuse("code", refusal.CodeOver)
	}
	return security.Refuse("code", refusal.CodeWrong, fmt.Sprint(left))
}
