//go:build race

package main

import "regain/security/password"

// The race detector looks at every word of memory that argon2 touches: a hash at the real cost takes it a second, and
// says nothing about races that a cheap one does not. Benchmarks and the browser's tests are built without it.
func init() { password.DefaultCost = password.Cost{Memory: 8, Time: 1} }
