package depot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"regain/security/attach"
)

// Dir keeps files in a folder of its own, two folders deep. It implements attach.Depot.
type Dir struct{ root string }

// OpenDir makes the folder if it is not there yet.
func OpenDir(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{path, filepath.Join(path, arriving)} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("folder of attachments: %w", err)
		}
	}
	return &Dir{path}, nil
}

// arriving is the folder of what has not come to its end.
const arriving = "arriving"

// ours is how an id looks that a file may be named by: as token.ID makes them, and nothing else.
var ours = regexp.MustCompile(`^[A-Z2-7]{26}$`)

var errID = errors.New("no id of a file")

func (d *Dir) path(id string) (string, error) {
	if !ours.MatchString(id) {
		return "", errID
	}
	return filepath.Join(d.root, id[:2], id[2:4], id), nil
}

// Put implements attach.Depot: the file has its name only when all of it is on the disk.
func (d *Dir) Put(ctx context.Context, id string, r io.Reader) (err error) {
	path, err := d.path(id)
	if err != nil {
		return err
	}
	defer func() {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = fmt.Errorf("%w: %w", attach.ErrFull, err)
		}
	}()
	part := filepath.Join(d.root, arriving, id)
	if err := write(ctx, part, r); err != nil {
		return errors.Join(err, gone(os.Remove(part)))
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, gone(os.Remove(part)))
	}
	for _, folder := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path)), d.root} {
		if err := syncFolder(folder); err != nil {
			return errors.Join(err, os.Remove(path))
		}
	}
	return nil
}

// write writes all that r has to a new file, and waits until it is on the disk.
func write(ctx context.Context, path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder waits until the names in a folder are on the disk.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// gone forgives that there was nothing.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Open implements attach.Depot.
func (d *Dir) Open(_ context.Context, id string) (io.ReadCloser, error) {
	path, err := d.path(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, attach.ErrNoBlob
	}
	return f, err
}

// Remove implements attach.Depot. It takes what has not come to its end, too.
func (d *Dir) Remove(_ context.Context, id string) error {
	path, err := d.path(id)
	if err != nil {
		return err
	}
	return errors.Join(gone(os.Remove(path)), gone(os.Remove(filepath.Join(d.root, arriving, id))))
}

// Each implements attach.Depot. What has no name of ours, somebody else has put there: it stays.
func (d *Dir) Each(ctx context.Context, do func(id string, at time.Time) error) error {
	return filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // it went meanwhile
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !e.Type().IsRegular() || !ours.MatchString(e.Name()):
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return gone(err)
		}
		return do(e.Name(), info.ModTime())
	})
}

// String names the depot for operators.
func (d *Dir) String() string { return "dir:" + d.root }

// Probe writes, reads and removes something.
func Probe(ctx context.Context, d attach.Depot, id string) error {
	const said = "a probe of regain doctor"
	if err := d.Put(ctx, id, strings.NewReader(said)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	r, err := d.Open(ctx, id)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	read, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err == nil && string(read) != said {
		err = errors.New("it is not what was written")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("read: %w", err), d.Remove(ctx, id))
	}
	if err := d.Remove(ctx, id); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	return nil
}
