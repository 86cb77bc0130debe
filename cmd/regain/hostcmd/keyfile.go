package hostcmd

// keyFile is the option for the key that hashes of passwords are encrypted to.
type keyFile struct {
	EncryptTo []byte `type:"filecontent" placeholder:"FILE" help:"Public key (JWK) that hashes of new passwords are encrypted to."`
}

// jwk is the text of the file; "" where there is none. An empty file is no key.
func (k keyFile) jwk() string {
	if k.EncryptTo == nil {
		return ""
	}
	return string(k.EncryptTo) + "\n"
}
