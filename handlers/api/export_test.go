package api

import (
	"net/http"

	"regain/handlers"
	"regain/security/limits"
)

// Once are the operations that a program may name, ShownOnce those of them whose answer has a secret.
var Once, ShownOnce = once, shownOnce

// Limited is Handler with another limit for each key.
func Limited(s *handlers.Server, l limits.Limit) http.Handler { return handler(s, l) }
