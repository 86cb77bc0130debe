package drill

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security/drill"
)

// poll is how often the outbox is looked at.
const poll = 100 * time.Millisecond

// handed waits until the mail server took the mails of the kind; all of them for "". It returns the reason
// of the last failure if that takes too long.
func (r *run) handed(ctx context.Context, kind string) error {
	_, err := r.await(ctx, kind)
	return err
}

func (r *run) await(ctx context.Context, kind string) (id string, err error) {
	over := time.After(r.command.Within)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		id, err := r.Mailed(ctx, r.drill, kind)
		if !errors.Is(err, drill.ErrNoMail) {
			return id, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-over:
			return "", fmt.Errorf("%w after %v; does regain serve run, and with REGAIN_MAIL?", err,
				r.command.Within)
		case <-tick.C:
		}
	}
}

// mail waits for the mail and finds its link: in the mail where mails go into a folder, and else as the
// courier makes it.
func (r *run) mail(ctx context.Context) error {
	id, err := r.await(ctx, "locked_out")
	if err != nil {
		return err
	}
	if folder := r.folder(); folder != "" {
		text, err := os.ReadFile(filepath.Join(folder, filepath.Base(id)+".eml"))
		if err != nil {
			return fmt.Errorf("the mail is not in the folder: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			if found, ok := strings.CutPrefix(strings.TrimSpace(line), r.BaseURL+"/r/"); ok {
				r.token = found
				return nil
			}
		}
		return errors.New("the mail has no link that begins with " + r.BaseURL)
	}
	r.token, err = r.LinkToken(ctx, r.drill)
	return err
}

// folder is where mails go, if they go into one.
func (r *run) folder() string {
	folder, ok := strings.CutPrefix(r.Mail, "dir:")
	if !ok {
		return ""
	}
	return folder
}

// link opens the link of the mail, presses its button and is let in.
func (r *run) link(ctx context.Context) error {
	b := r.browser
	path := "/r/" + r.token
	b.get(ctx, path)
	b.post(ctx, path, nil)
	b.follow(ctx)
	b.on("recovery-password")
	return b.err
}

// choose types a password that nobody keeps.
func (r *run) choose(ctx context.Context) error {
	r.password = rand.Text()
	r.browser.post(ctx, "/recovery/password", url.Values{"new_password": {r.password}})
	r.browser.follow(ctx)
	r.browser.on("recovery-two-factor")
	return r.browser.err
}

// twoFactor sets up an authenticator from the key on the page, and says that the codes are saved.
func (r *run) twoFactor(ctx context.Context) error {
	b := r.browser
	key := b.text("data-totp-secret")
	if b.err != nil {
		return b.err
	}
	code, err := totp.GenerateCode(key, time.Now())
	if err != nil {
		return errors.New("the page has no key for an authenticator")
	}
	b.post(ctx, "/recovery/two-factor", url.Values{"code": {code}})
	b.follow(ctx)
	b.on("recovery-codes")
	b.post(ctx, "/recovery/two-factor", url.Values{"saved": {"on"}})
	b.follow(ctx)
	b.on("recovery-activity")
	return b.err
}
