package gauge

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestReadinessIsRemembered(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	asked, broken := 0, errors.New("full disk")
	var fault error
	r := NewReadiness(func(context.Context) error { asked++; return fault },
		func() time.Time { return now })
	for _, tt := range []struct {
		name  string
		after time.Duration
		fault error
		asked int
		want  error
	}{
		{"first", 0, nil, 1, nil},
		{"at once", 0, broken, 1, nil},
		{"within the second", freshness - time.Millisecond, broken, 1, nil},
		{"after it", time.Millisecond, broken, 2, broken},
		{"a bad answer is not remembered", 0, broken, 3, broken},
		{"well again", 0, nil, 4, nil},
		{"the clock was set back", -time.Hour, nil, 5, nil},
	} {
		now, fault = now.Add(tt.after), tt.fault
		if err := r.Check(t.Context()); !errors.Is(err, tt.want) || asked != tt.asked {
			t.Errorf("%s: %v, asked %d times, want %v and %d", tt.name, err, asked, tt.want, tt.asked)
		}
	}
}

func TestReadinessAsksOneAtATime(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	r := NewReadiness(func(context.Context) error {
		asked <- struct{}{}
		<-answer
		return nil
	}, time.Now)
	first := make(chan error)
	go func() { first <- r.Check(t.Context()) }()
	<-asked
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := r.Check(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("%v for somebody who left while another one asks", err)
	}
	close(answer)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
