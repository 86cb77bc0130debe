package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/views"
	"regain/views/words"
)

// Method is one factor as its owner sees it; asOf is when it has to be older than two weeks.
func Method(f security.Factor, clock Clock, asOf time.Time) views.Method {
	m := views.Method{ID: f.ID, Name: words.Say("method." + f.Kind), Removable: true,
		Added: clock.Tell(f.AddedAt), LastUsed: clock.Tell(f.UsedAt),
		New: asOf.Sub(f.AddedAt) < recovery.Fresh}
	if f.Kind == security.FactorPasskey {
		m.Name = words.Say("method.passkey", f.Name)
	}
	return m
}

// CodesMethod is the recovery codes, if there are any.
func CodesMethod(codes []security.RecoveryCode, clock Clock) []views.Method {
	if len(codes) == 0 {
		return nil
	}
	left, made := 0, time.Time{}
	for _, code := range codes {
		made = code.MadeAt
		if code.UsedAt.IsZero() {
			left++
		}
	}
	return []views.Method{{Name: words.Say("method.codes"), Added: clock.Tell(made),
		Info: words.Say("method.left", left, len(codes))}}
}

// CodesFile sends the recovery codes of an account as a text file to keep.
func (p *Portal) CodesFile(c echo.Context, account string, codes []string) error {
	c.Response().Header().Set(echo.HeaderContentDisposition,
		`attachment; filename="recovery-codes.txt"`)
	return c.String(http.StatusOK, words.In(c.Request().Context(), "codes.file",
		p.Site.Brand, p.base.Host, account, readerClock(c).Tell(p.Security.Now()),
		words.Bare(strings.Join(codes, "\n"))))
}

// CodesLeft reports whether a recovery code is left to use.
func CodesLeft(codes []security.RecoveryCode) bool {
	return slices.ContainsFunc(codes,
		func(code security.RecoveryCode) bool { return code.UsedAt.IsZero() })
}

// TooOften reports whether a refusal is one that a wait ends.
func TooOften(r *security.Refusal) bool {
	return r != nil && (r.Code == refusal.TooManyTries || r.Code == refusal.TooManyRequests)
}

// Asked is the status of a page that asks for a proof, and what its forms show of a refusal: the one that
// was sent does.
func Asked(c echo.Context, r *security.Refusal) (int, []views.Wrong) {
	switch {
	case r == nil:
		return http.StatusOK, nil
	case TooOften(r):
		return http.StatusTooManyRequests, nil
	}
	wrong := Wrong(r)
	for i := range wrong {
		if wrong[i].Field == "code" && c.Request().PostFormValue("of") == views.OfRecovery {
			wrong[i].Field = views.OfRecovery + "code"
		}
	}
	return http.StatusUnprocessableEntity, wrong
}

// SendAdvice asks for advice on what was typed. That happens often, so it has a bound of its own
// in each session, and what was typed is kept nowhere.
func (p *Portal) SendAdvice(c echo.Context, session string,
	ask func(candidate string) (password.Advice, []string, error)) error {
	if wait := p.advice.Spend(session, p.Security.Now()).Wait; wait > 0 {
		return gate{p}.tooMany(c, wait)
	}
	advice, args, err := ask(c.Request().PostFormValue("new_password"))
	if errors.Is(err, security.ErrBusy) { // the next one that is asked for may come
		RetryAfter(c, BusyPause)
		return c.NoContent(http.StatusServiceUnavailable)
	}
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	return c.JSON(http.StatusOK, struct {
		Level int    `json:"level"`
		Label string `json:"label"`
		Hint  string `json:"hint"`
	}{advice.Level, words.In(ctx, "strength."+strconv.Itoa(advice.Level)), hint(advice, args).In(ctx)})
}

// hint is the way to a better password in words; args fill only what is about a length. Of a good one
// it says what is looked at only when it is saved, so that the two never seem to disagree.
func hint(advice password.Advice, args []string) words.Text {
	code := "hint." + advice.Hint
	switch {
	case advice.Code == "":
		return words.Say("hint.saved")
	case !words.Known(code):
		return words.Text{}
	case advice.Code == password.Short || advice.Code == password.Long:
		return words.Coded(code, args)
	}
	return words.Say(code)
}
