package views_test

import (
	"testing"

	"regain/security/ticket"
	"regain/views"
	"regain/views/words"
)

// TestDepartment: each department is named in the language of whoever reads; one that this version does
// not know says itself.
func TestDepartment(t *testing.T) {
	t.Parallel()
	ctx := words.With(t.Context(), words.Pseudo)
	for _, name := range append(ticket.Departments, "Billing") {
		text := views.Department(name)
		if text.String() != name {
			t.Errorf("%q is called %q", name, text)
		}
		if same := text.In(ctx) == name; same != (name == "Billing") {
			t.Errorf("%q is called %q in another language", name, text.In(ctx))
		}
	}
}
