package views

var ticketWords = map[string]sentence{}
