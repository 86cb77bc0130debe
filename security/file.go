package security

// File is one that comes with a message: the id of an attachment, and who holds it until then; see
// package attach. A message that is read names none.
type File struct{ ID, Holder string }
