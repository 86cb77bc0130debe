package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/audit"
)

// Drop destroys a file that its holder does not want to send. ErrNotFound: they have none of that id
// that is on no message.
func (s *Service) Drop(ctx context.Context, by security.Actor, holder, id string) error {
	if !s.On() {
		return security.ErrNotFound
	}
	drafts, err := s.Drafts(ctx, holder)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(drafts, func(a Attachment) bool { return a.ID == id })
	if i < 0 {
		return security.ErrNotFound
	}
	a := drafts[i]
	err = s.Store.Commit(ctx, s.event(by, audit.AttachmentDropped, a, s.Now()), Discard{a.ID, holder})
	if errors.Is(err, security.ErrConflict) {
		return security.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.destroy(ctx, a.Blob)
}

// Drafts are the files of a holder that may still go with a message, oldest first; none where no files
// are taken.
func (s *Service) Drafts(ctx context.Context, holder string) ([]Attachment, error) {
	if !s.On() {
		return nil, nil
	}
	all, err := s.Files.Drafts(ctx, holder)
	if err != nil {
		return nil, fmt.Errorf("read files on no message: %w", err)
	}
	return slices.DeleteFunc(all, func(a Attachment) bool { return !a.State.HasBytes() }), nil
}
