package inbound

import (
	"context"
	"errors"
	"strings"

	"regain/security/mailproof"
)

// errDNS is when the key of a signature cannot be asked for now.
var errDNS = errors.New("the key of a signature cannot be asked for")

// dnsTries is how often the DNS is asked before a mail counts as not signed.
const dnsTries = 4

// signed reports whether the domain of its one author has signed a mail, or one that this domain is part
// of. It proves that the mail is from there, and not who wrote it.
func (s *Service) signed(ctx context.Context, x arrived) (bool, error) {
	author, one := x.author()
	if !one || x.letter.Signed == 0 || s.Resolver == nil {
		return false, nil
	}
	_, domain, _ := cutAddress(strings.ToLower(author))
	unreachable := false
	for _, g := range mailproof.Signatures(ctx, x.raw, s.Resolver, s.Now()) {
		if g.Domain == "" || domain != g.Domain && !strings.HasSuffix(domain, "."+g.Domain) {
			continue
		}
		switch g.State {
		case mailproof.SignatureValid:
			return true, nil
		case mailproof.KeyUnreachable:
			unreachable = true
		}
	}
	if unreachable && x.Attempts < dnsTries {
		return false, errDNS
	}
	return false, nil
}
