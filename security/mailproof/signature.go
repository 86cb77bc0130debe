package mailproof

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// Resolver asks the DNS. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Bounds of what signatures may cost: how many of a mail are checked, and how long their keys may take.
const (
	MaxSignatures = 4
	keyTime       = 3 * time.Second
)

// SignatureState is what is found out about a signature.
type SignatureState string

// The states of a DKIM signature. Only SignatureValid says anything for its domain.
const (
	SignatureValid SignatureState = "valid"
	// SignatureWrong: the mail is not as it was when it was signed.
	SignatureWrong   SignatureState = "wrong"
	SignatureExpired SignatureState = "expired"
	// SignatureShort covers only the beginning of the text (l=), so that anything could follow it.
	SignatureShort SignatureState = "short"
	// SignatureBroken cannot be read, or leaves out who the author is.
	SignatureBroken SignatureState = "broken"
	// KeyMissing, KeyRevoked, KeyWeak (fewer than 1,024 bits) and KeyTesting are about the key, and
	// KeyUnreachable says that it could not be asked for now.
	KeyMissing     SignatureState = "key_missing"
	KeyRevoked     SignatureState = "key_revoked"
	KeyWeak        SignatureState = "key_weak"
	KeyTesting     SignatureState = "key_testing"
	KeyUnreachable SignatureState = "key_unreachable"
)

// Signature is one of a mail.
type Signature struct {
	Domain string // who has signed, folded
	State  SignatureState
}

// tags are those of a signature or a key (RFC 6376 §3.2).
func tags(s string) map[string]string {
	all := map[string]string{}
	for _, pair := range strings.Split(s, ";") {
		key, value, ok := strings.Cut(pair, "=")
		if key = strings.TrimSpace(key); ok && key != "" {
			all[key] = strings.Join(strings.Fields(value), "")
		}
	}
	return all
}

// Signatures checks the first MaxSignatures DKIM signatures of a mail (RFC 6376, 8301, 8463), each by one
// question to the resolver at most. The names that are asked for are what the mail says.
func Signatures(ctx context.Context, raw []byte, r Resolver, now time.Time) []Signature {
	raw = tidy(raw)
	head, _, _ := splitHeader(raw, &Letter{})
	fields := head.all("dkim-signature")
	if len(fields) == 0 {
		return nil
	}
	fields = fields[:min(len(fields), MaxSignatures)]
	ctx, cancel := context.WithTimeout(ctx, keyTime)
	defer cancel()
	keys := keyring{ctx: ctx, from: r, got: map[string]answer{}}
	found, err := dkim.VerifyWithOptions(networkLines(raw), &dkim.VerifyOptions{
		LookupTXT: keys.lookup, MaxVerifications: MaxSignatures})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		found = nil
	}
	all := make([]Signature, len(fields))
	for i, f := range fields {
		t := tags(f)
		all[i] = Signature{Domain: foldDomain(strings.ToValidUTF8(t["d"], "")), State: SignatureBroken}
		if i < len(found) {
			all[i].State = keys.judge(found[i], t, now)
		}
	}
	return all
}

// networkLines is a mail with the ends of lines that it had when it was signed.
func networkLines(raw []byte) io.Reader {
	bare := bytes.Count(raw, []byte("\n")) - bytes.Count(raw, []byte("\r\n"))
	if bare == 0 {
		return bytes.NewReader(raw)
	}
	out := make([]byte, 0, len(raw)+bare)
	for len(raw) > 0 {
		line, rest, more := bytes.Cut(raw, []byte("\n"))
		out = append(out, bytes.TrimSuffix(line, []byte("\r"))...)
		if more {
			out = append(out, '\r', '\n')
		}
		raw = rest
	}
	return bytes.NewReader(out)
}

// answer is what the DNS said.
type answer struct {
	records []string
	err     error
}

// keyring asks for each key once.
type keyring struct {
	ctx  context.Context
	from Resolver
	mu   sync.Mutex
	got  map[string]answer
}

var errNoName = errors.New("not the name of a key")

func (k *keyring) lookup(name string) ([]string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	name = strings.ToLower(name)
	a, asked := k.got[name]
	if !asked {
		if isHost(name) {
			a.records, a.err = k.from.LookupTXT(k.ctx, name)
		} else {
			a.err = errNoName
		}
		k.got[name] = a
	}
	return a.records, a.err
}

// isHost tells a name that may be asked for.
func isHost(name string) bool {
	ok := len(name) < 254 && strings.Contains(name, ".")
	for _, label := range strings.Split(name, ".") {
		ok = ok && label != "" && len(label) < 64
	}
	return ok && strings.IndexFunc(name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.'
	}) < 0
}

// judge says what became of a signature with these tags. What is wrong with the key comes first: nobody
// can tell anything by it.
func (k *keyring) judge(v *dkim.Verification, t map[string]string, now time.Time) SignatureState {
	if expires, err := strconv.ParseInt(t["x"], 10, 64); err == nil && now.Unix() > expires {
		return SignatureExpired
	}
	if _, short := t["l"]; short {
		return SignatureShort
	}
	k.mu.Lock()
	a, asked := k.got[strings.ToLower(t["s"]+"._domainkey."+t["d"])]
	k.mu.Unlock()
	if asked {
		if state := keyState(a, t); state != "" {
			return state
		}
	}
	switch {
	case v.Err == nil && asked:
		return SignatureValid
	case dkim.IsPermFail(v.Err):
		return SignatureBroken
	}
	return SignatureWrong
}

// keyState says what is wrong with a key, "" for nothing.
func keyState(a answer, t map[string]string) SignatureState {
	if gone, ok := errors.AsType[*net.DNSError](a.err); ok && gone.IsNotFound {
		return KeyMissing
	}
	switch {
	case errors.Is(a.err, errNoName):
		return SignatureBroken
	case a.err != nil:
		return KeyUnreachable
	case len(a.records) != 1:
		return KeyMissing
	}
	key := tags(a.records[0])
	p, stated := key["p"]
	if !stated {
		return KeyMissing
	}
	if p == "" {
		return KeyRevoked
	}
	for _, flag := range strings.Split(key["t"], ":") {
		_, by, _ := strings.Cut(t["i"], "@")
		switch {
		case flag == "y":
			return KeyTesting
		case flag == "s" && by != "" && !strings.EqualFold(by, t["d"]):
			return SignatureBroken
		}
	}
	if weak(p) {
		return KeyWeak
	}
	return ""
}

// weak tells an RSA key that nobody may trust (RFC 8301 §3.2).
func weak(p string) bool {
	der, err := base64.StdEncoding.DecodeString(p)
	if err != nil {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		key, err = x509.ParsePKCS1PublicKey(der)
	}
	public, ok := key.(*rsa.PublicKey)
	return err == nil && ok && public.N.BitLen() < 1024
}
