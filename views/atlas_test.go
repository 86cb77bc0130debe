package views

import (
	"strings"
	"testing"
)

func TestSpot(t *testing.T) {
	t.Parallel()
	list := strings.Fields(centroids)
	if len(list)%3 != 0 {
		t.Fatalf("%d words", len(list))
	}
	for i := 0; i < len(list); i += 3 {
		x, y, ok := Spot(list[i])
		if !ok || x < 0 || x > 360 || y < 0 || y > 150 || Country(list[i]) == list[i] {
			t.Errorf("%s is %q at %d, %d", list[i], Country(list[i]), x, y)
		}
	}
	if x, y, ok := Spot("LV"); !ok || x != 205 || y != 33 {
		t.Errorf("Latvia is at %d, %d, %t", x, y, ok)
	}
	for _, code := range []string{"", "QQ", "57", "LV 57"} {
		if _, _, ok := Spot(code); ok {
			t.Errorf("%q is on the map", code)
		}
	}
}
