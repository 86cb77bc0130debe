package webhook

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AddEndpoint adds an endpoint, if there are fewer than Most of its kind.
	AddEndpoint struct {
		Endpoint Endpoint
		Most     int
	}
	// SetState gives an endpoint that is in the state From another one. In one that a person
	// gives it, it has not failed yet.
	SetState struct {
		ID       string
		From, To State
	}
	// SetKeys replaces the sealed keys of an endpoint that are still From.
	SetKeys struct{ ID, From, To, PublicKey string }
	// SetEncryption replaces the key, that is still From, for hashes of passwords of an endpoint that
	// still hears of Events.
	SetEncryption struct {
		ID, From, To string
		Events       []Type
	}
	// SetEvents replaces what an endpoint hears, that is still From, while its key for hashes is
	// still EncryptTo.
	SetEvents struct {
		ID        string
		From, To  []Type
		EncryptTo string
	}
	// RemoveEndpoint removes an endpoint and its deliveries.
	RemoveEndpoint struct{ ID string }
	// SetTarget changes where an endpoint is and what it hears, whose sealed keys are still From.
	SetTarget struct {
		Endpoint Endpoint
		From     string
	}
	// DropWaiting gives up what waits for an endpoint; none is no conflict.
	DropWaiting struct {
		Endpoint string
		At       time.Time
	}
	// SendAgain queues a delivery anew, wherever it stands.
	SendAgain struct {
		ID string
		At time.Time
	}
	// SendWaiting makes what waits for an endpoint due at At; none is no conflict.
	SendWaiting struct {
		Endpoint string
		At       time.Time
	}
	// SendSince queues for an endpoint every event of its kinds from Since on, but for those that
	// wait anyway; none is no conflict.
	SendSince struct {
		Endpoint  string
		Events    []Type
		Since, At time.Time
	}
)

func (AddEndpoint) Write()    {}
func (SetState) Write()       {}
func (SetKeys) Write()        {}
func (SetEncryption) Write()  {}
func (SetEvents) Write()      {}
func (RemoveEndpoint) Write() {}
func (SetTarget) Write()      {}
func (DropWaiting) Write()    {}
func (SendAgain) Write()      {}
func (SendWaiting) Write()    {}
func (SendSince) Write()      {}
