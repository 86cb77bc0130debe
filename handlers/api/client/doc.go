// Package client asks the API, by its document. It is for programs of the marketplace; the portal
// itself needs nothing of it.
package client
