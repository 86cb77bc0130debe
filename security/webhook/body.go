package webhook

import (
	"encoding/json"
	"fmt"
	"strconv"

	"regain/security"
)

// EventID is the id of the nth of the news of a commit. A receiver knows by it what it has had
// already.
func EventID(e security.Event, n int) string { return "msg_" + e.ID + "_" + strconv.Itoa(n) }

// DeliveryID is the id of the delivery of an event to an endpoint.
func DeliveryID(event, endpoint string) string { return event + "_" + endpoint }

// Body is what an endpoint is sent of an event of this id. Only one with a key of its own hears more than
// the others.
func Body(e security.Event, id string, n News, to Endpoint) (_ string, err error) {
	if n.Hash != "" && to.EncryptTo != "" {
		if n.Data.PasswordHash, err = to.encrypt(n.Hash, n.Account, id); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(struct {
		Type      Type   `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      Data   `json:"data"`
	}{n.Type, e.At.UTC().Format("2006-01-02T15:04:05.000Z07:00"), n.Data})
	if err != nil {
		return "", fmt.Errorf("encode event of webhook: %w", err)
	}
	return string(text), nil
}
