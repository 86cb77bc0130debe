package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// analysts is how many members of Account Security there are.
const analysts = 4

// staffPassword is theirs.
const staffPassword = "nine copper lanterns at dawn"

// analyst is one of them, signed in.
type analyst struct{ browser *visitor }

// hire lets the analysts join through their invitations.
func (r *run) hire(p *portal) error {
	for i := range analysts {
		to := fmt.Sprintf("analyst%d@staff.example", i)
		if _, err := p.do(nil, "staff", "invite", to, "--role", "account_security"); err != nil {
			return err
		}
		l, err := r.box.wait(to, "staff_invitation")
		if err != nil {
			return err
		}
		link, err := l.link(r.base)
		if err != nil {
			return err
		}
		v := r.visitor(1<<23+i, time.Time{})
		v.get(link)
		v.post(link, nil)
		v.follow()
		v.post("/staff/setup", url.Values{"name": {fmt.Sprint("Analyst ", i)},
			"new_password": {staffPassword}, "code": {v.totp()}})
		v.follow()
		v.post("/staff/codes", url.Values{"saved": {"on"}})
		v.follow()
		if v.err != nil {
			return fmt.Errorf("analyst: %w", v.err)
		}
		r.desks <- &analyst{v}
	}
	return nil
}

// staff is an analyst who looks for work and brings one case a step on.
func staff(r *run, c caller) error {
	a := <-r.desks
	defer func() { r.desks <- a }()
	v := a.browser
	v.due, v.err = c.due, nil
	v.get("/staff/accounts?q=" + r.member(c.random))
	v.get("/staff/cases")
	v.on("staff-cases")
	if v.err != nil {
		return v.err
	}
	links := v.doc.Find(`tbody th a[href^="/staff/cases/"]`)
	if links.Length() == 0 {
		return nil
	}
	path, _, _ := strings.Cut(links.Eq(c.random.IntN(links.Length())).AttrOr("href", ""), "?")
	v.get(path)
	v.on("staff-case")
	if v.offers(path+"/take") && !v.links(path+"/approve") {
		if v.post(path+"/take", nil); v.status == http.StatusConflict {
			return nil // a colleague was faster
		}
		v.follow()
	}
	reason := url.Values{"reason": {"The login was stopped, the owner secured the account."}}
	switch {
	case v.links(path + "/approve"):
		approve := func() {
			v.get(path + "/approve")
			v.post(path+"/approve", nil)
		}
		if approve(); v.status == http.StatusForbidden {
			// Who looked in the very moment in which it was proposed has to look again.
			v.err = nil
			if v.get(path); !v.links(path + "/approve") {
				return v.err
			}
			approve()
		}
	case v.links(path + "/resume"):
		v.get(path + "/resume")
		v.post(path+"/resume", reason)
	default:
		return v.err // a colleague has it
	}
	if v.status == http.StatusConflict {
		return nil // a colleague was faster
	}
	v.follow()
	if v.err == nil && v.doc.Find("#decide").Text() == "" {
		v.fail("says nothing of the decision")
	}
	if v.err == nil && strings.Contains(v.doc.Find("[role=status]").Text(), "open again") {
		number := path[strings.LastIndex(path, "/")+1:]
		r.keep(func(k *kept) { k.resumed = append(k.resumed, number) })
	}
	return v.err
}

// offers and links report whether the page has a form for, or a link to, an address.
func (v *visitor) offers(to string) bool { return v.has(`form[action="` + to + `"]`) }
func (v *visitor) links(to string) bool  { return v.has(`a[href="` + to + `"]`) }

func (v *visitor) has(selector string) bool { return v.err == nil && v.doc.Find(selector).Length() > 0 }
