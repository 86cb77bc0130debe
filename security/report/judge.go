package report

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regain/security/mailproof"
	"regain/security/weblink"
)

// Facts are what is known of what was reported, at once.
type Facts struct {
	Verdict string   // a code of mailproof.Verdict or of weblink.Verdict; "" when nothing is known
	Reasons []Reason // the one for the verdict first
	Subject string
	Sender  string // as the mail says it
	Signed  []mailproof.Signature
	Signers []string // domains whose DKIM signature was verified, but for our own
	Hosts   []Host   // that links lead to
	Body    string   // its text
}

// Reason is a code, and the host or domain that it is about.
type Reason struct{ Code, About string }

// Host is where a link leads to.
type Host struct {
	Name     string // weblink.Key of the link
	Site     string // the registrable domain that it belongs to; its name where there is none
	Path     string // of the link, without what stands behind "?"
	Ours     bool
	Imitates bool // it looks like one of ours
}

// mailFacts reads a mail as it came.
func (s *Service) mailFacts(ctx context.Context, raw []byte) (Facts, error) {
	l, err := mailproof.Read(raw)
	if err != nil {
		return Facts{}, nil // what cannot be read is taken nevertheless
	}
	a, err := s.Genuine.JudgeMail(ctx, raw, l)
	if err != nil {
		return Facts{}, fmt.Errorf("judge mail: %w", err)
	}
	f := Facts{Verdict: string(a.Verdict), Subject: a.Letter.Subject, Body: a.Letter.Text}
	for _, r := range a.Reasons {
		f.Reasons = append(f.Reasons, Reason(r))
	}
	if from := a.Letter.Author; len(from) > 0 {
		f.Sender = from[0].Address
	}
	f.Signed = a.Signed
	for _, x := range a.Signed {
		if x.State == mailproof.SignatureValid && !s.Genuine.Links.Ours.Has(x.Domain) {
			f.Signers = append(f.Signers, x.Domain)
		}
	}
	for _, k := range a.Links {
		f.Hosts = s.lead(f.Hosts, k.URL, s.Genuine.Links.Link(k.URL, nil))
	}
	return f, nil
}

// textFacts reads a message or a link.
func (s *Service) textFacts(ctx context.Context, text string) (Facts, error) {
	f := Facts{Body: text}
	links := s.Genuine.Links.Find(text)
	bad, err := s.Genuine.BadHosts(ctx, links)
	if err != nil {
		return f, err
	}
	answers := make([]weblink.Answer, len(links))
	for i, link := range links {
		answers[i] = s.Genuine.Links.Link(link, bad)
		f.Hosts = s.lead(f.Hosts, link, answers[i])
		for _, r := range answers[i].Reasons {
			if why := (Reason{Code: string(r)}); !slices.Contains(f.Reasons, why) {
				f.Reasons = append(f.Reasons, why)
			}
		}
	}
	if len(answers) > 0 {
		f.Verdict = string(weblink.Worst(answers))
	}
	return f, nil
}

// lead adds where a link leads.
func (s *Service) lead(all []Host, link string, a weblink.Answer) []Host {
	name := weblink.Key(link)
	if name == "" {
		return all
	}
	h := Host{Name: name, Site: a.Domain, Ours: s.Genuine.Links.Ours.Has(a.Host),
		Imitates: a.Like != "" && a.Verdict == weblink.NotOurs}
	if h.Site == "" {
		h.Site = name
	}
	if u, err := url.Parse(strings.TrimSpace(link)); err == nil {
		h.Path = u.Path
	}
	if slices.Contains(all, h) {
		return all
	}
	return append(all, h)
}
