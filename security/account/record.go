package account

// newCodes is how an activity names recovery codes that took the place of others.
const newCodes = "new_codes"
