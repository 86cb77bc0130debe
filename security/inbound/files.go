package inbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"regain/security"
	"regain/security/attach"
	"regain/security/mailproof"
)

// fileTries is how often a depot that is away is asked before a mail goes on without its files.
// With backoff these are some twenty minutes.
const fileTries = 8

// bring takes the files of a letter that came with a mail, for its report or its message number n: no
// more than a form may bring. What is of no type that is taken, too large, or more than there is room for
// is left out, and what the scanner says of the rest is seen later. A mail that is read again, because
// whoever read it was killed or failed, takes none of them twice.
func (s *Service) bring(ctx context.Context, x arrived, l *mailproof.Letter, n int, account string) (
	brought []security.File, err error) {
	if !s.Attach.On() {
		return nil, nil
	}
	for i, f := range l.Files {
		if len(brought) == attach.MaxFiles {
			break
		}
		content, ok := l.Content(i, attach.MaxSize+1)
		if !ok {
			continue
		}
		from := attach.Holder{Key: fmt.Sprintf("mail\n%s\n%d\n%d", x.ID, n, i), Account: account,
			Budget: strings.ToLower(x.From), Mail: true, Again: x.Attempts > 1}
		a, err := s.Attach.TakeOnce(ctx, security.Actor{Kind: security.ByStranger}, from, f.Name,
			bytes.NewReader(content))
		switch {
		case err == nil && a.State.HasBytes():
			brought = append(brought, security.File{ID: a.ID, Holder: from.Key})
		case err == nil:
		case errors.Is(err, attach.ErrDepot):
			if x.Attempts < fileTries { // what refuses it on a page is no answer to a mail
				return nil, fmt.Errorf("take file of mail: %w: %v", attach.ErrDepot, err)
			}
		case refused(err):
		case errors.Is(err, security.ErrUnavailable), ctx.Err() != nil, x.Attempts < fileTries:
			return nil, fmt.Errorf("take file of mail: %w", err)
		}
	}
	return brought, nil
}
