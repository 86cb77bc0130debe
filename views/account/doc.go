// Package account has the pages of whoever is signed in, and those that lead there.
package account
