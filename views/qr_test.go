package views_test

import (
	"testing"

	"regain/views"
)

func TestNewQR(t *testing.T) {
	t.Parallel()
	got := views.NewQR([][]bool{{true, true, false}, {false, false, false}, {true, false, true}})
	if want := "M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"; got.Path != want || got.Size != 11 {
		t.Errorf("NewQR = %+v, want size 11 and %q", got, want)
	}
	if empty := views.NewQR(nil); empty.Path != "" || empty.Size != 8 {
		t.Errorf("NewQR(nil) = %+v", empty)
	}
}
