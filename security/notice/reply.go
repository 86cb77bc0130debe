package notice

// NumberOf is the number of the case or ticket that a reply to a mail to an owner belongs to; "" where it
// belongs to none.
func NumberOf(n Notice) string {
	switch n := n.(type) {
	case LockedOut:
		return n.Case
	case PasswordUpdated:
		return n.Ticket
	case PasswordContested:
		return n.Case
	case ReviewRequested:
		return n.Ticket
	case UrgentReceipt:
		return n.Ticket
	case SupportReplied:
		return n.Ticket
	case CaseTaken:
		return n.Case
	case MoreNeeded:
		return n.Case
	case AccountResumed:
		return n.Case
	case KeptLocked:
		return n.Case
	case DeletionAsked:
		return n.Ticket
	}
	return ""
}
