package views

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is the English name of an ISO 3166-1 alpha-2 code; anything else comes
// back as it is.
func Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.English.Regions().Name(region); name != "" {
		return name
	}
	return code
}
