package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/seal"
	"regain/security/survive"
	"regain/security/token"
)

// Field is that of a form which the refusals of files stand beside.
const Field = "files"

// grace is how long whoever took a file has it to themselves before a worker asks the scanner.
const grace = 5 * time.Second

// Take keeps a file in quarantine, as it streams in, and returns its row. It is on no message yet: the
// caller puts it on one with security.Message.Files, or it goes within a day. It refuses, beside Field
// and with the cleaned name as the first argument, with FileEmpty, FileLarge, FileType, FileBroken,
// FilePixels and FilesMany, with TooManyRequests, and with DepotFull, which is an ErrDepot too where the
// depot is why; ErrNotFound: no files are taken.
// Errors of r come back as they are, and leave nothing behind.
func (s *Service) Take(ctx context.Context, by security.Actor, from Holder, name string,
	r io.Reader) (Attachment, error) {
	if !s.On() {
		return Attachment{}, security.ErrNotFound
	}
	now := s.Now()
	drafts, err := s.Drafts(ctx, from.Key)
	if err != nil {
		return Attachment{}, err
	}
	if len(drafts) >= MaxFiles {
		return Attachment{}, security.Refuse(Field, refusal.FilesMany, strconv.Itoa(MaxFiles))
	}
	a, content, err := s.recognise(name, r)
	if err != nil {
		return Attachment{}, err
	}
	if err := s.spend(ctx, from, now); err != nil {
		return Attachment{}, err
	}
	a.Account, a.Holder, a.At, a.NextTry = from.Account, from.Key, now, now.Add(grace)
	if err := s.keep(ctx, &a, content); err != nil {
		return Attachment{}, err
	}
	if err = s.fits(ctx, a, now); err == nil {
		err = s.Store.Commit(ctx, s.event(by, audit.AttachmentTaken, a, now), Add{a})
	}
	if err != nil {
		err = errors.Join(err, s.destroy(ctx, a.Blob))
		if errors.Is(err, security.ErrConflict) { // others took their room meanwhile
			err = security.Refuse(Field, refusal.FilesMany, strconv.Itoa(MaxFiles))
		}
		return Attachment{}, err
	}
	return a, nil
}

// TakeOnce is Take for a holder of one file: what they brought before is returned again, whatever became
// of it.
func (s *Service) TakeOnce(ctx context.Context, by security.Actor, from Holder, name string,
	r io.Reader) (Attachment, error) {
	if !s.On() {
		return Attachment{}, security.ErrNotFound
	}
	before, err := s.Files.Drafts(ctx, from.Key)
	if err != nil {
		return Attachment{}, fmt.Errorf("read file that came before: %w", err)
	}
	if len(before) > 0 {
		return before[0], nil
	}
	return s.Take(ctx, by, from, name, r)
}

func (s *Service) spend(ctx context.Context, from Holder, now time.Time) error {
	apart := ""
	if from.Mail {
		apart = "mail\n"
	}
	switch {
	case from.Again:
		return nil
	case from.Account != "":
		return s.Spend(ctx, limits.Attachments, apart+from.Account, now)
	}
	if err := s.Spend(ctx, limits.StrangeFiles, apart+from.Budget, now); err != nil {
		return err
	}
	err := s.Spend(ctx, limits.StrangeFilesAll, apart, now)
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Retry > 0 {
		// Others have sent them: that is nothing that whoever reports could mend.
		err = security.Refuse(Field, refusal.DepotFull)
	}
	return err
}

// recognise is what the first bytes of a file tell of it, and its content from the beginning.
func (s *Service) recognise(name string, r io.Reader) (Attachment, io.Reader, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Attachment{}, nil, err
	}
	head = head[:n]
	kind := kindOf(head)
	a := Attachment{ID: token.ID(), State: Waiting, Name: CleanName(name, made(kind)), Type: kind}
	switch {
	case n == 0:
		return a, nil, security.Refuse(Field, refusal.FileEmpty, a.Name)
	case !slices.Contains(s.Means.Types, kind):
		return a, nil, security.Refuse(Field, refusal.FileType, CleanName(name, kind), s.Accepted())
	}
	return a, io.MultiReader(bytes.NewReader(head), r), nil
}

// Accepted is the endings of what is taken, with commas between, such as ".jpg, .png, .pdf".
func (s *Service) Accepted() string {
	if !s.On() {
		return ""
	}
	var all []string
	for _, kind := range s.Means.Types {
		all = append(all, Ending(kind))
	}
	return strings.Join(all, ", ")
}

// errLarge says that a file is longer than any may be.
var errLarge = errors.New("file is too large")

// counted reads at most MaxSize bytes and counts them.
type counted struct {
	from io.Reader
	n    int64
	own  error // of from, but its end
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if c.n += int64(n); c.n > MaxSize {
		err = errLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.own = err
	}
	return n, err
}

// keep seals the content into the depot under a new id and a new key.
func (s *Service) keep(ctx context.Context, a *Attachment, content io.Reader) error {
	c := &counted{from: content}
	blob, sealed, err := s.store(ctx, a.ID, c)
	switch {
	case errors.Is(err, errLarge):
		return security.Refuse(Field, refusal.FileLarge, a.Name, strconv.Itoa(MaxSize>>20))
	case err != nil && (c.own != nil || ctx.Err() != nil):
		return fmt.Errorf("keep file: %w", err)
	case err != nil:
		return errors.Join(security.Refuse(Field, refusal.DepotFull), fmt.Errorf("%w: %w", ErrDepot, err))
	}
	a.Blob, a.Sealed, a.Size = blob, sealed, c.n
	return nil
}

// store seals what r has for the file id, and returns under which id it is kept and its sealed key.
func (s *Service) store(ctx context.Context, id string, r io.Reader) (blob, sealed string, err error) {
	key := seal.StreamKey()
	stream, err := seal.SealStream(key, r)
	if err != nil {
		return "", "", err
	}
	blob = token.ID()
	if err := s.Means.Depot.Put(ctx, blob, stream); err != nil {
		return "", "", err
	}
	return blob, s.Seal(security.PurposeAttachment, id, key), nil
}

// destroy removes bytes that no row speaks of, also when whoever sent them has gone.
func (s *Service) destroy(ctx context.Context, blob string) error {
	if blob == "" {
		return nil
	}
	ctx, done := survive.Stop(ctx)
	defer done()
	return s.Means.Depot.Remove(ctx, blob)
}

// Destroy removes the bytes of files whose rows are gone.
func (s *Service) Destroy(ctx context.Context, gone []Attachment) (err error) {
	for _, a := range gone {
		err = errors.Join(err, s.destroy(ctx, a.Blob))
	}
	return err
}

// fits refuses what there is no room for, and an image that nothing can be made of, at once.
func (s *Service) fits(ctx context.Context, a Attachment, now time.Time) error {
	if a.Account == "" {
		if fits, err := s.Space.Fits(ctx, a.Size, true, now); err != nil {
			return err
		} else if !fits {
			return security.Refuse(Field, refusal.DepotFull)
		}
	}
	if !image(a.Type) {
		return nil
	}
	content, err := s.open(ctx, a)
	if err != nil {
		return err
	}
	err = measure(a.Type, content)
	switch err = errors.Join(err, content.Close()); {
	case errors.Is(err, errPixels):
		return security.Refuse(Field, refusal.FilePixels, a.Name)
	case errors.Is(err, errBroken):
		return security.Refuse(Field, refusal.FileBroken, a.Name)
	}
	return err
}

// plain reads the bytes of a file in the clear.
type plain struct {
	io.Reader
	io.Closer
}

// open reads the bytes of a file, whatever its state.
func (s *Service) open(ctx context.Context, a Attachment) (io.ReadCloser, error) {
	key, err := s.Unseal(security.PurposeAttachment, a.ID, a.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open key of file: %w", err)
	}
	from, err := s.Means.Depot.Open(ctx, a.Blob)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	stream, err := seal.OpenStream(key, from)
	if err != nil {
		return nil, errors.Join(err, from.Close())
	}
	return plain{stream, from}, nil
}

// event is an audit line about a file. Its name may be anything, and is not on the trail.
func (s *Service) event(by security.Actor, kind audit.Kind, a Attachment, now time.Time) security.Event {
	e := s.Event(by, kind, now)
	e.Account = a.Account
	e.Data = map[string]string{"file": a.ID, "type": a.Type, "size": strconv.FormatInt(a.Size, 10)}
	return e
}
