package views

var ticketWords = map[string]sentence{
	"ticket_status.new":     {"New"},
	"ticket_status.open":    {"Open"},
	"ticket_status.pending": {"Pending"},
	"ticket_status.on_hold": {"On hold"},
	"ticket_status.solved":  {"Solved"},
	"ticket_status.closed":  {"Closed"},

	"ticket_status.open.hint":    {"The department has to act"},
	"ticket_status.pending.hint": {"The owner has to act"},
	"ticket_status.on_hold.hint": {"It is waiting for something else"},
	"ticket_status.solved.hint":  {"Settled. A new message from the owner opens it again"},
	"ticket_status.closed.hint":  {"Settled for good"},

	"ticket_caption": {"", "", "{1}, {2}"},
	"nobody":         {"Nobody"},
	"you":            {"You"},

	"ticket_topic.none":     {"None of these"},
	"ticket_topic.phishing": {"Phishing"},
	"ticket_topic.malware":  {"Malware"},

	"priority.normal": {"Normal"},
	"priority.high":   {"High"},

	"ticket_to.owner":      {"The owner"},
	"ticket_to.staff":      {"Only staff"},
	"ticket_to.staff.hint": {"An internal comment. The owner never sees it"},
	"ticket_to.mailed":     {"", "Goes to {1} by email, and is shown on the owner’s status page"},
	"ticket_to.nowhere": {
		"Shown on the owner’s status page only: no address proves that it is theirs",
	},
	"ticket_leave":      {"", "Leave it: {1}"},
	"ticket_leave.hint": {"An answer to the owner makes it pending"},

	"ticket_author.regain": {"The portal"},

	"account_state.active": {"Open"},
	"account_state.locked": {"Locked"},
	"account_state.closed": {"Closed"},

	"due.over": {"Overdue", "Overdue by {1}"},
	"due.now":  {"Due now"},
	"due.in":   {"", "Due in {1}"},

	"flash.ticket_saved":     {"Saved. The ticket is as you see it now."},
	"flash.ticket_taken":     {"The ticket is yours."},
	"flash.reproof_proposed": {"Proposed. A second person has to agree."},
	"flash.reproof_approved": {"Approved and done. Every address has been told."},
	"flash.reproof_agreed":   {"Agreed. It is done later, and every address was told how to stop it."},
	"flash.reproof_sent_back": {
		"It is sent back. Nothing was changed on the account.",
	},

	"timeline.ticket.answered":  {"We wrote to you"},
	"timeline.reproof.approved": {"We checked with you again that the account is yours"},
	"timeline.reproof.agreed": {
		"We agreed to a change for somebody who showed again that they are you, and mailed how to stop it",
	},
	"timeline.reproof.done":   {"We checked with you again that the account is yours"},
	"timeline.reproof.vetoed": {"Somebody with access to your email stopped that change"},

	"status_unknown":     {"Choose one of the statuses"},
	"department_unknown": {"Choose one of the departments"},
	"status_illegal": {
		"This status cannot follow the present one",
		"This status cannot follow: {1}",
		"A ticket cannot go from “{1}” to “{2}”",
	},
	"ticket_of_case": {
		"This is the ticket of a running case. It is settled, and leaves Account Security, with the case",
	},
	"ticket_waits": {
		"This ticket waits for Account Security. They settle it, or hand it on. You can answer the " +
			"owner, and leave a comment for them",
	},
	"ticket_closed":        {"This ticket is closed. Nothing can be added to it"},
	"ticket_topic_unknown": {"Choose one of the topics"},
	"nothing_changed":      {"Write a message, or change something"},
	"ticket_changed": {
		"The ticket changed while you were here. Look at how it is now. Your text is still here: " +
			"send it again if it still fits",
	},
	"ticket_of_other_department": {
		"This is for tickets of Account Security. Move the ticket there first",
	},

	"reproof.remove_factor": {"Remove 2-step verification"},
	"reproof.remove_factor.hint": {
		"The owner can use neither the app nor a recovery code",
	},
	"reproof.set_address":      {"Set another email address"},
	"reproof.set_address.hint": {"The owner has lost the mailbox, or the address was changed recently"},
	"reproof.remove_factor.effect": {
		"The authenticator app and the recovery codes stop working",
	},
	"reproof.set_address.effect": {
		"", "{1} replaces every other address, and proves at once",
	},
	"reproof.ends": {
		"Recoveries that are open end, and links and codes that were mailed stop working",
	},
	"reproof.told":     {"Every address, including the earlier ones, gets an email about it"},
	"reproof.back":     {"Why it is sent back"},
	"reproof.back.own": {"Why you take it back"},
	"reproof.stop":     {"Why it is stopped"},
	"reproof.waits": {
		"", "It is done {1} after you approve, unless somebody who reads an address of the account " +
			"stops it",
	},

	"reproof_state.waits":     {"Waits for a second person"},
	"reproof_state.void":      {"Void"},
	"reproof_state.over":      {"Expired"},
	"reproof_state.agreed":    {"Agreed, not done yet"},
	"reproof_state.approved":  {"Approved"},
	"reproof_state.sent_back": {"Sent back"},
	"reproof_state.withdrawn": {"Taken back"},
	"reproof_state.vetoed":    {"Stopped by a reader of the account’s email"},
	"reproof_state.vetoed.why": {
		"The owner may never have asked for it. Check again who you are talking to.",
	},
	"reproof_state.void.why": {
		"Something happened on the account since it was proposed. Look again, then propose it again.",
	},
	"reproof_state.over.why": {"Nobody decided in time. Propose it again if it is still right."},

	"proposal_pending": {"A proposal is already waiting. Decide on it first"},
	"proposal_none":    {"There is nothing left to decide. Look at how things are now"},
	"proposal_void": {
		"Something happened on the account since this was proposed. It has to be proposed again",
	},
	"proposal_expired": {"Nobody decided in time. It has to be proposed again"},
	"proposal_own":     {"You proposed it yourself. A second person has to decide"},
	"proposal_unseen":  {"Look at the page first, then decide"},
	"proposal_together": {
		"One of you invited the other, or the same person invited you both. Somebody else has to decide",
	},
	"proposal_newcomer": {"You have only just joined. Somebody who has been here longer has to decide"},
	"checked_missing":   {"Write down what was checked, and by whom"},
	"action_unknown":    {"Choose what should be changed"},
	"no_factor":         {"This account has no 2-step verification to remove"},
	"address_known":     {"This is already the address of the account"},
}
