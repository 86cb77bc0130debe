package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
)

// Settle believes the issuer of the console that the settings name, from now on: nothing changes where
// it is believed already, as it is there, and one without a URL is none. It refuses as Trust does.
func (s *Service) Settle(ctx context.Context, by security.Actor, x Issuer, loopback bool) error {
	x.Organisation = ""
	was, err := s.Of(ctx, "")
	none := errors.Is(err, security.ErrNotFound)
	switch {
	case err != nil && !none:
		return fmt.Errorf("read issuer of the console: %w", err)
	case x.URL == "" && none:
		return nil
	case x.URL == "":
		_, err = s.Forget(ctx, by, "")
	case none || !x.same(was):
		_, err = s.Trust(ctx, by, x, loopback)
	}
	return err
}

// same reports whether two issuers are asked alike, and believed alike.
func (x Issuer) same(y Issuer) bool {
	return x.URL == y.URL && x.ClientID == y.ClientID && x.ClientSecret == y.ClientSecret &&
		x.Claim == y.Claim && slices.Equal(x.Scopes, y.Scopes) && slices.Equal(x.ACR, y.ACR) &&
		slices.Equal(x.AMR, y.AMR)
}
