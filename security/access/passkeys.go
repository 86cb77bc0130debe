package access

import (
	"bytes"
	"slices"

	"regain/security"
	"regain/security/passkey"
)

// ByCredential finds the passkey with a credential id.
func ByCredential(factors []security.Factor, id []byte) (security.Factor, bool) {
	i := slices.IndexFunc(factors, func(f security.Factor) bool {
		return f.Kind == security.FactorPasskey && bytes.Equal(f.Key.ID, id)
	})
	if i < 0 {
		return security.Factor{}, false
	}
	return factors[i], true
}

// Passkeys are those of factors.
func Passkeys(factors []security.Factor) []security.Factor {
	var list []security.Factor
	for _, f := range factors {
		if f.Kind == security.FactorPasskey {
			list = append(list, f)
		}
	}
	return list
}

// Authenticator is the authenticator app among factors; ok is false when there is none.
func Authenticator(factors []security.Factor) (f security.Factor, ok bool) {
	i := slices.IndexFunc(factors, func(f security.Factor) bool {
		return f.Kind == security.FactorTOTP
	})
	if i < 0 {
		return security.Factor{}, false
	}
	return factors[i], true
}

// KeysOf are the public keys of the passkeys among factors.
func KeysOf(factors []security.Factor) []passkey.Key {
	var keys []passkey.Key
	for _, f := range Passkeys(factors) {
		keys = append(keys, f.Key)
	}
	return keys
}
