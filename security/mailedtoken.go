package security

const (
	purposeAlert   = "alert"
	purposeAddress = "address"
	purposeUndo    = "address-undo"
)

// AlertToken is the secret part of the links by which the reader of an alert answers. The id is
// that of the alert and of the address with "_" between them: a token has no other place for a
// dot than behind its id.
func (s *Service) AlertToken(id string) string { return s.Keys.Sign(purposeAlert, id) }

// AddressToken is the secret part of the link by which the reader of a new address confirms it.
func (s *Service) AddressToken(change string) string { return s.Keys.Sign(purposeAddress, change) }

// UndoToken is the secret part of the link by which a change of address is undone.
func (s *Service) UndoToken(change string) string { return s.Keys.Sign(purposeUndo, change) }
