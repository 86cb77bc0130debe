package views

func caseSamples() []Sample { return nil }
