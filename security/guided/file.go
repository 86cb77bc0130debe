package guided

import (
	"context"
	"slices"

	"regain/security"
	"regain/security/attach"
)

// File is a file on a message of the status page. ErrNotFound: there is none of that id.
func (s *Service) File(ctx context.Context, o *Owner, id string) (attach.Attachment, error) {
	a, err := s.Attach.Read(ctx, id)
	if err != nil {
		return a, err
	}
	st, err := s.ReadStatus(ctx, o)
	if err != nil {
		return a, err
	}
	said := func(m security.Message) bool { return m.ID == a.Message && m.Ticket == a.Ticket }
	if a.Account != o.Account.ID || !slices.ContainsFunc(st.Messages, said) {
		return a, security.ErrNotFound
	}
	return a, nil
}

// Holder is on whose behalf the files of the owner are taken.
func (o *Owner) Holder() attach.Holder {
	return attach.Holder{Key: o.Session.ID, Account: o.Account.ID}
}
