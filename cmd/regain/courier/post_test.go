package courier

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/wiring"
	"regain/security"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/seal"
	"regain/security/token"
	"regain/store"
	"regain/views/mail"
	"regain/views/words"
)

// post is that of a portal whose tokens can be made, and nothing else.
func post(t *testing.T) Post {
	t.Helper()
	keys, err := token.NewKeys([]byte("the secret of tests and of nothing else"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return Post{Service: wiring.Rooms(security.Core{Keys: keys, Box: box, Now: time.Now}, (*store.DB)(nil)),
		From: "Example Market <protect@market.example>",
		Site: mail.Site{BaseURL: "https://protect.example.org", Brand: "Example Market"}}
}

// TestStaffHaveAHostOfTheirOwn: what leads to the console, and what is said about it, names its host.
func TestStaffHaveAHostOfTheirOwn(t *testing.T) {
	t.Parallel()
	p := post(t)
	p.Site.StaffURL = "https://staff.example.org"
	const portal = "https://protect.example.org"
	for _, n := range notice.All() {
		m, err := compose(n, notice.Envelope{ID: "m-1", To: "ada@example.org"}, p.site())
		if err != nil {
			t.Errorf("%s: %v", n.Kind(), err)
		}
		for _, body := range []string{m.Text, m.HTML} {
			if strings.Contains(body, portal+"/staff") || strings.Contains(body, "protect.example.org/staff") {
				t.Errorf("%s leads to the console at the portal's host:\n%s", n.Kind(), m.Text)
			}
		}
		_, link := n.(notice.StaffInvitation)
		if link != strings.Contains(m.Text, "It starts with https://staff.example.org/ and") {
			t.Errorf("%s tells the host of its link:\n%s", n.Kind(), m.Text)
		}
	}
}

// Every notice has what its mail needs when the portal writes it: each sample becomes a mail,
// with the links and codes of the use cases.
func TestThePortalComposesEveryNotice(t *testing.T) {
	t.Parallel()
	p := post(t)
	base := p.Site.BaseURL
	want := map[notice.Kind]string{
		notice.LockedOut{}.Kind():    base + "/r/" + p.Service.Lockout.LinkToken("link-1"),
		notice.RecoveryLink{}.Kind(): "Code: ABCD-2345",
		notice.StaffInvitation{}.Kind(): base + "/staff/join/" +
			p.Service.Staff.InvitationToken("invitation-1"),
		notice.CallerCode{}.Kind():   "Staff code: 7KM-3QX",
		notice.UrgentReview{}.Kind(): base + "/staff/cases/C-1042",

		notice.UnfamiliarSignIn{}.Kind(): base + "/alert/" +
			p.Service.AlertToken("alert-1_address-1") +
			"/not-me",
		notice.ChangeNoticed{}.Kind(): base + "/alert/" +
			p.Service.AlertToken("alert-2_address-1") + "/me",
		notice.ConfirmAddress{}.Kind(): base + "/address/" + p.Service.AddressToken("change-2"),
		notice.EmailChanged{}.Kind(): base + "/address/" + p.Service.UndoToken("change-1") +
			"/undo",
		notice.DataExported{}.Kind(): base + "/account/data",
	}
	told := map[notice.Kind]string{}
	for _, n := range notice.All() {
		m, err := compose(n, notice.Envelope{ID: "m-1", To: "ada@example.org"}, p.site())
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

// sent keeps what is sent.
type sent struct {
	Sender
	mails []Message
}

func (s *sent) Send(_ context.Context, m Message) error {
	s.mails = append(s.mails, m)
	return nil
}

// TestLanguageAtSending: a mail is in the language that its account has when it is sent; where that says
// nothing, in the one that it had when the mail was queued.
func TestLanguageAtSending(t *testing.T) {
	t.Parallel()
	p := post(t)
	last := words.All[len(words.All)-1].Tag
	for _, tt := range []struct{ queued, now, want string }{
		{"en", last, last}, {last, "", last}, {last, "en", "en"}, {"", "", "en"}, {last, "zz", "en"},
	} {
		m := p.Service.Mail(security.Account{ID: "u-1001", Username: "ada", Locale: tt.queued},
			recovery.Address{Email: "ada@example.org"}, notice.AccountResumed{Case: "C-1042"}, time.Time{}).Mail
		item := notice.Item{ID: m.ID, Kind: notice.Kind(m.Kind), Data: m.Data, Locale: tt.now}
		var out sent
		if err := p.Courier(&out).Deliver(t.Context(), item); err != nil {
			t.Fatal(err)
		}
		if got := out.mails[0].Language; got != tt.want {
			t.Errorf("queued in %q, now %q: sent in %q, want %q", tt.queued, tt.now, got, tt.want)
		}
	}
}

// A link for one purpose opens nothing for another, and gives back the id that it was made from.
func TestAlertAndAddressLinksOpen(t *testing.T) {
	t.Parallel()
	p := post(t)
	tokens := map[string]string{"alert": p.Service.AlertToken("alert-1_address-1"),
		"address":          p.Service.AddressToken("change-1"),
		"password-contest": p.Service.Guided.ContestToken("1_address-1_u-1"),
		"reproof-veto":     p.Service.Desk.VetoToken("proposal-1_address-1"),
		"address-undo":     p.Service.UndoToken("change-1")}
	ids := map[string]string{"alert": "alert-1_address-1", "address": "change-1",
		"password-contest": "1_address-1_u-1", "reproof-veto": "proposal-1_address-1",
		"address-undo": "change-1"}
	for made, tok := range tokens {
		for asked := range tokens {
			want := ""
			if made == asked {
				want = ids[made]
			}
			if id, ok := p.Service.Keys.Open(asked, tok); id != want || ok != (want != "") {
				t.Errorf("token for %s opened for %s: %q, %v, want %q", made, asked, id, ok, want)
			}
		}
	}
}
