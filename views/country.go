package views

import (
	"context"

	"regain/views/places"
	"regain/views/words"
)

// Country is the English name of an ISO 3166-1 alpha-2 code; anything else comes
// back as it is.
func Country(code string) string { return places.Country(words.English.Tag, code) }

// CountryWords is the name of an ISO 3166-1 alpha-2 code; anything else stays as it is.
func CountryWords(code string) words.Text {
	if code == "" {
		return words.Text{}
	}
	return words.Spell(country(code))
}

type country string

// In is the name of the country (words.Spoken).
func (c country) In(ctx context.Context) string { return places.Country(words.Of(ctx).Tag, string(c)) }
