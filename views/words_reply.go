package views

// replyWords are what staff often write to owners. In each text {1} is who it is for, {2} the number
// of the case or ticket, and {3} by when they hear next.
var replyWords = map[string]sentence{
	"reply.soon":    {"soon", "by {1}"},
	"reply.working": {"We are working on it"},
	"reply.working.text": {
		"Hello {1},\n\nWe have your message and are working on it. Your number is {2}. There is nothing " +
			"that you have to do now.\n\nYou hear from us {3}.",
	},
	"reply.link": {"How to get a new link"},
	"reply.link.text": {
		"Hello {1},\n\nWe can send a new link only to the address on your account. Open our site, choose " +
			"“My account is locked” and type your username. Then look in your mailbox, and in the folder " +
			"for spam.\n\nDoes it not come? Answer here, to {2}. You hear from us {3}.",
	},
	"reply.report": {"Thank you for the report"},
	"reply.report.text": {
		"Hello {1},\n\nThank you for telling us. It helps to keep others safe. Please do not open links " +
			"in that message, and do not answer it.\n\nWe look at it now, as {2}. You hear from us {3}.",
	},
	"reply.device": {"Was it your device?"},
	"reply.device.text": {
		"Hello {1},\n\nWe look at case {2} and have one question. Did you sign in from a new phone, a new " +
			"computer or another country lately? Tell us which one, and when.\n\nPlease write no password and " +
			"no code.",
	},
	"reply.change": {"Did you make this change?"},
	"reply.change.text": {
		"Hello {1},\n\nWe look at case {2} and have one question. Somebody changed something on your " +
			"account before we locked it. Was it you? Tell us what you changed, and when.\n\nPlease write no " +
			"password and no code.",
	},
}
