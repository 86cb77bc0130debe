package demo

import (
	"context"
	"time"

	"regain/security/policy"
)

// acme is the organisation of the demo, stricter with its members than we are.
var acme = policy.Organisation{ID: "acme", Name: "Acme", Domains: []string{"acme.example"},
	Notice: "security@acme.example", Policy: policy.Policy{SecondFactor: true,
		Kinds: []policy.Kind{policy.Passkey}, Idle: 15 * time.Minute, Whole: 4 * time.Hour,
		Countries: []string{"CH", "DE"}}}

// Who belongs to acme.
var (
	Lise = Person{ID: "u-1011", Username: "lise", Name: "Lise Hahn", Email: "lise@acme.example",
		kind: "client", country: "DE", zone: "Europe/Berlin", born: "1989-11-07",
		Password: "walk across the frozen snow", Home: "79.192.0.61", agents: []string{firefox, pixel},
		organisation: acme.ID,
		Story: "She belongs to an organisation, Acme, which asks for a passkey. Sign in: the pages say whose " +
			"rule it is."}
	Fritz = Person{ID: "u-1012", Username: "fritz", Name: "Fritz Zwick", Email: "fritz@acme.example",
		kind: "freelancer", country: "CH", zone: "Europe/Zurich", born: "1991-02-14",
		Password: "galaxies that nobody can see", Home: "85.0.0.31", agents: []string{safari, iphone},
		organisation: acme.ID,
		Story:        "He belongs to Acme too. Ask for a link with his name: its rule holds in the check-up as well."}
)

// found makes the organisation, to which its members are imported.
func (s *seeder) found(ctx context.Context) error {
	_, err := s.service.Organisations.Set(ctx, actor, acme)
	return err
}
