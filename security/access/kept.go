package access

import (
	"encoding/json"
	"fmt"
	"time"
)

// purposeForm is what forms are sealed for that wait in the browser.
const purposeForm = "waiting-form"

// KeptLife is how long a form can be sent again that had to wait: longer than anybody is told to, and
// no longer, because a password may be in it.
const KeptLife = 5 * time.Minute

// KeptForm is a form that had to wait for its turn: what was typed, the ticket of its place, and the fields
// that had brought files, which are not kept.
type KeptForm struct {
	At     time.Time           `json:"at"`
	Ticket string              `json:"ticket,omitempty"`
	Values map[string][]string `json:"values"`
	Files  []string            `json:"files,omitempty"`
}

// KeepForm seals a form, so that the browser keeps it and can read nothing of it. Of says which
// address it was sent to, in which session.
func (s *Service) KeepForm(f KeptForm, of string) (string, error) {
	f.At = s.Now()
	plain, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("keep form: %w", err)
	}
	return s.Seal(purposeForm, of, plain), nil
}

// OpenForm opens what KeepForm sealed for the same address and session; false when it is of another
// one, or older than KeptLife.
func (s *Service) OpenForm(sealed, of string) (f KeptForm, ok bool) {
	plain, err := s.Unseal(purposeForm, of, sealed)
	if err != nil || json.Unmarshal(plain, &f) != nil {
		return KeptForm{}, false
	}
	age := s.Now().Sub(f.At)
	return f, age >= 0 && age <= KeptLife
}
