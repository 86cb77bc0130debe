package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/organisation"
	"regain/security/policy"
	"regain/store"
	"regain/store/storetest"
)

func acme(id string) policy.Organisation {
	return policy.Organisation{ID: id, Name: "Acme", Notice: "security@acme.example", ChangedAt: now,
		Policy: policy.Policy{Idle: 10 * time.Minute, Whole: time.Hour, SecondFactor: true,
			Kinds: []policy.Kind{policy.Passkey}, SingleSignOn: true, Issuer: "acme-idp",
			Countries: []string{"DE", "FR"}}}
}

func organisationChecks(db *store.DB, p person) []check {
	o := acme("acme of " + p.account.ID)
	added, changed, claimed := o, o, o
	added.Version = 1
	changed.Name, changed.Policy, changed.Version = "Acme Ltd", policy.Policy{}, 2
	again := changed
	again.Version = 1
	domain := p.account.ID + ".example"
	claimed.Version, claimed.Domains = 1, []string{domain}
	put := organisation.PutOrganisation{Organisation: o}
	claim := organisation.ClaimDomain{Domain: domain, Organisation: o.ID}
	leave := organisation.LeaveDomain{Domain: domain, Organisation: o.ID}
	read := reading(db.Enterprise().Organisation, o.ID)
	member := p.account
	member.Organisation = o.ID
	x := access.Session{ID: "of " + o.ID, Kind: access.AccountSession, Subject: member.ID, Stage: access.StageIn,
		ProvedAt: now, ProvedBy: "totp", StartedAt: now, SeenAt: now, EndsAt: now.Add(time.Hour)}
	in := []security.Write{put, feed.PutAccount{Account: member}, access.StartSession{Session: x}}
	x.Organisation = policy.Policy{Idle: o.Idle, Whole: o.Whole}
	end, over := organisation.EndMembers{Organisation: o.ID, At: now}, x
	over.EndedAt = now
	vouched := federation.BeginSession{Begun: federation.Begun{Session: x.ID, Holder: member.ID,
		Organisation: o.ID, Issuer: "https://login.acme.example", Client: "regain", Subject: "s"}}
	return []check{
		{name: "end members", before: in, write: end, read: reading(db.Session, x.ID), want: over},
		{name: "end members of another", before: in, write: organisation.EndMembers{Organisation: "b", At: now},
			read: reading(db.Session, x.ID), want: x},
		{name: "end members but who came by the issuer", before: append(slices.Clone(in), vouched), write: end,
			read: reading(db.Session, x.ID), want: x},
		{name: "end who came by an issuer of the organisation", before: append(slices.Clone(in), vouched),
			write: federation.EndBegun{Organisation: o.ID, At: now}, read: reading(db.Session, x.ID), want: over},
		{name: "end who came by an issuer, but for this one", before: append(slices.Clone(in), vouched),
			write: federation.EndBegun{Organisation: o.ID, Issuer: vouched.Begun.Issuer, Client: "regain", At: now},
			read:  reading(db.Session, x.ID), want: x},
		{name: "end who came by an issuer, but for another client", before: append(slices.Clone(in), vouched),
			write: federation.EndBegun{Organisation: o.ID, Issuer: vouched.Begun.Issuer, Client: "other", At: now},
			read:  reading(db.Session, x.ID), want: over},
		{name: "end who came by an issuer, but by none", before: in,
			write: federation.EndBegun{Organisation: o.ID, At: now}, read: reading(db.Session, x.ID), want: x},
		{name: "end who came by an issuer of another", before: append(slices.Clone(in), vouched),
			write: federation.EndBegun{Organisation: "b", At: now}, read: reading(db.Session, x.ID), want: x},
		{name: "end who is vouched for", before: append(slices.Clone(in), vouched),
			write: federation.EndVouched{Holder: member.ID, At: now}, read: reading(db.Session, x.ID), want: over},
		{name: "end who is vouched for, of another", before: append(slices.Clone(in), vouched),
			write: federation.EndVouched{Holder: "b", At: now}, read: reading(db.Session, x.ID), want: x},
		{name: "hold the rules of an account", before: in,
			write: security.HoldPolicy{Account: member.ID, Organisation: o.ID, Version: 1}, read: read, want: added,
			refused: []security.Write{security.HoldPolicy{Account: member.ID, Organisation: o.ID, Version: 2},
				security.HoldPolicy{Account: member.ID, Organisation: "b", Version: 1},
				security.HoldPolicy{Account: "nobody", Organisation: o.ID, Version: 1}}},
		{name: "put organisation", write: put, read: read, want: added, refused: []security.Write{put}},
		{name: "put organisation anew", before: []security.Write{put},
			write: organisation.PutOrganisation{Organisation: again}, read: read, want: changed,
			refused: []security.Write{organisation.PutOrganisation{Organisation: again}}},
		{name: "claim domain", before: []security.Write{put}, write: claim, read: read, want: claimed,
			refused: []security.Write{claim}},
		{name: "leave domain", before: []security.Write{put, claim}, write: leave, read: read, want: added,
			refused: []security.Write{leave}},
	}
}

// A domain that many organisations claim at the same time becomes one's.
func TestOneOrganisationGetsADomain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i := range crowd {
			o := acme(string(rune('A' + i)))
			storetest.Commit(t, db, organisation.PutOrganisation{Organisation: o})
		}
		oneWinner(t, together(func(i int) error {
			return db.Commit(t.Context(), storetest.Event(), organisation.ClaimDomain{
				Domain: "acme.example", Organisation: string(rune('A' + i))})
		}))
		if _, err := db.Enterprise().OrganisationOfDomain(t.Context(), "acme.example"); err != nil {
			t.Error(err)
		}
		_, err := db.Enterprise().OrganisationOfDomain(t.Context(), "other.example")
		if !errors.Is(err, security.ErrNotFound) {
			t.Errorf("another domain: %v", err)
		}
	})
}

// Whoever reads a session reads what the organisation of its owner asks for now.
func TestSessionKnowsWhatItsOrganisationAsks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		want := policy.Policy{Idle: 10 * time.Minute, Whole: time.Hour}
		limits := func(id string) policy.Policy {
			x := access.Session{ID: id, Kind: access.AccountSession, Subject: p.account.ID, Stage: access.StageIn,
				ProvedAt: now, ProvedBy: "totp", StartedAt: now, SeenAt: now, EndsAt: now.Add(time.Hour)}
			storetest.Commit(t, db, access.StartSession{Session: x})
			got, err := db.Session(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return got.Organisation
		}
		if diff := cmp.Diff(policy.Policy{}, limits("before")); diff != "" {
			t.Error(diff)
		}
		a := p.account
		a.Organisation = "acme"
		storetest.Commit(t, db, organisation.PutOrganisation{Organisation: acme("acme")}, feed.PutAccount{Account: a})
		got, err := db.Session(t.Context(), "before")
		if diff := cmp.Diff(want, got.Organisation); diff != "" || err != nil {
			t.Error(err, diff)
		}
		members := func(ctx context.Context) (n int) {
			n, err := db.Enterprise().Members(ctx, "acme")
			if err != nil {
				t.Error(err)
			}
			return n
		}
		if n := members(t.Context()); n != 1 {
			t.Errorf("%d members", n)
		}
		of, err := db.Enterprise().OrganisationsOf(t.Context(), []string{a.ID, "nobody"})
		if err != nil || len(of) != 1 || of[a.ID].ID != "acme" {
			t.Errorf("%v, %v", of, err)
		}
	})
}
