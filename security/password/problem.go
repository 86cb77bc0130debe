package password

// Code says why a candidate is refused. The texts shown for codes live with the pages.
type Code string

// The refusals, in the order in which they are looked for.
const (
	Empty     Code = "password_empty"     // no character at all
	Invalid   Code = "password_invalid"   // not UTF-8
	Short     Code = "password_short"     // under Policy.Minimum
	Long      Code = "password_long"      // over MaxRunes; never cut
	Common    Code = "password_common"    // on the common or the breach list
	Personal  Code = "password_personal"  // built on the person's own data; Detail is a kind
	Brand     Code = "password_brand"     // built on the name of the service
	Guessable Code = "password_guessable" // easily guessed; Detail is a reason
)

// The kinds of personal data, as Problem.Detail of Personal.
const (
	KindName      = "name"
	KindUsername  = "username"
	KindEmail     = "email"
	KindBirthDate = "birth_date"
)

// The reasons why a candidate is easily guessed, as Problem.Detail of Guessable.
const (
	ReasonSequence   = "sequence"   // abcd, 1234
	ReasonRepeat     = "repeat"     // aaaa, abcabcabc
	ReasonKeyboard   = "keyboard"   // neighbouring keys
	ReasonDate       = "date"       // a day with its year
	ReasonYear       = "year"       // a recent year
	ReasonDictionary = "dictionary" // a common word, name or password, also with l00k-alikes
	ReasonDigits     = "digits"     // nothing but digits
)

// The ways to do better, as Problem.Hint.
const (
	HintLonger        = "longer"         // add characters
	HintShorter       = "shorter"        // over the maximum
	HintAddWords      = "add_words"      // several unrelated words
	HintAvoidPatterns = "avoid_patterns" // no sequences and keyboard rows
	HintAvoidRepeats  = "avoid_repeats"
	HintAvoidDates    = "avoid_dates"
	HintAvoidPersonal = "avoid_personal" // nothing about yourself or this service
	HintChooseAnother = "choose_another" // known to attackers; changing a letter is not enough
)

// Problem is the reason of a refusal and the way out (N-PW8, N-PW9). The zero Problem means
// accepted. It never holds any part of the candidate.
type Problem struct {
	Code   Code
	Detail string
	Hint   string
}

// Advice is what to say while a password is being typed. Level runs from 0 to 4; 3 and 4 mean
// that the policy accepts it, apart from the outside breach list, which only Judge asks.
type Advice struct {
	Level int
	Problem
}

var hints = map[string]string{
	ReasonSequence: HintAvoidPatterns, ReasonKeyboard: HintAvoidPatterns,
	ReasonRepeat: HintAvoidRepeats, ReasonDate: HintAvoidDates, ReasonYear: HintAvoidDates,
	ReasonDictionary: HintAddWords, ReasonDigits: HintAddWords,
}
