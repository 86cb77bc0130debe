// Package passkey speaks WebAuthn: it makes the options that a browser is asked with, and checks
// what the browser brings back (W3C Web Authentication Level 3). It remembers nothing: whoever
// uses it sees to it that a challenge counts once and that the counter of a key is kept.
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Life is how long a browser gives its person to answer.
const Life = 5 * time.Minute

// Errors of this package. Nobody who asks to be let in is told which of them it was.
var (
	ErrMalformed = errors.New("response of the browser cannot be read")
	ErrRefused   = errors.New("passkey does not prove what it should")
	// ErrChanged is an ErrRefused of a key that is right, but may be copied to other devices now
	// where it could not before, or the other way round: that never changes in an honest one
	// (W3C Web Authentication Level 3, section 6.1.3).
	ErrChanged = fmt.Errorf("%w: it may be backed up, or no longer", ErrRefused)
)

// Party is who asks for passkeys.
type Party struct {
	// ID is the host name of the portal, Name what the browser shows, Origin what every address
	// of the portal begins with, such as "https://protect.market.example".
	ID, Name, Origin string
}

// At is the party whose pages are at an origin; name is what the browser shows.
func At(origin, name string) Party {
	p := Party{Name: name, Origin: origin}
	if u, err := url.Parse(origin); err == nil {
		p.ID = u.Hostname()
	}
	return p
}

// Usable reports whether browsers make passkeys for the party at all: its id must be a name and
// no bare address of a machine.
func (p Party) Usable() bool { return protocol.ValidateRPID(p.ID) == nil }

// Key is the public half of one passkey, and what is known of it.
type Key struct {
	ID             []byte // the credential's, unique everywhere
	User           []byte // random handle of the account, the same for all its passkeys
	Public         []byte // COSE
	Count          uint32 // signature counter; 0 where the authenticator has none
	BackupEligible bool
	BackedUp       bool
	Transports     []string
}

// Place says where a passkey lives; "" where nothing tells.
type Place string

// The places of passkeys: inside of the owner's device, or on one of its own that is plugged in or held
// near.
const (
	Platform Place = "platform"
	Roaming  Place = "roaming"
)

// Place is known by the ways to the authenticator that the browser reported: internal is the way inside
// of a device, also where another device comes to it over the air (WebAuthn 3 §5.8.4).
func (k Key) Place() Place {
	switch {
	case len(k.Transports) == 0:
		return ""
	case slices.Contains(k.Transports, string(protocol.Internal)):
		return Platform
	case len(k.Transports) == 1 && k.Transports[0] == string(protocol.Hybrid):
		return "" // a device that is near; where in it is not said
	}
	return Roaming
}

// Holder is whom a passkey is made for. Handle says nothing about the person; Name and Display
// are what the browser lists the passkey under.
type Holder struct {
	Handle        []byte
	Name, Display string
}

// algorithms are those that a key may be of: EdDSA, ES256 and RS256.
var algorithms = webauthn.CredentialParametersRecommendedL3()

func (p Party) library() (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{RPID: p.ID, RPDisplayName: p.Name,
		RPOrigins: []string{p.Origin},
		Timeouts: webauthn.TimeoutsConfig{Login: webauthn.TimeoutConfig{Timeout: Life},
			Registration: webauthn.TimeoutConfig{Timeout: Life}},
		// Some password managers report more than they were asked. It is not looked at.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore})
	if err != nil {
		return nil, fmt.Errorf("set up passkeys: %w", err)
	}
	return w, nil
}

// CreationOptions are those that PublicKeyCredential.parseCreationOptionsFromJSON takes. A device
// that holds one of the known keys already makes no second one.
func (p Party) CreationOptions(h Holder, challenge []byte, known []Key) ([]byte, error) {
	w, err := p.library()
	if err != nil {
		return nil, err
	}
	made, _, err := w.BeginRegistration(person{h, nil},
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = challenge
			return nil
		},
		webauthn.WithCredentialParameters(algorithms),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithExclusions(descriptors(known)),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(),
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   protocol.VerificationRequired}))
	if err != nil {
		return nil, fmt.Errorf("make creation options: %w", err)
	}
	return json.Marshal(made.Response)
}

// RequestOptions are those that PublicKeyCredential.parseRequestOptionsFromJSON takes. Without
// allowed keys the browser offers every passkey that it has for the portal.
func (p Party) RequestOptions(challenge []byte, allowed []Key) ([]byte, error) {
	w, err := p.library()
	if err != nil {
		return nil, err
	}
	made, _, err := w.BeginDiscoverableLogin(webauthn.WithChallenge(challenge),
		webauthn.WithAllowedCredentials(descriptors(allowed)),
		webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("make request options: %w", err)
	}
	return json.Marshal(made.Response)
}

// Text is how an id of a credential, or a handle, is written in JSON and for the browser's
// signals: base64url without padding.
func Text(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func descriptors(keys []Key) []protocol.CredentialDescriptor {
	var list []protocol.CredentialDescriptor
	for _, k := range keys {
		c := k.credential()
		list = append(list, c.Descriptor())
	}
	return list
}
