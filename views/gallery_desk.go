package views

func deskSamples() []Sample { return nil }
