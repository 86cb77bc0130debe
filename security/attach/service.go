package attach

import (
	"context"
	"errors"
	"io"
	"time"

	"regain/security"
	"regain/security/capacity"
	"regain/security/casework"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	Attachment(ctx context.Context, id string) (Attachment, error)
	// Drafts lists the files of a holder that are on no message, oldest first.
	Drafts(ctx context.Context, holder string) ([]Attachment, error)
	// OnMessages lists the files of messages, oldest first.
	OnMessages(ctx context.Context, messages []string) ([]Attachment, error)
	// KeptWith lists the files of an account that are on what begins with WithAccount, oldest first.
	KeptWith(ctx context.Context, account string) ([]Attachment, error)
	// Unchecked lists files that wait for a check that is due at now, the longest due first.
	Unchecked(ctx context.Context, now time.Time, limit int) ([]Attachment, error)
	// ClaimCheck counts a try of a file that waits, whose tries are still as in a, and lets nobody
	// else try before until. ErrConflict: somebody else has it.
	ClaimCheck(ctx context.Context, a Attachment, until time.Time) error
	// PutOffCheck lets a file that waits, whose tries are still as in a, wait until then.
	PutOffCheck(ctx context.Context, a Attachment, until time.Time) error
	// Blobs lists those of the ids that a file has its bytes under.
	Blobs(ctx context.Context, ids []string) ([]string, error)
	// Held lists files that have bytes, taken before t, whose ids come after one: in the order of
	// their ids.
	Held(ctx context.Context, t time.Time, after string, limit int) ([]Attachment, error)
}

// What a depot says.
var (
	// ErrNoBlob: there is nothing under the id.
	ErrNoBlob = errors.New("no such bytes in the depot")
	// ErrFull: the depot has no room for more.
	ErrFull = errors.New("the depot is full")
)

// ErrDepot says that the depot did not keep a file, for want of room or whatever else. It is for the log:
// whoever sent the file is refused with DepotFull.
var ErrDepot = errors.New("the depot does not keep the file")

// Depot keeps bytes under ids of ours. What it is given is sealed.
type Depot interface {
	// Put keeps all that r has, or nothing: what cannot be read to its end, or is cut off by whatever
	// happens, is not there. ErrFull: there is no room.
	Put(ctx context.Context, id string, r io.Reader) error
	// Open reads what was put. ErrNoBlob: there is nothing.
	Open(ctx context.Context, id string) (io.ReadCloser, error)
	// Remove destroys it. Nothing there is no error.
	Remove(ctx context.Context, id string) error
	// Each names everything that is there, with when it was put. What an upload that was cut off left
	// behind is removed, or named too.
	Each(ctx context.Context, do func(id string, at time.Time) error) error
}

// ErrTooLong says that a scanner does not take as much.
var ErrTooLong = errors.New("more than the scanner takes")

// Scanner looks for malware.
type Scanner interface {
	// Scan reads r to its end and tells what was found; "" for nothing. An error means that nobody
	// knows, and never that it is clean. ErrTooLong: there is no use in asking again.
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

// Means are what files are kept and checked with.
type Means struct {
	Depot   Depot
	Scanner Scanner
	Types   []string // that are taken
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Files    Store
	Casework *casework.Service
	// Means are nil where the operator has no scanner: then no files are taken, and none are shown.
	Means *Means
	// Space bounds what is kept of strangers' files, together with what they report.
	Space *capacity.Space
	// Reporter tells whoever made a report, by its id, that malware was found in what came with it. Nil
	// tells nobody.
	Reporter func(ctx context.Context, report string) ([]security.Write, error)
	slots    chan struct{} // of those who unpack an image
}

// New is the room with one place to unpack an image in.
func New(core *security.Core, files Store, work *casework.Service) *Service {
	return &Service{Core: core, Files: files, Casework: work, slots: make(chan struct{}, 1)}
}

// On reports whether files are taken at all.
func (s *Service) On() bool { return s.Means != nil }
