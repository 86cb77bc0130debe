package views

var deskWords = map[string]sentence{}
