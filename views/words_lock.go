package views

var lockWords = map[string]sentence{}
