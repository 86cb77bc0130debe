package storetest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Address is one of this machine at which nobody listens, for another program. Its port is below those that the
// kernel gives to connections that leave (net.ipv4.ip_local_port_range), so that none of them has it before the
// program listens.
func Address(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(20_000+rand.IntN(12_000)))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Addr().String()
	}
	t.Fatal("no port is free")
	return ""
}
