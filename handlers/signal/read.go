package signal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers/program"
	"regain/security/signal"
)

// maxBody is the size of the largest body, in bytes.
const maxBody = 64 << 10

// members are those of a JSON object.
type members map[string]json.RawMessage

// read takes in the body of a request, an object that has no other members than these.
func read(c echo.Context, known ...string) (members, error) {
	if err := program.Plain(c.Request(), echo.MIMEApplicationJSON); err != nil {
		return nil, err
	}
	body, err := program.Read(c, maxBody)
	if err != nil {
		return nil, err
	}
	return object(body, "the body", known...)
}

// object takes an object apart. Of a member that stands there twice nobody could say which one counts.
// Without any names that are known, all are.
func object(raw []byte, what string, known ...string) (members, error) {
	wrong := signal.RequestError(what)
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, wrong
	}
	all := members{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, wrong
		}
		if _, twice := all[name]; twice || len(known) > 0 && !slices.Contains(known, name) {
			return nil, wrong
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, wrong
		}
		all[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, wrong
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, wrong
	}
	return all, nil
}

// take reads a member, if it is there.
func take[T any](all members, name string, to *T) error {
	raw, there := all[name]
	if !there {
		return nil
	}
	if string(raw) == "null" || json.Unmarshal(raw, to) != nil {
		return signal.RequestError(name)
	}
	return nil
}

// word reads members that are text; one that is needed must say something.
func (all members) word(name string, needed bool) (s string, err error) {
	err = take(all, name, &s)
	if err == nil && needed && s == "" {
		err = signal.RequestError(name)
	}
	return s, err
}
