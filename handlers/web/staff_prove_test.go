package web_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security/access"
	"regain/security/staff"
)

// TestProofBeforeAForm: a form that decides waits for a fresh proof, through wrong codes, and
// goes on with all that was typed.
func TestProofBeforeAForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	d.Open(path+"/resume").On(200, "staff-case-resume")
	b.Advance(access.ProofFresh)
	d.Fill("reason", "  All is \"well\",\nshe says.").Submit().On(403, "staff-prove")
	d.Wants(403, "main", "Nothing that you typed is lost")
	d.Fill("code", "").Submit().On(422, "staff-prove").Wants(422, ".error", "Enter")
	d.Fill("code", "000000").Submit().On(422, "staff-prove")
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || !a.Locked() {
		t.Fatalf("resumed without a proof: %v", err)
	}
	old := d.Cookies()
	d.Fill("of", "recovery_").Fill("code", "AAAA-BBBB-CCCC-DDDD").Submit().
		Wants(422, `details[open] [id="recovery_code.error"]`, "does not match")
	d.Fill("of", "recovery_").Fill("code", b.StaffCode("ines")).Submit().Wants(303, "", path)
	if d.Cookies()[0].Value == old[0].Value {
		t.Error("the cookie is the one from before the proof")
	}
	d.Follow().On(200, "staff-case").Wants(200, "[role=status]", "The account is open again")
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || a.Locked() {
		t.Errorf("not resumed: %v", err)
	}
	if text := rows(t, b)["notes"]; !strings.Contains(text, `All is \"well\"`) &&
		!strings.Contains(text, "All is") {
		t.Errorf("the reason is lost: %s", text)
	}
}

// TestProofKeepsWhatIsRefused: a form that is refused after the proof is the same page with what
// was typed.
func TestProofKeepsWhatIsRefused(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "root")
	d.Open("/staff/people").On(200, "staff-people")
	b.Advance(access.ProofFresh)
	d.Fill("email", "nobody").Fill("name", "Nora <b>").Fill("role", "support").
		SubmitTo("/staff/people").On(403, "staff-prove")
	d.Fill("code", b.StaffCode("root")).Submit().On(422, "staff-people")
	if got := d.Doc.Find(`input[name="name"]`).AttrOr("value", ""); got != "Nora <b>" {
		t.Errorf("the name is %q", got)
	}
	d.Fill("email", "new@market.example").SubmitTo("/staff/people").Wants(303, "", "/staff/people")
}

// TestProofBeforeAPage: a page is asked for again after the proof, and the proof leads nowhere
// else.
func TestProofBeforeAPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	b.Advance(access.ProofFresh)
	for _, act := range []string{"resume", "approve", "decline"} {
		d.Open(path+"/"+act).Wants(303, "", "/staff/prove?next="+url.QueryEscape(path+"/"+act))
	}
	d.Follow().On(200, "staff-prove").Fill("code", b.StaffCode("ines")).Submit()
	d.Wants(303, "", path+"/decline").Follow().On(200, "staff-case-decline")
	d.Open("/staff/prove?next="+url.QueryEscape(path)).Wants(303, "", path)
	for _, bad := range []string{"https://evil.example/staff", "//evil.example", "/account",
		"/staff/../account", "/staffed", "/staff\r\nX: y"} {
		d.Open("/staff/prove?next="+url.QueryEscape(bad)).Wants(303, "", "/staff")
	}
	b.Advance(access.ProofFresh)
	d.Open("/staff/prove").Fill("code", b.StaffCode("ines")).Submit().Wants(303, "", "/staff")
	b.Advance(access.ProofFresh)
	d.Open("/staff/prove").On(200, "staff-prove")
	d.Post("/staff/prove", url.Values{"code": {b.StaffCode("ines")},
		"to": {"/account/password"}}).Wants(303, "", "/staff")
}

// TestProofGivesNoRight: what waits for a proof is asked everything else afterwards.
func TestProofGivesNoRight(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	c := b.Lock("ada")
	b.Advance(access.ProofFresh)
	path := "/staff/cases/" + c.Number + "/resume"
	d.Post(path, url.Values{"reason": {"x"}}).On(403, "problem")
	d.Post("/staff/prove", url.Values{"code": {b.StaffCode("ben")}, "to": {path},
		"kept_reason": {"x"}}).On(403, "problem")
	if n := denials(t, b, "POST /staff/cases/:number/resume"); n != 2 {
		t.Errorf("denied %d times on record", n)
	}
}

// TestProofTries: guesses are slowed down, and what was typed outlasts the wait.
func TestProofTries(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "root")
	d.Open("/staff/people")
	b.Advance(access.ProofFresh)
	d.Fill("email", "new@market.example").Fill("role", "support").SubmitTo("/staff/people")
	for range 20 {
		if d.Fill("code", "000000").Submit(); d.Status != 422 {
			break
		}
	}
	d.On(429, "staff-prove").Wants(429, ".note.warn", "You can try again at")
	if words := d.Doc.Find("main").Text(); strings.Contains(words, "your account") {
		t.Errorf("speaks of an account: %s", words)
	}
	if n := d.Doc.Find(`main a[href="/staff/prove"]`).Length(); n != 0 {
		t.Error("a link leaves behind what was typed")
	}
	if d.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	d.Submit().On(422, "staff-prove")
	if got := d.Doc.Find(`input[name="kept_email"]`).AttrOr("value", ""); got != "new@market.example" {
		t.Errorf("the address is %q", got)
	}
}

// TestMovedStaffSession: a session that turns up in another browser or country shows nothing until
// its holder proves that it is them; in the place before it is asked again then.
func TestMovedStaffSession(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(d *handlertest.Browser, away bool){
		"browser": func(d *handlertest.Browser, away bool) {
			d.Agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
			if away {
				d.Agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) " +
					"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
			}
		},
	} {
		b := handlertest.New(t)
		d := b.Desk(staff.RoleAdmin, "root")
		d.Open("/staff/people").On(200, "staff-people")
		move(d, true)
		d.Fill("email", "new@market.example").Fill("role", "support").SubmitTo("/staff/people")
		d.On(403, "staff-prove").Wants(403, "main", "You seem to be in another country now")
		d.Open("/staff/tickets").Wants(303, "", "/staff/prove?next=%2Fstaff%2Ftickets")
		d.Post("/staff/extend", nil).On(403, "staff-prove")
		d.Open("/staff/people").Follow().On(200, "staff-prove")
		d.Fill("code", b.StaffCode("root")).Submit().Wants(303, "", "/staff/people")
		d.Follow().On(200, "staff-people")
		move(d, false)
		d.Open("/staff/people").Wants(303, "", "/staff/prove?next=%2Fstaff%2Fpeople")
		d.Follow().SubmitTo("/staff/signout").Wants(303, "", "/staff/signin")
		d.Open("/staff").Wants(303, "", "/staff/signin")
		if n := strings.Count(rows(t, b)["staff"], "new@market.example"); n != 0 {
			t.Errorf("%s: invited without a proof", name)
		}
	}
}

// TestProveBeforeSignIn: whoever has not signed in to the end is led there.
func TestProveBeforeSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleAdmin, "half")
	for name, d := range map[string]*handlertest.Browser{
		"/staff/signin/verify": b.HalfDesk("half"), "/staff/setup": joining(t, b)} {
		d.Open("/staff/prove").Wants(303, "", name)
		d.Post("/staff/prove", url.Values{"code": {"000000"}}).Wants(303, "", name)
	}
	b.Other().Open("/staff/prove").Wants(303, "", "/staff/signin")
}
