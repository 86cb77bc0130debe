package views

// waitWords are said to whoever has to wait until a password can be hashed.
var waitWords = map[string]sentence{
	"problem.wait.title": {"It is your turn in a moment"},
	"problem.wait": {
		"Many people need this at once, and we take one after the other. You need not type " +
			"anything again.",
	},
	"problem.wait.button": {"Continue"},
	"wait.by_itself":      {"This page goes on by itself in about {1} seconds. You can leave it open."},
	"wait.now":            {"Going on now."},
	"wait.by_hand":        {"Wait about {1} seconds. Then press Continue."},
	"wait.kept": {
		"What you typed is encrypted in this page. It is kept for {1} minutes, and nowhere else.",
	},
	"flash.waited_too_long": {
		"That took too long, so that what you typed is not kept any more. Type it again, please.",
	},
}
