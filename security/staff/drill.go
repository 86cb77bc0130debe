package staff

import (
	"slices"
	"strconv"
	"time"

	"regain/security"
)

// Drilling lists those who review in drills: two, because a resume may need a second person. They have no
// row, no password and no session, so nobody can sign in as one of them; only the code of a drill acts as
// them, on the case of the drill alone (security.Event.Astray). Their ids are their names.
func Drilling() []Staff {
	const reviewers = 2
	joined := time.UnixMilli(1) // they need not settle
	all := make([]Staff, reviewers)
	for i := range all {
		id := security.DrillMark + strconv.Itoa(i+1)
		all[i] = Staff{ID: id, Name: id, Role: RoleSecurity, JoinedAt: joined}
	}
	return all
}

// drilling is the reviewer of drills with the id.
func drilling(id string) (Staff, bool) {
	all := Drilling()
	i := slices.IndexFunc(all, func(x Staff) bool { return x.ID == id })
	if i < 0 {
		return Staff{}, false
	}
	return all[i], true
}

// usesOfDrill are the use cases that drills are for.
var usesOfDrill = []string{"case.take", "case.review", "case.resume", "case.approve"}

// drills reports whether the member reviews in drills.
func (m *Member) drills() bool { return security.IsDrill(m.ID) }
