package store_test

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/casework"
	"regain/store"
)

func fileChecks(db *store.DB, p person) []check {
	who := p.account.ID
	a := attach.Attachment{ID: "file of " + who, Account: who, Holder: "session of " + who, Name: "shot.png",
		Type: "image/png", Size: 12, State: attach.Waiting, Blob: "blob of " + who, Sealed: "key", At: now,
		NextTry: now.Add(time.Second)}
	add := attach.Add{Attachment: a}
	var five []security.Write
	for i := range attach.MaxFiles {
		more := a
		more.ID, more.Blob = fmt.Sprint(who, i), fmt.Sprint("blob", who, i)
		five = append(five, attach.Add{Attachment: more})
	}
	passed := attach.Settle{ID: a.ID, From: attach.Waiting, To: attach.Clean, Type: "image/jpeg",
		Blob: "made of " + who, Sealed: "other", Size: 9, At: now.Add(time.Minute)}
	clean := a
	clean.State, clean.Type, clean.Blob, clean.Sealed, clean.Size, clean.SettledAt = attach.Clean,
		passed.Type, passed.Blob, passed.Sealed, passed.Size, passed.At
	found := attach.Settle{ID: a.ID, From: attach.Waiting, To: attach.Infected, Type: a.Type, Reason: "Test",
		Size: a.Size, At: now}
	put := casework.PutFile{File: security.File{ID: a.ID, Holder: a.Holder}, Ticket: "t of " + who,
		Message: "m of " + who}
	strange := put
	strange.Holder = "somebody else"
	onMessage := a
	onMessage.Ticket, onMessage.Message = put.Ticket, put.Message
	drop := attach.Discard{ID: a.ID, Holder: a.Holder}
	remove := attach.Remove{ID: a.ID, Account: who, Message: put.Message}
	elsewhere, nobodys := remove, remove
	elsewhere.Message, nobodys.Account = "m of another", "nobody"
	read := reading(db.Protect().Attachment, a.ID)
	return []check{
		{name: "add file", write: add, read: read, want: a, refused: []security.Write{add}},
		{name: "add file beyond the most", before: five[1:], write: five[0],
			read: reading(db.Protect().Attachment, five[0].(attach.Add).Attachment.ID),
			want: five[0].(attach.Add).Attachment, refused: []security.Write{add}},
		{name: "settle file", before: []security.Write{add}, write: passed, read: read, want: clean,
			refused: []security.Write{passed, found}},
		{name: "put file on a message", before: []security.Write{add}, write: put, read: read,
			want: onMessage, refused: []security.Write{put, strange, drop, elsewhere, nobodys}},
		{name: "remove file from a message", before: []security.Write{add, put}, write: remove, read: read,
			want: security.ErrNotFound, refused: []security.Write{remove}},
		{name: "put file that is infected", before: []security.Write{add}, write: found,
			read: func(ctx context.Context) (any, error) {
				x, err := db.Protect().Attachment(ctx, a.ID)
				return x.State, err
			},
			want: attach.Infected, refused: []security.Write{put}},
		{name: "discard file", before: []security.Write{add}, write: drop, read: read,
			want: security.ErrNotFound, refused: []security.Write{drop}},
	}
}
