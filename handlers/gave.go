package handlers

import (
	"encoding/json"

	"regain/security/casework"
)

// KeepGave keeps in the browser what somebody gave to a fake page, until they have proved who they are.
// The cookie is encrypted, and is all that holds it.
func KeepGave(j *Jar, g casework.Given) {
	text, err := json.Marshal(g)
	if err == nil {
		j.Put(InGave, string(text))
	}
}

// GaveIn is what KeepGave kept, or nothing. What is there may be from another version of the program.
func GaveIn(j *Jar) casework.Given {
	var g casework.Given
	if json.Unmarshal([]byte(j.Get(InGave)), &g) != nil {
		return casework.Given{}
	}
	if g, err := g.Clean(); err == nil {
		return g
	}
	return casework.Given{}
}
