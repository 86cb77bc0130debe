package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// Every notice has what its mail needs when the portal writes it: each sample becomes a mail,
// with the links and codes of the use cases.
func TestThePortalComposesEveryNotice(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	_, x := c.open()
	defer x.Close()
	const base = "https://protect.example.org"
	want := map[notice.Kind]string{
		notice.KindLockedOut:       base + "/r/" + x.service.LinkToken("link-1"),
		notice.KindRecoveryLink:    "Code: " + x.service.TypedCode("request-1"),
		notice.KindStaffInvitation: base + "/staff/join/" + x.service.InvitationToken("invitation-1"),
		notice.KindCallerCode:      "Staff code: " + x.service.CallerCode("check-1"),
		notice.KindUrgentReview:    base + "/staff/cases/C-1042",
	}
	told := map[notice.Kind]string{}
	for _, n := range notice.All() {
		m, err := compose(n, notice.Envelope{ID: "m-1", To: "ada@example.org"}, x.site())
		if err != nil {
			t.Errorf("%s: %v", n.Kind(), err)
		}
		if slices.Contains(strings.Split(m.Text, "\n"), want[n.Kind()]) && want[n.Kind()] != "" {
			told[n.Kind()] = want[n.Kind()]
		}
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("alone on a line of the mail (-want +got):\n%s", diff)
	}
}
