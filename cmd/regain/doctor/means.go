package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"regain/security/password"
)

func (d *doctor) checkSecret(ctx context.Context) (string, error) {
	if err := d.Settings().Need("REGAIN_SECRET", "REGAIN_SECRET_FILE"); err != nil {
		return "", err
	}
	where := "set in the environment"
	if d.SecretFile() != "" {
		where = "set in a file that only its owner reads"
	}
	x, err := d.OpenToRead(ctx)
	if d.OfSecret(err) {
		return "", err
	}
	if err != nil {
		return where, nil // what is wrong with the database is told by another check
	}
	known, err := x.DB.Secrets(ctx)
	live := 0
	for _, s := range known {
		if s.Live() {
			live++
		}
	}
	if err = errors.Join(err, x.Close()); err == nil && live > 1 {
		err = warning(fmt.Sprintf("%d secrets are in use; run regain secret rotate", live))
	}
	return where, err
}

// checkReady asks the portal that runs on this machine, in the same container, whether it is ready.
func (d *doctor) checkReady(ctx context.Context) (string, error) {
	if err := d.Settings().Need("REGAIN_LISTEN", "REGAIN_METRICS_LISTEN"); err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(cmp.Or(d.Settings().MetricsListen, d.Settings().Listen))
	if err != nil {
		return "", err
	}
	// A container may know no names.
	switch host {
	case "", net.IPv4zero.String():
		host = "127.0.0.1"
	case net.IPv6zero.String():
		host = net.IPv6loopback.String()
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return "", err
	}
	answer, err := (&http.Client{Timeout: patience}).Do(ask)
	if err != nil {
		return "", err
	}
	if err := answer.Body.Close(); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the portal answers %s", answer.Status)
	}
	return ask.URL.String(), nil
}

func (d *doctor) checkMail(ctx context.Context) (string, error) {
	s := d.Settings()
	if s.Mail == "" {
		return "", errors.New("REGAIN_MAIL is not set: mails stay queued")
	}
	if err := s.Need("REGAIN_MAIL", "REGAIN_MAIL_FROM", "REGAIN_MAIL_HELO"); err != nil {
		return "", err
	}
	through, err := d.Sender()
	if err != nil {
		return "", err
	}
	if err := errors.Join(through.Check(ctx), through.Close()); err != nil {
		return "", err
	}
	return "takes mails", nil
}

func (d *doctor) checkGeo(context.Context) (string, error) {
	path, country, err := d.Places()
	if err != nil {
		return "", err
	}
	if path == "" {
		return "no country data: places are shown as unknown", nil
	}
	const wellKnown = "8.8.8.8" // a public address that every data set has
	if country(wellKnown) == "" {
		return "", fmt.Errorf("%s knows no country of %s", path, wellKnown)
	}
	return path, nil
}

func (d *doctor) checkBreach(ctx context.Context) (string, error) {
	if err := d.Settings().Need("REGAIN_BREACH_LIST"); err != nil {
		return "", err
	}
	policy, open, err := d.Passwords()
	if err != nil {
		return "", err
	}
	name, list := "built-in list", password.CommonList()
	if policy.Breached != nil {
		name, list = "built-in list and REGAIN_BREACH_LIST", policy.Breached
	}
	const worst = "password123" // on every such list
	found, err := list.Contains(ctx, worst)
	if open != nil {
		err = errors.Join(err, open.Close())
	}
	if err == nil && !found {
		err = errors.New("the list does not hold the most common password")
	}
	return name, err
}
