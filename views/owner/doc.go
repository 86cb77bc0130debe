// Package owner has the pages that are open to everybody, and those of the guided recovery and the
// check-up.
package owner
