package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
)

// unattended is how old something has to be before a sweep believes that nobody is at it any more.
const unattended = time.Hour

// sweepBatch is how many are asked for at once.
const sweepBatch = 500

// Sweep destroys bytes that no row speaks of, as a kill, a deletion or an erasure leaves them, and
// refuses files whose bytes are gone. It returns how many of both there were.
func (s *Service) Sweep(ctx context.Context) (orphans, gone int, err error) {
	if !s.On() {
		return 0, 0, nil
	}
	before := s.Now().Add(-unattended)
	there := map[string]bool{}
	var old []string
	err = s.Means.Depot.Each(ctx, func(id string, at time.Time) error {
		there[id] = true
		if at.Before(before) {
			old = append(old, id)
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("list the depot: %w", err)
	}
	for batch := range slices.Chunk(old, sweepBatch) {
		n, err := s.removeOrphans(ctx, batch)
		if orphans += n; err != nil {
			return orphans, 0, err
		}
	}
	gone, err = s.refuseGone(ctx, before, there)
	return orphans, gone, err
}

func (s *Service) removeOrphans(ctx context.Context, ids []string) (n int, err error) {
	known, err := s.Files.Blobs(ctx, ids)
	if err != nil {
		return 0, fmt.Errorf("read what is in use: %w", err)
	}
	for _, id := range ids {
		if slices.Contains(known, id) {
			continue
		}
		if err := s.Means.Depot.Remove(ctx, id); err != nil {
			return n, fmt.Errorf("remove what nobody has: %w", err)
		}
		n++
	}
	return n, nil
}

// refuseGone settles the files from before t whose bytes are not there.
func (s *Service) refuseGone(ctx context.Context, t time.Time, there map[string]bool) (n int, err error) {
	for after := ""; ; {
		held, err := s.Files.Held(ctx, t, after, sweepBatch)
		if err != nil {
			return n, fmt.Errorf("read files that are kept: %w", err)
		}
		for _, a := range held {
			after = a.ID
			if there[a.Blob] {
				continue
			}
			// It may have been made anew since the depot was listed.
			if kept, err := s.kept(ctx, a); err != nil {
				return n, err
			} else if kept {
				continue
			}
			_, err := s.settle(ctx, a, Missing, Settle{Reason: WhyGone})
			if errors.Is(err, security.ErrConflict) {
				continue // it moved on meanwhile
			}
			if err != nil {
				return n, err
			}
			n++
		}
		if len(held) < sweepBatch {
			return n, nil
		}
	}
}

// kept reports whether the depot has the bytes of a file now.
func (s *Service) kept(ctx context.Context, a Attachment) (bool, error) {
	from, err := s.Means.Depot.Open(ctx, a.Blob)
	if errors.Is(err, ErrNoBlob) {
		return false, nil
	}
	if err == nil {
		err = from.Close()
	}
	if err != nil {
		return false, fmt.Errorf("look for bytes: %w", err)
	}
	return true, nil
}
