package api

// Once are the operations that a program may name.
var Once = once
