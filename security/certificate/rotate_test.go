package certificate_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"regain/security"
	"regain/security/certificate"
	"regain/security/keyring"
	"regain/security/seal"
	"regain/security/token"
	"regain/store"
	"regain/store/storetest"
)

// rooms are what a process with these secrets has.
func rooms(t *testing.T, dsn string, keys *token.Keys) (*certificate.Service, *keyring.Service) {
	t.Helper()
	db, err := store.Open(t.Context(), dsn, store.Options{Chain: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	core := &security.Core{Store: db, Keys: keys, Box: box, Now: func() time.Time { return storetest.Now }}
	ring := &keyring.Service{Core: core, Store: db}
	if err := ring.Admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &certificate.Service{Core: core, Certificates: db.Enterprise()}, ring
}

// TestKeysOutliveTheSecret: after a rotation the newer secret alone opens the key of a certificate and that of
// the account; who has the older one first adds none.
func TestKeysOutliveTheSecret(t *testing.T) {
	t.Parallel()
	const older, newer = "a secret that was used for many years", "the secret that comes in its place now"
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		ctx, name := t.Context(), certificate.Name{Directory: "https://ca.example/dir", Host: "a.example"}
		before, _ := rooms(t, dsn, storetest.Keys(older))
		account, err := before.Account(ctx, name.Directory)
		if err != nil {
			t.Fatal(err)
		}
		issued := certificate.Issued{Chain: "chain", Key: []byte("key"), NotAfter: storetest.Now.Add(time.Hour)}
		if err := before.Keep(ctx, name, issued); err != nil {
			t.Fatal(err)
		}
		_, ring := rooms(t, dsn, storetest.Keys(newer, older))
		if _, err := ring.Rotate(ctx, security.Operator("test"), func(keyring.Holding, int) {}); err != nil {
			t.Fatal(err)
		}
		after, _ := rooms(t, dsn, storetest.Keys(newer))
		kept, err := after.Find(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if key, err := after.Key(name, kept); err != nil || !bytes.Equal(key, issued.Key) {
			t.Errorf("the key of the certificate: %q, %v", key, err)
		}
		if same, err := after.Account(ctx, name.Directory); err != nil || !same.Equal(account) {
			t.Errorf("the account: %v", err)
		}
		if _, err := after.Key(certificate.Name{Directory: name.Directory, Host: "b.example"}, kept); err == nil {
			t.Error("the key opens for another host")
		}
		issued.NotAfter = issued.NotAfter.Add(time.Hour)
		if err := before.Keep(ctx, name, issued); !errors.Is(err, keyring.ErrRetired) {
			t.Errorf("with the older secret: %v", err)
		}
	})
}
