package passkey

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Claim is what a response says of itself. Nothing of it is true before Register or Verify has
// said so.
type Claim struct {
	Credential []byte // id of the key
	User       []byte // handle of its holder; empty where the browser tells none
	Challenge  []byte
}

// Claims reads what a response of either kind claims. It returns ErrMalformed.
func Claims(response []byte) (Claim, error) {
	var r struct {
		RawID    protocol.URLEncodedBase64
		Response struct {
			ClientDataJSON, UserHandle protocol.URLEncodedBase64
		}
	}
	var data struct{ Challenge string }
	if json.Unmarshal(response, &r) != nil || len(r.RawID) == 0 ||
		json.Unmarshal(r.Response.ClientDataJSON, &data) != nil {
		return Claim{}, ErrMalformed
	}
	challenge, err := base64.RawURLEncoding.DecodeString(data.Challenge)
	if err != nil || len(challenge) == 0 {
		return Claim{}, ErrMalformed
	}
	return Claim{Credential: r.RawID, User: r.Response.UserHandle, Challenge: challenge}, nil
}

// Register checks a new key that was made for the holder with this handle in answer to the
// challenge, by somebody whom their device knew. It returns ErrMalformed or ErrRefused.
func (p Party) Register(handle, challenge, response []byte) (Key, error) {
	w, err := p.library()
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	made, err := w.CreateCredential(person{Holder{Handle: handle}, nil},
		webauthn.SessionData{Challenge: Text(challenge), RelyingPartyID: p.ID, UserID: handle,
			UserVerification: protocol.VerificationRequired, CredParams: algorithms}, parsed)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	k := Key{ID: made.ID, User: slices.Clone(handle), Public: made.PublicKey,
		Count: made.Authenticator.SignCount, BackupEligible: made.Flags.BackupEligible,
		BackedUp: made.Flags.BackupState}
	for _, t := range made.Transport {
		if slices.Contains(transports, t) && !slices.Contains(k.Transports, string(t)) {
			k.Transports = append(k.Transports, string(t))
		}
	}
	return k, nil
}

// transports are the ways to an authenticator that are kept of what a browser reports.
var transports = []protocol.AuthenticatorTransport{protocol.USB, protocol.NFC, protocol.BLE,
	protocol.SmartCard, protocol.Hybrid, protocol.Internal}

// Verify checks that the holder of key answered the challenge, and that their device knew them.
// It returns the key with the counter of this use, or ErrMalformed, ErrRefused or ErrChanged.
// cloned says that the counter did not go up, so that a second copy of the key may exist; the key
// is then returned as it was.
func (p Party) Verify(response, challenge []byte, key Key) (used Key, cloned bool, err error) {
	w, err := p.library()
	if err != nil {
		return key, false, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return key, false, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	check := func(k Key) (*webauthn.Credential, error) {
		holder := person{Holder{Handle: k.User}, []webauthn.Credential{k.credential()}}
		return w.ValidateLogin(holder,
			webauthn.SessionData{Challenge: Text(challenge), RelyingPartyID: p.ID, UserID: k.User,
				AllowedCredentialIDs: [][]byte{k.ID},
				UserVerification:     protocol.VerificationRequired}, parsed)
	}
	now, err := check(key)
	if err != nil {
		other := key
		other.BackupEligible = !key.BackupEligible
		if _, odd := check(other); odd == nil {
			return key, false, ErrChanged
		}
		return key, false, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if now.Authenticator.CloneWarning {
		return key, true, nil
	}
	key.Count, key.BackedUp = now.Authenticator.SignCount, now.Flags.BackupState
	return key, false, nil
}

// credential is the key as the library has it.
func (k Key) credential() webauthn.Credential {
	c := webauthn.Credential{ID: k.ID, PublicKey: k.Public,
		Authenticator: webauthn.Authenticator{SignCount: k.Count},
		Flags: webauthn.CredentialFlags{BackupEligible: k.BackupEligible,
			BackupState: k.BackedUp}}
	for _, t := range k.Transports {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c
}

// person is a holder as the library has them.
type person struct {
	Holder
	keys []webauthn.Credential
}

func (p person) WebAuthnID() []byte                         { return p.Handle }
func (p person) WebAuthnName() string                       { return p.Name }
func (p person) WebAuthnDisplayName() string                { return p.Display }
func (p person) WebAuthnCredentials() []webauthn.Credential { return p.keys }
