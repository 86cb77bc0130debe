package handlertest

import (
	"encoding/base64"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/otp"
	"regain/security/seal"
	"regain/security/staff"
)

// StaffPassword is the password of every member of staff that World adds.
const StaffPassword = "nine copper lanterns at dawn"

// step is how long a code of an authenticator counts.
const step = 30 * time.Second

// authenticator is the app of a member of staff or of an owner.
type authenticator struct {
	secret string
	shown  time.Time // of the last code
}

// StaffMember adds a member of staff who has joined, is called name everywhere and has the
// address name@market.example and the id staff-name.
func (w *World) StaffMember(role staff.Role, name string) {
	w.t.Helper()
	id, secret := "staff-"+name, otp.Secret(key()[:20])
	hash, err := w.Service.Hasher.Hash(w.t.Context(), StaffPassword)
	w.must(err)
	sealed := w.Service.Box.Seal([]byte(secret), seal.For("factor", id+"-app"))
	w.Commit(staff.AddStaff{Staff: staff.Staff{ID: id, Email: name + "@market.example",
		Name: name, Role: role, PasswordHash: hash, InvitedAt: w.Now(), JoinedAt: w.Now()}},
		security.AddFactor{Factor: security.Factor{ID: id + "-app", Subject: id, Staff: true,
			Kind: security.FactorTOTP, AddedAt: w.Now(),
			Sealed: base64.StdEncoding.EncodeToString(sealed)}})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.apps[name] = &authenticator{secret: secret}
}

// StaffCode is a code of the member's authenticator that counts now and was not shown before.
// There are three of them while the clock stands still.
func (w *World) StaffCode(name string) string {
	w.t.Helper()
	return w.code(name)
}

func (w *World) code(name string) string {
	w.t.Helper()
	now := w.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	app := w.apps[name]
	if app == nil {
		w.t.Fatalf("there is no authenticator of %q", name)
	}
	at := now.Add(-step)
	if next := app.shown.Add(step); next.After(at) {
		at = next
	}
	if at.After(now.Add(step)) {
		w.t.Fatalf("%s has shown all codes that count at %s", name, now)
	}
	app.shown = at
	code, err := totp.GenerateCode(app.secret, at)
	w.must(err)
	return code
}

// Desk is a new browser in which the member of staff is signed in, through the forms. Whoever
// is not there yet is added with the role.
func (b *Browser) Desk(role staff.Role, name string) *Browser {
	b.t.Helper()
	b.mu.Lock()
	_, known := b.apps[name]
	b.mu.Unlock()
	if !known {
		b.StaffMember(role, name)
	}
	d := b.HalfDesk(name)
	d.Follow().On(200, "staff-signin-verify")
	return d.Fill("code", b.StaffCode(name)).Submit().Wants(303, "", "/staff")
}

// HalfDesk is a new browser in which a member of staff has shown the password and no code.
func (b *Browser) HalfDesk(name string) *Browser {
	b.t.Helper()
	d := b.Other()
	d.Open("/staff/signin").Fill("identifier", name+"@market.example")
	return d.Fill("password", StaffPassword).Submit().Wants(303, "", "/staff/signin/verify")
}
