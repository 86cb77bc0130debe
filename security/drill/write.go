package drill

// Remove takes an account of a drill away, locked or not, with all that belongs to it. The audit trail
// keeps its lines and their details. Any other account is a conflict.
type Remove struct{ Account string }

// Write implements security.Write.
func (Remove) Write() {}
