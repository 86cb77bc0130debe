package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/token"
)

// MaxOriginal is how long what is reported may be, in bytes.
const MaxOriginal = 10 << 20

// maxLink and maxShort are how long a link and a short value may be, in bytes.
const (
	maxLink  = 4096
	maxShort = 500
)

// What is a report as it comes in.
type What struct {
	Kind    Kind
	Via     Via
	Account string // id of the owner who reports; "" for a stranger
	From    string // address of who wrote by mail and is answered; "" for another way
	// Once is the same for the same report sent twice; "" for one that is told from no other.
	Once      string
	Said      string   // in the words of the reporter; may be empty
	Link, Job string   // the link; link or id of the job or the person
	Asked     []string // some of AskedFor
	Original  []byte   // a mail as a file or pasted, or the text of a message; may be empty
	File      string   // name of the file; "" for what was pasted
	Files     []security.File
	// Bring takes more files, when it is known that the report was not sent before; nil for none.
	Bring func(context.Context) ([]security.File, error)
	// Answers sets From in the end, when nothing is left that may fail; nil where it is known.
	Answers func(context.Context) (string, error)
}

// Taken is what becomes of a report.
type Taken struct {
	Report   Report
	Campaign Campaign  // that it belongs to now
	NextWord time.Time // by when Trust & Safety looks at it
	Again    bool      // it was sent before: nothing is new
	Reasons  []Reason  // for what is known at once; none when it was sent before
	Gathered bool      // so many strangers report that it has no campaign of its own
}

// Take keeps what somebody reports: the report, what was reported, byte for byte, and the campaign
// that it joins or opens, in one commit. It says what is known at once. It refuses with WhatUnknown,
// ReportEmpty, ReportLong, LinkLong or MessageLong, and more than the budgets of limits with
// TooManyRequests; mail is never refused for its number.
func (s *Service) Take(ctx context.Context, by security.Actor, w What) (Taken, error) {
	w, err := w.checked()
	if err != nil {
		return Taken{}, err
	}
	now := s.Now()
	r := Report{ID: token.OrderedID(now)}
	if w.Once != "" {
		r.ID = s.Keys.Digest("report", w.Once)
		if t, err := s.taken(ctx, r.ID); !errors.Is(err, security.ErrNotFound) {
			return t, err
		}
	}
	if err := s.spend(ctx, by, w, now); err != nil {
		return Taken{}, err
	}
	facts, err := s.judged(ctx, w)
	if err != nil {
		return Taken{}, err
	}
	if w.Bring != nil {
		more, err := w.Bring(ctx)
		if err != nil {
			return Taken{}, err
		}
		w.Files = append(w.Files, more...)
	}
	if w.Answers != nil {
		if w.From, err = w.Answers(ctx); err != nil {
			return Taken{}, err
		}
	}
	if err := s.describe(ctx, &r, by, w, facts, now); err != nil {
		return Taken{}, err
	}
	parts, err := s.cut(r.ID, w.Original)
	if err != nil {
		return Taken{}, err
	}
	for _, p := range parts {
		r.Kept += int64(len(p.(PutOriginal).Sealed))
	}
	if fits, err := s.Space.Fits(ctx, r.Kept, w.Account == "", now); err != nil {
		return Taken{}, err
	} else if !fits {
		r.Kept, parts = 0, nil
	}
	r.Keys = keysOf(w, facts)
	h := hand{Service: s, by: by, report: r, parts: parts, files: w.Files}
	var t Taken
	err = security.Retry(ctx, func() error {
		t, err = h.put(ctx, now)
		return err
	})
	if !t.Again {
		t.Reasons = facts.Reasons
	}
	return t, err
}

// taken is what became of a report that was sent before.
func (s *Service) taken(ctx context.Context, id string) (t Taken, err error) {
	t.Again = true
	if t.Report, err = s.Protect.Report(ctx, id); err != nil {
		return t, err
	}
	if t.Campaign, err = s.Protect.Campaign(ctx, t.Report.Campaign); err != nil {
		return t, fmt.Errorf("read campaign: %w", err)
	}
	k, err := s.Store.Ticket(ctx, t.Campaign.Ticket)
	if err != nil {
		return t, fmt.Errorf("read ticket of campaign: %w", err)
	}
	t.NextWord, _ = k.NextWord(s.Now())
	return t, nil
}

// checked is the report with texts that can be kept.
func (w What) checked() (What, error) {
	if !slices.Contains(Kinds, w.Kind) {
		return w, security.Refuse("kind", refusal.WhatUnknown)
	}
	if len(w.Original) > MaxOriginal {
		return w, security.Refuse("file", refusal.ReportLong, strconv.Itoa(MaxOriginal>>20))
	}
	if len(w.Link) > maxLink || len(w.Job) > maxLink {
		return w, security.Refuse("link", refusal.LinkLong)
	}
	w.Said, w.Link, w.Job = security.Clean(w.Said), security.Clean(w.Link), security.Clean(w.Job)
	if w.Said != "" {
		if _, err := security.TypedMessage(w.Said); err != nil {
			return w, err
		}
	}
	if w.Said+w.Link+w.Job == "" && len(w.Original) == 0 {
		return w, security.Refuse("message", refusal.ReportEmpty)
	}
	w.File = short(w.File)
	w.Asked = slices.DeleteFunc(slices.Clone(w.Asked),
		func(code string) bool { return !slices.Contains(AskedFor, code) })
	return w, nil
}

// short is the beginning of a text that others have written.
func short(text string) string {
	text = security.Clean(text)
	if len(text) > maxShort {
		text = security.Clean(text[:maxShort])
	}
	return text
}

// spend takes the report out of what somebody may report in a time. Who a mail is from anybody can
// write: what comes by mail is kept however much it is.
func (s *Service) spend(ctx context.Context, by security.Actor, w What, now time.Time) error {
	switch {
	case w.Via == ViaMail:
		return nil
	case w.Account != "":
		return s.Spend(ctx, limits.ReportAccount, w.Account, now)
	}
	return s.SpendFrom(ctx, limits.ReportAddress, by.IP, now)
}

// judged is what is known at once.
func (s *Service) judged(ctx context.Context, w What) (Facts, error) {
	switch {
	case w.Kind == Mail && len(w.Original) > 0:
		return s.mailFacts(ctx, w.Original)
	case w.Link != "":
		return s.textFacts(ctx, w.Link)
	case len(w.Original) > 0:
		return s.textFacts(ctx, string(w.Original))
	}
	return s.textFacts(ctx, w.Job)
}

// describe fills in the report.
func (s *Service) describe(ctx context.Context, r *Report, by security.Actor, w What, f Facts,
	now time.Time) (err error) {
	if r.Number, err = s.Number(ctx, "report", "R-"); err != nil {
		return err
	}
	r.Account, r.Kind, r.Via, r.At = w.Account, w.Kind, w.Via, now
	r.Said, r.Link, r.Job, r.Asked, r.File = w.Said, w.Link, w.Job, w.Asked, w.File
	r.Subject, r.Sender = short(f.Subject), short(f.Sender)
	r.Verdict = f.Verdict
	for _, x := range f.Signed {
		r.Signed = append(r.Signed, string(x.State)+" "+short(x.Domain))
	}
	for _, why := range f.Reasons {
		r.Reasons = append(r.Reasons, why.Code)
	}
	if r.Size = int64(len(w.Original)); r.Size > 0 {
		sum := sha256.Sum256(w.Original)
		r.Digest = hex.EncodeToString(sum[:])
	}
	r.Reporter = s.reporter(by, w)
	if w.Account == "" && w.From != "" {
		r.Address = s.Seal(security.PurposeReport, r.ID, []byte(w.From))
	}
	return nil
}

// reporter is who reports, as a keyed digest: two of one network count as one.
func (s *Service) reporter(by security.Actor, w What) string {
	who := "from\n" + security.Networks(by.IP)[0].Key
	switch {
	case w.Account != "":
		who = "account\n" + w.Account
	case w.From != "":
		who = "mail\n" + w.From
	}
	return s.Keys.Digest("reporter", who)
}

// event is the audit line of a report. It names nobody whom a stranger chose.
func (s *Service) event(by security.Actor, r Report, c Campaign, now time.Time) security.Event {
	e := s.Event(by, audit.ReportTaken, now)
	e.Account = r.Account
	e.Data = map[string]string{"report": r.Number, "campaign": c.Number, "kind": string(r.Kind),
		"via": string(r.Via)}
	return e
}
