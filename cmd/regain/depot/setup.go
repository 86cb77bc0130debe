package depot

import (
	"bytes"
	"context"
	"fmt"

	"regain/security/attach"
	"regain/security/token"
)

// Setup is how files are kept and checked, as the operator has set it.
type Setup struct {
	Clamd *Clamd // nil: no files are taken
	Place Place
	Types []string
}

// Means are those of the portal; nil where no files are taken.
func (s Setup) Means() (*attach.Means, error) {
	if s.Clamd == nil {
		return nil, nil
	}
	d, err := s.Place.Open()
	if err != nil {
		return nil, err
	}
	return &attach.Means{Depot: d, Scanner: s.Clamd, Types: s.Types}, nil
}

// Check tries out both: clamd answers, takes as much as a file may have, and files can be kept.
func (s Setup) Check(ctx context.Context) (string, error) {
	m, err := s.Means()
	switch {
	case err != nil:
		return "", err
	case m == nil:
		return "off: REGAIN_CLAMD is not set", nil
	}
	version, err := s.Clamd.Version(ctx)
	if err != nil {
		return "", err
	}
	if _, err := s.Clamd.Scan(ctx, bytes.NewReader(make([]byte, attach.MaxSize))); err != nil {
		return "", fmt.Errorf("a file of %d MB cannot be checked: %w", attach.MaxSize>>20, err)
	}
	if err := Probe(ctx, m.Depot, token.ID()); err != nil {
		return "", fmt.Errorf("%v: %w", m.Depot, err)
	}
	return fmt.Sprintf("%s, kept in %v", version, m.Depot), nil
}
