package account

import (
	"context"

	"regain/security"
	"regain/security/attach"
)

// File is a file on a message of the owner. ErrNotFound: there is none of that id.
func (s *Service) File(ctx context.Context, u *SignedIn, id string) (attach.Attachment, error) {
	a, err := s.Attach.Read(ctx, id)
	if err == nil && (a.Account != u.Account.ID || a.Message == "") {
		err = security.ErrNotFound
	}
	return a, err
}

// Holder is on whose behalf the files of the owner are taken.
func (u *SignedIn) Holder() attach.Holder {
	return attach.Holder{Key: u.Session.ID, Account: u.Account.ID}
}
