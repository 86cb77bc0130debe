package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStrays: of an environment the names that are none of ours are told, and not what others put there.
func TestStrays(t *testing.T) {
	t.Parallel()
	got := Strays([]string{"HOME=/", "REGAIN_TWO_FACTER=required", "REGAIN_TWO_FACTOR=required",
		"REGAIN_STAFF_OIDC_ACR=x", "REGAIN_SETTINGS=/etc/regain/settings", "REGAIN_KEEP_STRANGERS=30d", "REGAIN_EMPTY=",
		"REGAIN_LISTEN=:1", "REGAIN_PORT=tcp://10.0.0.1:8080", "REGAIN_PORT_8080_TCP_ADDR=10.0.0.1",
		"REGAIN_SERVICE_HOST=10.0.0.1", "REGAIN_SERVICE_PORT_HTTP=8080", "REGAIN_DB_SERVICE_HOST=10.0.0.1",
		"REGAIN_BASEURL=https://a.example"})
	if diff := cmp.Diff([]string{"REGAIN_BASEURL", "REGAIN_TWO_FACTER"}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
