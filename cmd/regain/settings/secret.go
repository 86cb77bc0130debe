package settings

import (
	"encoding/base64"
	"errors"
	"io"
	"os"
	"strings"

	"regain/security/token"
)

// maxSecretFile keeps a wrong path, such as that of a device, from being read
// without end.
const maxSecretFile = 4 << 10

func (f *faults) secret(v, path string) []byte {
	const name, fileName = "REGAIN_SECRET", "REGAIN_SECRET_FILE"
	switch {
	case v != "" && path != "":
		f.add(name, "is set beside REGAIN_SECRET_FILE; set one of them")
		return nil
	case v == "" && path == "":
		f.add(name, "is not set; make one with: openssl rand -base64 32")
		return nil
	case path == "":
		return f.decode(name, v)
	}
	text, err := readSmall(path)
	if err != nil {
		f.add(name, "cannot be read from the file")
		f.add(fileName, "%v", err)
		return nil
	}
	return f.decode(name, text)
}

func readSmall(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	if err == nil && len(text) > maxSecretFile {
		err = errors.New("the file is too large to be a secret")
	}
	return string(text), err
}

func (f *faults) decode(name, v string) []byte {
	v = strings.TrimRight(strings.TrimSpace(v), "=")
	v = strings.NewReplacer("-", "+", "_", "/").Replace(v)
	secret, err := base64.RawStdEncoding.DecodeString(v)
	switch {
	case err != nil:
		f.add(name, "is not base64")
	case len(secret) < token.MinSecret:
		f.add(name, "is shorter than %d bytes", token.MinSecret)
	default:
		return secret
	}
	return nil
}
