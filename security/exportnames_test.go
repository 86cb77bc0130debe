package security_test

import (
	"slices"
	"strings"
	"testing"

	"regain/security"
	"regain/security/audit"
	"regain/security/datacopy"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/staff"
)

// TestExportNamesNoStaff: the copy says what staff decided and why, and not who they are.
func TestExportNamesNoStaff(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "alan", "alan@example.org")
	w.member("Ines Analyst", staff.RoleSecurity)
	w.member("Ines Analyst Senior", staff.RoleSecurity)
	w.member("Max (Ops)", staff.RoleAdmin)
	now := w.Now()
	w.commit(audit.AccountImported,
		lockout.OpenCase{Case: security.Case{ID: "c1", Number: "C-1", Account: "u-1001",
			OpenedAt: now, State: recovery.Resumed,
			Evidence: "Ines Analyst Max (Ops) saw Inesita."}},
		security.AddNote{Note: security.Note{ID: "n1", Account: "u-1001", Case: "c1", At: now,
			Action: security.NoteResumed, Department: security.AccountSecurity,
			Evidence: "Her own device.\nProposed by Ines Analyst Senior, approved by Max (Ops)."}})
	u := w.signIn("alan")
	c := w.copyOf(u)
	for _, name := range []string{"Ines A", "Max"} {
		if strings.Contains(string(written(t, c)), name) {
			t.Errorf("the copy holds %q", name)
		}
	}
	const evidence = datacopy.ForeignText + datacopy.Unnamed + " " + datacopy.Unnamed +
		" saw Inesita."
	if got := rowsOf(t, c, "cases")[0]; !slices.Contains(got, evidence) {
		t.Errorf("case %q", got)
	}
	const note = datacopy.ForeignText + "Her own device.\nProposed by " + datacopy.Unnamed +
		", approved by " + datacopy.Unnamed + "."
	if got := rowsOf(t, c, "notes")[0]; !slices.Contains(got, note) {
		t.Errorf("note %q", got)
	}
}
