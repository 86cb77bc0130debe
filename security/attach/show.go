package attach

import (
	"context"
	"errors"
	"fmt"
	"io"

	"regain/security"
)

// OnMessages lists the files of messages, by the id of the message; none where no files are taken.
func (s *Service) OnMessages(ctx context.Context, said []security.Message) (map[string][]Attachment, error) {
	if !s.On() || len(said) == 0 {
		return nil, nil
	}
	ids := make([]string, len(said))
	for i, m := range said {
		ids[i] = m.ID
	}
	all, err := s.Files.OnMessages(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read files of messages: %w", err)
	}
	of := map[string][]Attachment{}
	for _, a := range all {
		of[a.Message] = append(of[a.Message], a)
	}
	return of, nil
}

// KeptWith are the files that are kept as long as their account, oldest first; none where no files are
// taken.
func (s *Service) KeptWith(ctx context.Context, account string) ([]Attachment, error) {
	if !s.On() {
		return nil, nil
	}
	all, err := s.Files.KeptWith(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("read files of account: %w", err)
	}
	return all, nil
}

// Read is a file by its id, whoever asks: what they may read is for the caller to know.
// ErrNotFound: there is none, or no files are taken.
func (s *Service) Read(ctx context.Context, id string) (Attachment, error) {
	if !s.On() {
		return Attachment{}, security.ErrNotFound
	}
	return s.Files.Attachment(ctx, id)
}

// OpenOnRecord is Open for staff, whose look at a file is on the audit trail as e, an
// audit.AttachmentRead.
func (s *Service) OpenOnRecord(ctx context.Context, e security.Event, a Attachment) (io.ReadCloser,
	error) {
	if !s.On() || !a.Openable() {
		return nil, security.ErrNotFound
	}
	e.Data = map[string]string{"file": a.ID}
	if err := s.Store.Commit(ctx, e); err != nil {
		return nil, err
	}
	return s.Open(ctx, a)
}

// Open reads the bytes of a clean file. They are whole only if they are read to io.EOF.
// ErrNotFound: it is not clean, or its bytes are gone.
func (s *Service) Open(ctx context.Context, a Attachment) (io.ReadCloser, error) {
	if !s.On() || !a.Openable() {
		return nil, security.ErrNotFound
	}
	content, err := s.open(ctx, a)
	if errors.Is(err, ErrNoBlob) {
		err = security.ErrNotFound
	}
	return content, err
}
