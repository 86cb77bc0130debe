package security

// What the tokens of mailed links are signed for.
const (
	PurposeAlert   = "alert"
	PurposeAddress = "address"
	PurposeContest = "password-contest"
	PurposeVeto    = "reproof-veto"
	PurposeUndo    = "address-undo"
)

// AlertToken is the secret part of the links by which the reader of an alert answers. The id is
// that of the alert and of the address with "_" between them: a token has no other place for a
// dot than behind its id.
func (s *Core) AlertToken(id string) string { return s.Keys.Sign(PurposeAlert, id) }

// AddressToken is the secret part of the link by which the reader of a new address confirms it.
func (s *Core) AddressToken(change string) string { return s.Keys.Sign(PurposeAddress, change) }

// UndoToken is the secret part of the link by which a change of address is undone.
func (s *Core) UndoToken(change string) string { return s.Keys.Sign(PurposeUndo, change) }
