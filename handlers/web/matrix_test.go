package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/staff"
	"regain/views/words"
)

// matrix says which roles may use which route of the staff pages. Everybody else is denied.
var matrix = map[string][]staff.Role{
	"GET /staff":                                          everyRole,
	"GET /staff/accounts":                                 everyRole,
	"GET /staff/accounts/:id":                             everyRole,
	"POST /staff/accounts/:id/open":                       everyRole,
	"POST /staff/accounts/:id/caller":                     helpers,
	"POST /staff/accounts/:id/escalate":                   helpers,
	"POST /staff/accounts/:id/hand-over":                  helpers,
	"POST /staff/accounts/:id/link":                       helpers,
	"POST /staff/accounts/:id/lock":                       analysts,
	"GET /staff/cases":                                    analysts,
	"GET /staff/cases.csv":                                analysts,
	"GET /staff/cases/:number":                            analysts,
	"GET /staff/cases/:number/next":                       analysts,
	"POST /staff/cases/:number/take":                      analysts,
	"POST /staff/cases/:number/ask":                       analysts,
	"POST /staff/cases/:number/cause":                     analysts,
	"POST /staff/cases/:number/new-password":              analysts,
	"GET /staff/cases/:number/resume":                     analysts,
	"POST /staff/cases/:number/resume":                    analysts,
	"GET /staff/cases/:number/approve":                    analysts,
	"POST /staff/cases/:number/approve":                   analysts,
	"POST /staff/cases/:number/send-back":                 analysts,
	"GET /staff/cases/:number/decline":                    analysts,
	"POST /staff/cases/:number/decline":                   analysts,
	"POST /staff/cases/:number/reopen":                    analysts,
	"GET /staff/help":                                     everyRole,
	"POST /staff/help":                                    everyRole,
	"GET /staff/lock":                                     analysts,
	"POST /staff/lock":                                    analysts,
	"GET /staff/lock/:id":                                 analysts,
	"GET /staff/lock/:id/result.csv":                      analysts,
	"POST /staff/lock/:id/start":                          analysts,
	"POST /staff/lock/:id/stop":                           analysts,
	"GET /staff/me":                                       everyRole,
	"GET /staff/me/passkeys":                              everyRole,
	"POST /staff/me":                                      everyRole,
	"GET /staff/me/password":                              everyRole,
	"GET /staff/me/sessions":                              everyRole,
	"GET /staff/me/two-factor":                            everyRole,
	"POST /staff/me/passkeys":                             everyRole,
	"POST /staff/me/passkeys/:id/remove":                  everyRole,
	"POST /staff/me/passkeys/:id/rename":                  everyRole,
	"POST /staff/me/password":                             everyRole,
	"POST /staff/me/password/strength":                    everyRole,
	"POST /staff/me/sessions/end":                         everyRole,
	"POST /staff/me/sessions/end-others":                  everyRole,
	"POST /staff/me/two-factor":                           everyRole,
	"POST /staff/me/two-factor/renew":                     everyRole,
	"GET /staff/keys":                                     admins,
	"POST /staff/keys":                                    admins,
	"POST /staff/keys/:id/revoke":                         admins,
	"GET /staff/webhooks":                                 admins,
	"POST /staff/webhooks":                                admins,
	"GET /staff/webhooks/:id":                             admins,
	"POST /staff/webhooks/:id/pause":                      admins,
	"POST /staff/webhooks/:id/resume":                     admins,
	"POST /staff/webhooks/:id/events":                     admins,
	"POST /staff/webhooks/:id/remove":                     admins,
	"POST /staff/webhooks/:id/rotate":                     admins,
	"POST /staff/webhooks/:id/test":                       admins,
	"POST /staff/webhooks/:id/replay":                     admins,
	"POST /staff/webhooks/:id/deliveries/:delivery/again": admins,
	"GET /staff/organisations/:id":                        {staff.RoleSecurity, staff.RoleAdmin},
	"GET /staff/people":                                   admins,
	"POST /staff/people":                                  admins,
	"POST /staff/people/:id/disable":                      admins,
	"POST /staff/people/approve":                          admins,
	"POST /staff/people/send-back":                        admins,
	"GET /staff/reports":                                  reporters,
	"GET /staff/reports.csv":                              reporters,
	"GET /staff/reports/:number":                          reporters,
	"GET /staff/reports/:number/files/:id":                reporters,
	"GET /staff/reports/:number/original":                 reporters,
	"GET /staff/campaigns":                                reporters,
	"GET /staff/campaigns.csv":                            reporters,
	"GET /staff/campaigns.json":                           reporters,
	"GET /staff/campaigns/:number":                        reporters,
	"GET /staff/campaigns/:number/share":                  reporters,
	"POST /staff/campaigns/:number/preview":               reporters,
	"GET /staff/campaigns/:number/verdict":                reporters,
	"POST /staff/campaigns/:number/verdict":               reporters,
	"POST /staff/campaigns/:number/split":                 reporters,
	"POST /staff/campaigns/:number/merge":                 reporters,
	"POST /staff/campaigns/:number/block":                 reporters,
	"GET /staff/blocklist":                                reporters,
	"POST /staff/blocklist":                               reporters,
	"POST /staff/blocklist/:id/lift":                      reporters,
	"GET /staff/tickets":                                  everyRole,
	"GET /staff/tickets.csv":                              everyRole,
	"GET /staff/files/:id":                                everyRole,
	"GET /staff/tickets/:number":                          everyRole,
	"POST /staff/tickets/:number":                         answerers,
	"POST /staff/tickets/:number/open":                    everyRole,
	"POST /staff/tickets/:number/take":                    answerers,
	"POST /staff/tickets/:number/reproof":                 analysts,
	"POST /staff/tickets/:number/reproof/approve":         analysts,
	"POST /staff/tickets/:number/reproof/send-back":       analysts,
}

var (
	everyRole = []staff.Role{staff.RoleSupport, staff.RoleSecurity, staff.RoleTrust, staff.RoleAdmin}
	answerers = []staff.Role{staff.RoleSupport, staff.RoleSecurity, staff.RoleTrust}
	reporters = []staff.Role{staff.RoleSecurity, staff.RoleTrust}
	helpers   = []staff.Role{staff.RoleSupport, staff.RoleSecurity}
	analysts  = []staff.Role{staff.RoleSecurity}
	admins    = []staff.Role{staff.RoleAdmin}
)

// staffed are the routes for whoever is signed in as staff.
func staffed() (all []string) {
	for _, r := range web.Routes(server()) {
		if r.Right != "" {
			all = append(all, r.Method+" "+r.Path)
		}
	}
	return slices.Sorted(slices.Values(all))
}

func TestMatrixIsComplete(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(matrix)), staffed()); diff != "" {
		t.Errorf("matrix and routes differ (-matrix +routes):\n%s", diff)
	}
	for _, r := range web.Routes(server()) {
		ofStaff := r.Path == "/staff" || strings.HasPrefix(r.Path, "/staff/")
		kinds := 0
		for _, is := range []bool{r.Public, r.Halfway, r.Right != ""} {
			if is {
				kinds++
			}
		}
		if ofStaff && kinds != 1 || !ofStaff && (r.Halfway || r.Right != "") {
			t.Errorf("%s %s is open to %d kinds of people", r.Method, r.Path, kinds)
		}
	}
}

// replay sends a request with the cookies of b, so that no answer changes who asks.
func replay(b *handlertest.Browser, route string) *handlertest.Browser {
	method, path, _ := strings.Cut(route, " ")
	o := b.Other()
	q := o.Request(method, real(path), "")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range b.Cookies() {
		q.AddCookie(c)
	}
	return o.Do(q)
}

// denials counts the audit lines of access that was denied to a route, before any use case.
func denials(t *testing.T, b *handlertest.Browser, route string) int {
	t.Helper()
	return strings.Count(tableRows(t, b, "event_details"), `"what":"`+route+`"`)
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	desks := map[staff.Role]*handlertest.Browser{}
	for _, role := range everyRole {
		desks[role] = b.Desk(role, "m-"+string(role))
	}
	for _, route := range staffed() {
		before := denials(t, b, route)
		for role, d := range desks {
			if strings.HasSuffix(route, "/renew") { // after which whoever asks has new codes to save
				d = b.Desk(role, "r-"+string(role))
			}
			o := replay(d, route)
			allowed := slices.Contains(matrix[route], role)
			said := strings.Contains(o.Doc.Find("main").Text(), words.Say("denied").String())
			denied := o.Status == http.StatusForbidden && said
			after := denials(t, b, route)
			if recorded := after - before; allowed == denied || (recorded == 1) != denied {
				t.Errorf("%s as %s: %d, %d times on record", route, role, o.Status, recorded)
			}
			before = after
			if to := o.Header.Get("Location"); allowed && strings.HasPrefix(to, "/staff/signin") {
				t.Errorf("%s as %s leads to %q", route, role, to)
			}
		}
	}
}

// TestDeniedOnWhat: the record says which case, ticket or account somebody reached for.
func TestDeniedOnWhat(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ben := b.Desk(staff.RoleSupport, "ben")
	ben.Post("/staff/cases/C-1042/resume", url.Values{"reason": {"x"}}).On(403, "problem")
	ben.Post("/staff/cases/"+strings.Repeat("9", 400)+"/resume", url.Values{}).On(403, "problem")
	for _, want := range []string{`"on":"C-1042"`, `"on":"` + strings.Repeat("9", 128) + `"`} {
		if n := strings.Count(tableRows(t, b, "event_details"), want); n != 1 {
			t.Errorf("%s is on record %d times", want, n)
		}
	}
}

// TestMatrixBeforeSignIn: nobody gets at any page who is not signed in to the end.
func TestMatrixBeforeSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleAdmin, "half")
	off := b.Desk(staff.RoleAdmin, "off")
	b.Desk(staff.RoleAdmin, "rest")
	_, err := b.Service.Staff.DisableStaff(t.Context(), security.Operator("test"),
		"off@market.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		browser  *handlertest.Browser
		get, use string // where a page and a form lead to
	}{
		"nobody":         {b.Other(), "/staff/signin", "/staff/signin"},
		"half signed in": {b.HalfDesk("half"), "/staff/signin/verify", "/staff/signin/verify"},
		"setting up":     {joining(t, b), "/staff/setup", "/staff/setup"},
		"disabled":       {off, "/staff/signin", "/staff"},
		"owner":          {ownerOf(b, "ada"), "/staff/signin", "/staff/signin"},
	} {
		before := rows(t, b)
		for _, route := range staffed() {
			want := row.get
			if strings.HasPrefix(route, http.MethodPost) {
				want = row.use
			}
			o := replay(row.browser, route)
			if to := o.Header.Get("Location"); o.Status != http.StatusSeeOther || to != want {
				t.Errorf("%s as %s: %d to %q, want %q", route, name, o.Status, to, want)
			}
		}
		if diff := cmp.Diff(before, rows(t, b)); diff != "" {
			t.Errorf("as %s, rows changed (-before +after):\n%s", name, diff)
		}
	}
}

// TestStaffIsNoOwner: a session of staff opens no page of owners.
func TestStaffIsNoOwner(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	for _, r := range web.Routes(server()) {
		if strings.HasPrefix(r.Path, "/recovery") {
			if o := replay(d, r.Method+" "+r.Path); o.Header.Get("Location") != "/recover" {
				t.Errorf("%s %s: %d to %q", r.Method, r.Path, o.Status, o.Header.Get("Location"))
			}
		}
	}
}

func ownerOf(b *handlertest.Browser, who string) *handlertest.Browser {
	o := b.Other()
	b.Lock(who)
	return enterByLink(o)
}
