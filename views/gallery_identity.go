package views

func staffSamples() []Sample { return nil }
