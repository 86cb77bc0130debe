package views

// sentence holds the wordings of one code: wording i is used when i arguments come, the
// last one also for more. {1} stands for the first argument.
type sentence []string
