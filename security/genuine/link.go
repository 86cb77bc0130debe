package genuine

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"regain/security"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/weblink"
)

// MaxLinkText is how much somebody may paste to have its links judged, in characters.
const MaxLinkText = 4000

// CheckLink takes what somebody pasted, a link or a text with links in it, and looks whether JudgeLinks
// can judge it. It refuses with LinkMissing, LinkLong, LinkNone or TooManyRequests. Nothing of it is
// kept, and nothing is fetched.
func (s *Service) CheckLink(ctx context.Context, v security.Visitor, pasted string) error {
	// It is not cleaned as other text is: what does not show is part of what fools.
	switch text := strings.TrimSpace(pasted); {
	case text == "":
		return security.Refuse("link", refusal.LinkMissing)
	case utf8.RuneCountInString(text) > MaxLinkText:
		return security.Refuse("link", refusal.LinkLong, strconv.Itoa(MaxLinkText))
	case len(s.Links.Find(text)) == 0:
		return security.Refuse("link", refusal.LinkNone)
	}
	return s.SpendFrom(ctx, limits.Links, v.IP, s.Now())
}

// JudgeLinks judges every link of a text that CheckLink let pass, in their order.
func (s *Service) JudgeLinks(ctx context.Context, text string) ([]weblink.Answer, error) {
	bad, err := s.BadHosts(ctx, s.Links.Find(text))
	if err != nil {
		return nil, err
	}
	return s.Links.Text(text, bad), nil
}

// BadHosts are those hosts of links that were reported and confirmed, for weblink.Judge.
func (s *Service) BadHosts(ctx context.Context, links []string) (weblink.Bad, error) {
	if s.Bad == nil {
		return nil, nil
	}
	var names []string
	for _, link := range links {
		names = append(names, weblink.Names(link)...)
	}
	known, err := s.Bad(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("look for bad hosts: %w", err)
	}
	bad := weblink.Bad{}
	for _, name := range known {
		bad[name] = true
	}
	return bad, nil
}
