package passkey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/google/go-cmp/cmp"

	"regain/security/passkey"
)

var (
	party = passkey.Party{ID: "portal.example", Name: "Example Market",
		Origin: "https://portal.example"}
	handle    = []byte("a handle of thirty-two letters..")
	challenge = []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ-1700000000000.deadbeef.mac")
	stranger  = []byte("another challenge, as long as it")
)

// device is an authenticator with one key; set changes how it answers.
type device struct {
	site virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func newDevice(kind virtualwebauthn.KeyType) *device {
	d := &device{site: virtualwebauthn.RelyingParty{ID: party.ID, Name: party.Name,
		Origin: party.Origin}, key: newKey(kind)}
	d.auth = virtualwebauthn.NewAuthenticatorWithOptions(
		virtualwebauthn.AuthenticatorOptions{UserHandle: handle})
	return d
}

// newKey makes a key whose coordinates have their full length: the peer leaves zeros out.
func newKey(kind virtualwebauthn.KeyType) virtualwebauthn.Credential {
	for {
		key := virtualwebauthn.NewCredential(kind)
		if kind != virtualwebauthn.KeyTypeEC2 || len(key.Key.AttestationData()) == 77 {
			return key
		}
	}
}

func (d *device) create(challenge []byte) []byte {
	return []byte(virtualwebauthn.CreateAttestationResponse(d.site, d.auth, d.key,
		virtualwebauthn.AttestationOptions{Challenge: challenge}))
}

func (d *device) get(challenge []byte) []byte {
	return []byte(virtualwebauthn.CreateAssertionResponse(d.site, d.auth, d.key,
		virtualwebauthn.AssertionOptions{Challenge: challenge}))
}

// enrolled is a device whose key is registered.
func enrolled(t testing.TB, kind virtualwebauthn.KeyType) (*device, passkey.Key) {
	t.Helper()
	d := newDevice(kind)
	key, err := party.Register(handle, challenge, d.create(challenge))
	if err != nil {
		t.Fatal(err)
	}
	return d, key
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, kind := range []virtualwebauthn.KeyType{virtualwebauthn.KeyTypeEC2,
		virtualwebauthn.KeyTypeRSA} {
		d, key := enrolled(t, kind)
		want := passkey.Key{ID: d.key.ID, User: handle, Public: key.Public}
		if diff := cmp.Diff(want, key); diff != "" || len(key.Public) == 0 {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		for _, count := range []uint32{0, 0, 1, 7} { // 0: it does not count
			d.key.Counter = count
			used, cloned, err := party.Verify(d.get(challenge), challenge, key)
			key.Count = count
			if diff := cmp.Diff(key, used); diff != "" || cloned || err != nil {
				t.Errorf("%s at %d: %v, cloned %v (-want +got):\n%s", kind, count, err, cloned, diff)
			}
		}
		for _, count := range []uint32{7, 3, 0} {
			d.key.Counter = count
			used, cloned, err := party.Verify(d.get(challenge), challenge, key)
			if diff := cmp.Diff(key, used); diff != "" || !cloned || err != nil {
				t.Errorf("%s back at %d: %v, cloned %v (-want +got):\n%s", kind, count, err, cloned, diff)
			}
		}
	}
}

// wrongs are the ways in which an answer does not prove what it should.
var wrongs = map[string]func(*device){
	"wrong origin":         func(d *device) { d.site.Origin = "https://portal.example.evil.example" },
	"origin over http":     func(d *device) { d.site.Origin = "http://portal.example" },
	"wrong party":          func(d *device) { d.site.ID = "evil.example" },
	"user not verified":    func(d *device) { d.auth.Options.UserNotVerified = true },
	"user not present":     func(d *device) { d.auth.Options.UserNotPresent = true },
	"backed up, not able":  func(d *device) { d.auth.Options.BackupState = true },
	"challenge of another": func(*device) {},
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	for name, set := range wrongs {
		d, sent := newDevice(virtualwebauthn.KeyTypeEC2), challenge
		set(d)
		if name == "challenge of another" {
			sent = stranger
		}
		if _, err := party.Register(handle, challenge, d.create(sent)); !errors.Is(err,
			passkey.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := newDevice(virtualwebauthn.KeyTypeEC2)
	for name, response := range map[string][]byte{"an assertion": d.get(challenge),
		"garbage": []byte("{]"), "nothing": nil, "text": []byte(`"x"`)} {
		if _, err := party.Register(handle, challenge, response); !errors.Is(err,
			passkey.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	wrongs := map[string]func(*device){
		"another's handle": func(d *device) { d.auth.Options.UserHandle = []byte("bob") },
		"backup changed":   func(d *device) { d.auth.Options.BackupEligible = true },
		"backup changed, of another key": func(d *device) {
			id := d.key.ID
			d.key = newKey(virtualwebauthn.KeyTypeEC2)
			d.key.ID, d.auth.Options.BackupEligible = id, true
		},
		"another key": func(d *device) {
			id := d.key.ID
			d.key = newKey(virtualwebauthn.KeyTypeEC2)
			d.key.ID = id
		},
		"another id": func(d *device) { d.key.ID = []byte("another") },
	}
	for name, set := range wrongsAnd(wrongs) {
		d, key := enrolled(t, virtualwebauthn.KeyTypeEC2)
		set(d)
		sent := challenge
		if name == "challenge of another" {
			sent = stranger
		}
		used, cloned, err := party.Verify(d.get(sent), challenge, key)
		if diff := cmp.Diff(key, used); !errors.Is(err, passkey.ErrRefused) || cloned || diff != "" {
			t.Errorf("%s: %v, cloned %v, %s", name, err, cloned, diff)
		}
		if changed := name == "backup changed"; errors.Is(err, passkey.ErrChanged) != changed {
			t.Errorf("%s: %v, want changed %v", name, err, changed)
		}
	}
}

func wrongsAnd(more map[string]func(*device)) map[string]func(*device) {
	for name, set := range wrongs {
		more[name] = set
	}
	return more
}

// TestTruncated: no beginning of a response is taken for one.
func TestTruncated(t *testing.T) {
	t.Parallel()
	d, key := enrolled(t, virtualwebauthn.KeyTypeEC2)
	made, got := d.create(challenge), d.get(challenge)
	for i := range len(made) {
		if _, err := party.Register(handle, challenge, made[:i]); !errors.Is(err,
			passkey.ErrMalformed) {
			t.Fatalf("%d bytes of a registration: %v", i, err)
		}
	}
	for i := range len(got) {
		if _, _, err := party.Verify(got[:i], challenge, key); !errors.Is(err,
			passkey.ErrMalformed) {
			t.Fatalf("%d bytes of an assertion: %v", i, err)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	d := newDevice(virtualwebauthn.KeyTypeEC2)
	for name, row := range map[string]struct {
		response []byte
		want     passkey.Claim
		err      error
	}{
		"assertion": {d.get(challenge),
			passkey.Claim{Credential: d.key.ID, User: handle, Challenge: challenge}, nil},
		"registration": {d.create(stranger),
			passkey.Claim{Credential: d.key.ID, Challenge: stranger}, nil},
		"nothing":   {nil, passkey.Claim{}, passkey.ErrMalformed},
		"no object": {[]byte(`[1]`), passkey.Claim{}, passkey.ErrMalformed},
		"no id": {[]byte(`{"response":{"clientDataJSON":"eyJjaGFsbGVuZ2UiOiJBQSJ9"}}`),
			passkey.Claim{}, passkey.ErrMalformed},
		"no challenge": {[]byte(`{"rawId":"AA","response":{"clientDataJSON":"e30"}}`),
			passkey.Claim{}, passkey.ErrMalformed},
		"no base64": {[]byte(`{"rawId":"AA","response":{"clientDataJSON":"*"}}`),
			passkey.Claim{}, passkey.ErrMalformed},
	} {
		got, err := passkey.Claims(row.response)
		if diff := cmp.Diff(row.want, got); diff != "" || !errors.Is(err, row.err) {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	known := []passkey.Key{{ID: []byte("one"), Transports: []string{"usb", "nfc"}},
		{ID: []byte("two")}}
	made, err := party.CreationOptions(passkey.Holder{Handle: handle, Name: "ada",
		Display: "Ada Byron"}, challenge, known)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := party.RequestOptions(challenge, known)
	if err != nil {
		t.Fatal(err)
	}
	anybody, err := party.RequestOptions(challenge, nil)
	if err != nil {
		t.Fatal(err)
	}
	const told = `"challenge":"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVotMTcwMDAwMDAwMDAw` +
		`MC5kZWFkYmVlZi5tYWM"`
	const list = `[{"type":"public-key","id":"b25l","transports":["usb","nfc"]},` +
		`{"type":"public-key","id":"dHdv"}]`
	for got, want := range map[string]string{
		string(made): `{"rp":{"name":"Example Market","id":"portal.example"},` +
			`"user":{"name":"ada","displayName":"Ada Byron","id":"` + passkey.Text(handle) + `"},` +
			told + `,"pubKeyCredParams":[{"type":"public-key","alg":-8},` +
			`{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"timeout":300000,` +
			`"excludeCredentials":` + list + `,"authenticatorSelection":{"requireResidentKey":true,` +
			`"residentKey":"required","userVerification":"required"},"attestation":"none"}`,
		string(asked): `{` + told + `,"timeout":300000,"rpId":"portal.example","allowCredentials":` +
			list + `,"userVerification":"required"}`,
		string(anybody): `{` + told + `,"timeout":300000,"rpId":"portal.example",` +
			`"userVerification":"required"}`,
	} {
		if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
			t.Errorf("options (-want +got):\n%s", diff)
		}
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestTransports(t *testing.T) {
	t.Parallel()
	d := newDevice(virtualwebauthn.KeyTypeEC2)
	response := strings.Replace(string(d.create(challenge)), `"response":{`,
		`"response":{"transports":["internal","hybrid","internal","carrier-pigeon"],`, 1)
	key, err := party.Register(handle, challenge, []byte(response))
	if diff := cmp.Diff([]string{"internal", "hybrid"}, key.Transports); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestUsable(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"portal.example": true, "localhost": true,
		"127.0.0.1": false, "::1": false, "": false, "portal.example:8080": false} {
		if got := (passkey.Party{ID: id}).Usable(); got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
	bare := passkey.Party{ID: "127.0.0.1", Name: "x", Origin: "http://127.0.0.1"}
	if _, err := bare.CreationOptions(passkey.Holder{Handle: handle}, challenge, nil); err == nil {
		t.Error("options for an address of a machine")
	}
	if _, err := bare.RequestOptions(challenge, nil); err == nil {
		t.Error("options for an address of a machine")
	}
}

// FuzzResponses: whatever a browser sends is read or refused, and nothing but what the device
// has signed proves anything.
func FuzzResponses(f *testing.F) {
	d, key := enrolled(f, virtualwebauthn.KeyTypeEC2)
	f.Add(d.create(challenge))
	f.Add(d.get(stranger))
	f.Add([]byte(`{"rawId":"AA","response":{"clientDataJSON":"e30"}}`))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, response []byte) {
		claim, err := passkey.Claims(response)
		if (err == nil) != (len(claim.Challenge) > 0 && len(claim.Credential) > 0) {
			t.Errorf("claim %+v, %v", claim, err)
		}
		if _, _, err := party.Verify(response, challenge, key); err == nil {
			t.Errorf("%q proves something", response)
		}
		made, err := party.Register(handle, challenge, response)
		if err != nil && !errors.Is(err, passkey.ErrMalformed) && !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("register: %v", err)
		}
		if err == nil && (len(made.ID) == 0 || len(made.Public) == 0) {
			t.Errorf("a key %+v", made)
		}
	})
}
