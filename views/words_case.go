package views

var caseWords = map[string]sentence{}
