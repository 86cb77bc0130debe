package handlers

import (
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security"
)

// Address is a path with what is asked for behind it. What is empty is left out.
func Address(path string, asked map[string]string) string {
	q := url.Values{}
	for name, value := range asked {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Ticked is how an address says that something is, or is not, ticked.
func Ticked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// OneOf is a value of the address if it is among these, and else the first of them.
func OneOf(c echo.Context, name string, values []string) string {
	if v := c.QueryParam(name); slices.Contains(values, v) {
		return v
	}
	return values[0]
}

// maxWords is the longest text that a list is searched for, in bytes.
const maxWords = 200

// SearchedFor is the text that a list is searched for.
func SearchedFor(c echo.Context) string {
	typed := strings.TrimSpace(security.Clean(c.QueryParam("q")))
	if len(typed) > maxWords {
		typed = strings.ToValidUTF8(typed[:maxWords], "")
	}
	return typed
}
