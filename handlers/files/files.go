// Package files is how forms with a message take files, and how files are shown and handed out.
package files

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/attach"
	"regain/views"
)

// Of is what a form with a message may bring. It is more than is taken of a file, so that whoever
// sends a larger one is told which, and keeps what they wrote. A table of routes alone has no rooms.
func Of(p *handlers.Portal) handlers.Files {
	if p.Security == nil || !p.Security.Attach.On() {
		return handlers.Files{}
	}
	return handlers.Files{Count: 2 * attach.MaxFiles, Size: 3 * attach.MaxSize}
}

// Brought is what came with a form.
type Brought struct {
	Files []security.File // that go with the message
	Wrong []views.Wrong   // why others do not
}

// Form is a form that may bring files for several holders.
type Form struct {
	By security.Actor
	// Holder is on whose behalf the files of a field are taken, by the fields that stand before it; false
	// where they are not. Fields are all that have some, known when the form was read.
	Holder func(field string) (attach.Holder, bool)
	Fields func() []string
	// Other takes what Holder does not; nil lets it go.
	Other func(handlers.File, io.Reader) error
	// Session is that of whoever sends the form, which was found before it was read; nil for none.
	Session *access.Session
}

// Sender is somebody in a session who sends a form.
type Sender interface {
	Holder() attach.Holder
	InSession() *access.Session
}

// Take reads a form that may bring files, and keeps them for whoever sends it. Where no files
// are taken, the form was read before, and has none.
func Take(p *handlers.Portal, c echo.Context, who Sender) (Brought, error) {
	if !p.Security.Attach.On() {
		return Brought{}, nil
	}
	from := who.Holder()
	of, err := Form{By: owner(c, from), Session: who.InSession(), Fields: func() []string { return []string{attach.Field} },
		Holder: func(string) (attach.Holder, bool) { return from, true }}.Take(p, c)
	return of[attach.Field], err
}

// Take reads the form, and keeps its files; what came is told by the field.
func (f Form) Take(p *handlers.Portal, c echo.Context) (map[string]Brought, error) {
	ctx, all := c.Request().Context(), map[string]Brought{}
	r := reading{Form: f, of: p, c: c, taken: map[string][]attach.Attachment{}, all: all}
	err := p.ReceiveFiles(c, f.By.Kind == security.ByOwner, r.file)
	if err == nil {
		err = r.away
	}
	if f.Session != nil { // by what stands in it a second press of its button is known
		f.Session.Form = handlers.Visitor(c).Form
	}
	f.again(c, all)
	if err != nil || !p.Security.Attach.On() {
		return all, err
	}
	if err := f.dropUnticked(ctx, p, c.Request().PostForm); err != nil {
		return all, err
	}
	for _, field := range f.Fields() {
		if from, ok := f.Holder(field); ok {
			b := all[field]
			if err := b.add(c, p, from, field, r.taken[field]); err != nil {
				return all, err
			}
			all[field] = b
		}
	}
	if !r.lost {
		handlers.AmongFields(c)
	}
	return all, nil
}

// reading is a form that comes in, and what has come so far.
type reading struct {
	Form
	of    *handlers.Portal
	c     echo.Context
	taken map[string][]attach.Attachment
	all   map[string]Brought
	lost  bool  // a file has come that is nobody's
	away  error // the database: what was typed behind the file is read all the same
}

// file takes one file.
func (r *reading) file(file handlers.File, body io.Reader) error {
	from, ok := r.Holder(file.Field)
	switch {
	case r.away != nil:
		return handlers.PassOver(file, body)
	case ok && r.of.Security.Attach.On():
	case r.Other != nil:
		r.lost = true
		return r.Other(file, body)
	default:
		r.lost = true
		return handlers.PassOver(file, body)
	}
	a, err := r.of.Security.Attach.Take(r.c.Request().Context(), r.By, from, file.Name, body)
	if errors.Is(err, attach.ErrDepot) {
		r.of.Failure(r.c, "", err)
	}
	if wrong := fileWrong(err); wrong != nil {
		b := r.all[file.Field]
		b.Wrong = append(b.Wrong, at(file.Field, wrong)...)
		r.all[file.Field] = b
		return handlers.PassOver(file, body)
	}
	if errors.Is(err, security.ErrUnavailable) {
		r.away = err
		return handlers.PassOver(file, body)
	}
	if err == nil {
		r.taken[file.Field] = append(r.taken[file.Field], a)
	}
	return err
}

// again asks for the files anew that a form had brought before it waited.
func (f Form) again(c echo.Context, all map[string]Brought) {
	gone, fields := slices.Compact(slices.Sorted(slices.Values(handlers.LostFiles(c)))), f.Fields()
	if len(fields) == 0 {
		return
	}
	for _, field := range gone {
		told := field
		if !slices.Contains(fields, field) {
			told = fields[0]
		}
		b := all[told]
		b.Wrong = append(b.Wrong, views.Wrong{Field: field, Code: "files_again"})
		all[told] = b
	}
}

// dropUnticked destroys the files that were shown, and that nobody wants to send.
func (f Form) dropUnticked(ctx context.Context, p *handlers.Portal, form url.Values) error {
	for _, id := range form["shown"] {
		if slices.Contains(form["file"], id) {
			continue
		}
		for _, field := range f.Fields() {
			from, ok := f.Holder(field)
			if !ok {
				continue
			}
			err := p.Security.Attach.Drop(ctx, f.By, from.Key, id)
			if err != nil && !errors.Is(err, security.ErrNotFound) {
				return err
			}
		}
	}
	return nil
}

// add is what goes along of a field: what was just taken, and of what the holder has ready, what is
// ticked. What was taken is ticked from now on.
func (b *Brought) add(c echo.Context, p *handlers.Portal, from attach.Holder, field string,
	taken []attach.Attachment) error {
	ctx, form := c.Request().Context(), c.Request().PostForm
	drafts, err := p.Security.Attach.Drafts(ctx, from.Key)
	if err != nil {
		return err
	}
	for _, a := range drafts {
		if slices.Contains(form["file"], a.ID) {
			b.Files = append(b.Files, security.File{ID: a.ID, Holder: from.Key})
		}
	}
	for _, a := range p.Security.Attach.CheckNow(ctx, taken) {
		if complaint := a.Complaint(); complaint != nil {
			b.Wrong = append(b.Wrong, at(field, handlers.Wrong(complaint))...)
			continue
		}
		b.Files = append(b.Files, security.File{ID: a.ID, Holder: from.Key})
		form.Add("file", a.ID)
		form.Add("shown", a.ID)
	}
	return nil
}

// at is what is wrong with the files of a field, beside that field.
func at(field string, wrong []views.Wrong) []views.Wrong {
	for i := range wrong {
		if wrong[i].Field == attach.Field {
			wrong[i].Field = field
		}
	}
	return wrong
}

// fileWrong is what a form says of a file that was refused. That there were too many of them is one of
// its reasons.
func fileWrong(err error) []views.Wrong {
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Retry > 0 {
		return []views.Wrong{{Field: attach.Field, Code: "files_too_often"}}
	}
	return handlers.Wrong(err)
}

// Field is the field of a form that takes files, with those that the holder has ready.
func Field(p *handlers.Portal, ctx context.Context, holder string) (views.Files, error) {
	files := p.Security.Attach
	f := views.Files{On: files.On(), Accepted: files.Accepted(), Most: attach.MaxFiles,
		Size: attach.MaxSize >> 20}
	drafts, err := files.Drafts(ctx, holder)
	f.Ready = List(drafts, "")
	return f, err
}

// List is files as a page shows them. They open below a path; "" is for those that do not.
func List(all []attach.Attachment, below string) (list []views.File) {
	for _, a := range all {
		f := views.File{ID: a.ID, Name: a.Name, State: string(a.State), Size: int((a.Size + 1023) >> 10)}
		if a.Openable() && below != "" {
			f.Path = below + "/" + a.ID
		}
		list = append(list, f)
	}
	return list
}

// Shown are the files of messages, by the ids of these, as a page shows them that opens them below a
// path.
func Shown(of map[string][]attach.Attachment, below string) map[string][]views.File {
	all := map[string][]views.File{}
	for message, list := range of {
		all[message] = List(list, below)
	}
	return all
}

// owner is who acts in the name of a holder.
func owner(c echo.Context, from attach.Holder) security.Actor {
	by := security.Actor{Kind: security.ByOwner, ID: from.Account, Visitor: handlers.Visitor(c)}
	if from.Account == "" {
		by.Kind = security.ByStranger
	}
	return by
}
