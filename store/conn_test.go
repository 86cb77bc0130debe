package store

import (
	"testing"
	"time"

	"regain/store/column"
)

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, want := range []time.Time{
		{}, time.Date(2026, 11, 20, 9, 30, 0, 123e6, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		if got := column.FromMS(ms(want)); got != want {
			t.Errorf("%v came back as %v", want, got)
		}
	}
	var got time.Time
	if err := at(&got).Scan("noon"); err == nil {
		t.Errorf("read a word as %v", got)
	}
}
