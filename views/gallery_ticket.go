package views

func ticketSamples() []Sample { return nil }
