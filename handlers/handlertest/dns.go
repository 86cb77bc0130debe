package handlertest

import (
	"context"
	"net"
)

// LookupTXT answers for the DNS, which knows what w.DNS says (mailproof.Resolver).
func (w *World) LookupTXT(_ context.Context, name string) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	record, ok := w.DNS[name]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return []string{record}, nil
}
