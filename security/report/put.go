package report

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/ticket"
	"regain/security/token"
)

// manyReporters is from how many different ones on a campaign has the high priority.
const manyReporters = 5

// hand is a report on its way into the database.
type hand struct {
	*Service
	by     security.Actor
	report Report
	keys   []string
	parts  []security.Write
	files  []security.File
	// gather says that strangers have opened so many campaigns lately that this one opens none.
	// It is asked once, however often the commit is tried.
	gather, asked bool
}

// put is one attempt to keep the report.
func (h *hand) put(ctx context.Context, now time.Time) (Taken, error) {
	if t, err := h.taken(ctx, h.report.ID); !errors.Is(err, security.ErrNotFound) {
		return t, err
	}
	home, over, err := h.home(ctx, h.keys)
	if err != nil {
		return Taken{}, err
	}
	if home.Campaign.ID != "" {
		return h.join(ctx, home, now)
	}
	keys, mixed := h.keys, false
	if crowded, err := h.crowded(ctx, now); err != nil {
		return Taken{}, err
	} else if crowded {
		mixed = true
		keys = []string{"rest:" + now.Format(time.DateOnly)}
		if home, over, err = h.home(ctx, keys); err != nil {
			return Taken{}, err
		}
		if home.Campaign.ID != "" {
			return h.join(ctx, home, now)
		}
	}
	return h.open(ctx, keys, over, mixed, now)
}

// crowded spends one campaign of a stranger. Beyond the budget their reports gather in one a day, so
// that nobody floods the queue, and nothing is lost.
func (h *hand) crowded(ctx context.Context, now time.Time) (bool, error) {
	if h.asked || h.report.Account != "" {
		return h.gather, nil
	}
	err := h.Spend(ctx, limits.Campaigns, "", now)
	var refused *security.Refusal
	if h.gather = errors.As(err, &refused) && refused.Code == refusal.TooManyRequests; h.gather {
		err = nil
	}
	h.asked = err == nil
	return h.gather, err
}

// home is the campaign that takes in what has one of the keys.
type home struct {
	Campaign Campaign
	Ticket   security.Ticket
	Key      string
}

// home finds where a report belongs, by the surest of its keys; over says which campaigns that are
// over still have keys of it.
func (h *hand) home(ctx context.Context, keys []string) (at home, over map[string]string, err error) {
	known, err := h.Protect.KeysTaken(ctx, keys)
	if err != nil {
		return at, nil, fmt.Errorf("find campaigns: %w", err)
	}
	over = map[string]string{}
	for _, key := range keys {
		i := slices.IndexFunc(known, func(k Key) bool { return k.Key == key })
		if i < 0 {
			continue
		}
		c, err := h.Protect.Campaign(ctx, known[i].Campaign)
		if err != nil {
			return at, nil, fmt.Errorf("read campaign: %w", err)
		}
		t, err := h.Store.Ticket(ctx, c.Ticket)
		if err != nil {
			return at, nil, fmt.Errorf("read ticket of campaign: %w", err)
		}
		if t.Status != ticket.Closed {
			return home{c, t, key}, nil, nil
		}
		over[key] = c.ID
	}
	return at, over, nil
}

// join adds the report to a campaign. Its keys stay its own: were they added, whoever writes a mail
// could make a campaign swallow what others report.
func (h *hand) join(ctx context.Context, at home, now time.Time) (Taken, error) {
	r, c, t := h.report, at.Campaign, at.Ticket
	r.Campaign, r.Joined = c.ID, at.Key
	due := now.Add(ticket.Level(t.Topic))
	join := JoinCampaign{ID: c.ID, Key: at.Key, Reporter: r.Reporter, At: now}
	if c.Reporters < manyReporters {
		join.Few = c.Reporters // of those who come at once, one has to see that they are many
	}
	writes := []security.Write{join, AddReport{r}}
	writes = append(append(writes, h.parts...), h.brings(t.ID)...)
	if t.Status.Settled() {
		writes = append(writes, casework.AddMessage{Message: h.Remark(t.ID, security.Remark{
			Kind: security.SaidReportedAgain, Args: []string{r.Number}}, now)})
	} else if t.Status.Owing() && t.DueAt.Before(due) {
		due = t.DueAt
	}
	writes = append(writes, casework.WakeTicket{ID: t.ID, DueAt: now.Add(ticket.Level(t.Topic))})
	if c.Reporters+1 >= manyReporters && t.Priority != security.PriorityHigh {
		writes = append(writes, casework.RaiseTicket{Ticket: t.ID})
	}
	if err := h.Store.Commit(ctx, h.event(h.by, r, c, now), writes...); err != nil {
		return Taken{}, err
	}
	c.Reports, c.LastAt = c.Reports+1, now
	return Taken{Report: r, Campaign: c, NextWord: due, Gathered: h.gather}, nil
}

// brings puts the files that came with the report on it, for which it stands like a message.
func (h *hand) brings(ticket string) (writes []security.Write) {
	for _, f := range h.files {
		writes = append(writes, casework.PutFile{File: f, Ticket: ticket, Message: h.report.ID})
	}
	return writes
}

// open makes a campaign of the report, with its ticket.
func (h *hand) open(ctx context.Context, keys []string, over map[string]string, mixed bool,
	now time.Time) (Taken, error) {
	r := h.report
	c, t, err := h.OpenFor(ctx, r, nameOf(r, keys), now)
	if err != nil {
		return Taken{}, err
	}
	r.Campaign, c.Mixed = c.ID, mixed
	writes := []security.Write{OpenCampaign{c}}
	for _, key := range keys {
		writes = append(writes, ClaimKey{Key: Key{key, c.ID, now}, From: over[key]})
	}
	writes = append(append(writes, AddReport{r}), h.parts...)
	writes = append(writes, casework.OpenTicket{Ticket: t}, casework.AddMessage{Message: h.Remark(t.ID,
		security.Remark{Kind: security.SaidReported, Args: []string{string(r.Kind), r.Number,
			c.Number}}, now)})
	writes = append(writes, h.brings(t.ID)...)
	if err := h.Store.Commit(ctx, h.event(h.by, r, c, now), writes...); err != nil {
		return Taken{}, err
	}
	return Taken{Report: r, Campaign: c, NextWord: t.DueAt, Gathered: h.gather}, nil
}

// OpenFor is a campaign of one report, and its ticket, which are not kept yet. name is by what staff
// know it.
func (s *Service) OpenFor(ctx context.Context, r Report, name string, now time.Time) (c Campaign,
	t security.Ticket, err error) {
	c = Campaign{ID: token.OrderedID(now), Kind: r.Kind, FirstAt: r.At, LastAt: r.At, Reports: 1,
		Reporters: 1, Version: 1, Name: name}
	if c.Number, err = s.Number(ctx, "campaign", "P-"); err != nil {
		return c, t, err
	}
	t = security.NewTicket(CampaignTicket, security.Account{}, subject(c), c.Number)
	if t.Number, err = s.Number(ctx, "ticket", "T-"); err != nil {
		return c, t, err
	}
	t.ID, t.OpenedAt, t.Status, t.Topic = token.OrderedID(now), now, ticket.Open, topic(r)
	t.DueAt = now.Add(ticket.Level(t.Topic))
	c.Ticket = t.ID
	return c, t, nil
}

// topic decides how soon somebody looks. A job or a person is not as urgent, unless a password was
// asked for.
func topic(r Report) string {
	if (r.Kind == Job || r.Kind == Person) && !slices.Contains(r.Asked, "password") {
		return ticket.Usual
	}
	return ticket.Phishing
}

// nameOf is by what staff know a campaign: the host or the domain among its keys, or what was given
// as the job.
func nameOf(r Report, keys []string) string {
	for _, key := range keys {
		if kind, name, _ := strings.Cut(key, ":"); kind == "host" || kind == "dkim" {
			return short(name)
		}
	}
	return short(r.Job)
}

// subject is what the ticket of a campaign is about.
func subject(c Campaign) string {
	if c.Name == "" {
		return string(c.Kind)
	}
	return string(c.Kind) + " — " + c.Name
}

// partSize is how much of an original is sealed at once, in bytes.
const partSize = 192 << 10

// cut compresses an original, and seals it in parts.
func (s *Service) cut(id string, raw []byte) ([]security.Write, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress original: %w", err)
	}
	var parts []security.Write
	for chunk := range slices.Chunk(packed.Bytes(), partSize) {
		of := id + "." + strconv.Itoa(len(parts))
		parts = append(parts, PutOriginal{ID: of, Report: id, Part: len(parts),
			Sealed: s.Seal(security.PurposeOriginal, of, chunk)})
	}
	return parts, nil
}

// ErrDamaged says that what was reported cannot be read back as it came.
var ErrDamaged = errors.New("original is damaged")

// original reads back what was reported, byte for byte; empty when there is nothing.
func (s *Service) original(ctx context.Context, r Report) ([]byte, error) {
	parts, err := s.Protect.Original(ctx, r.ID)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	var packed bytes.Buffer
	for _, p := range parts {
		chunk, err := s.Unseal(security.PurposeOriginal, p.ID, p.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open original: %w", err)
		}
		packed.Write(chunk)
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(&packed), MaxOriginal+1))
	if err != nil {
		return nil, fmt.Errorf("unpack original: %w", err)
	}
	if int64(len(raw)) != r.Size {
		return nil, ErrDamaged
	}
	return raw, nil
}
