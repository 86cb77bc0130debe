package privacy

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"regain/security/datacopy"
	"regain/security/staff"
)

// exportRows is how much of each list a copy holds. It bounds what one copy takes of memory and
// of the database; a list that is longer is named in the copy.
const exportRows = 50_000

// collect makes the copy of everything that is held about the account. Members of staff are in it
// by their role only.
func (s *Service) collect(ctx context.Context, account string) (datacopy.Copy, error) {
	made := datacopy.Copy{Version: datacopy.Version, MadeAt: s.Now()}
	staff, err := s.Store.StaffMembers(ctx)
	if err != nil {
		return made, fmt.Errorf("read members of staff: %w", err)
	}
	if made.Sections, err = s.Store.Copy(ctx, account, exportRows); err != nil {
		return made, fmt.Errorf("read what is held: %w", err)
	}
	hideStaff(made.Sections, staff)
	return made, s.unseal(made.Sections)
}

// unseal opens what the database cannot read.
func (s *Service) unseal(sections []datacopy.Section) error {
	for _, section := range sections {
		for i, c := range section.Columns {
			if c.Kind != datacopy.Sealed {
				continue
			}
			purpose, key, _ := strings.Cut(c.Of, ".")
			for _, row := range section.Rows {
				id, sealed, _ := strings.Cut(row[i], " ")
				plain, err := s.Unseal(purpose, id, sealed)
				var all map[string]string
				if err == nil {
					err = json.Unmarshal(plain, &all)
				}
				if err != nil {
					return fmt.Errorf("open %s of %s: %w", c.Name, section.Name, err)
				}
				row[i] = all[key]
			}
			section.Columns[i].Kind, section.Columns[i].Of = datacopy.Text, ""
		}
	}
	return nil
}

// hideStaff leaves of members of staff nothing but their roles.
func hideStaff(sections []datacopy.Section, staff []staff.Staff) {
	roles := map[string]string{}
	for _, m := range staff {
		roles[m.ID] = string(m.Role)
	}
	nameless := withoutNames(staff)
	hide := map[datacopy.Kind]func(string) string{datacopy.ByStaff: nameless,
		datacopy.Said:   nameless,
		datacopy.Member: func(id string) string { return roles[id] }}
	for _, section := range sections {
		for i, c := range section.Columns {
			if hidden := hide[c.Kind]; hidden != nil {
				for _, row := range section.Rows {
					row[i] = hidden(row[i])
				}
			}
		}
	}
}

// withoutNames takes the names of members of staff out of what they and the program wrote.
func withoutNames(staff []staff.Staff) func(string) string {
	var names []string
	for _, m := range staff {
		if m.Name != "" {
			names = append(names, regexp.QuoteMeta(m.Name))
		}
	}
	if len(names) == 0 {
		return func(text string) string { return text }
	}
	// Of two names that begin alike the longer one comes first.
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	name := regexp.MustCompile(
		`(^|[^\p{L}\p{N}])(?:` + strings.Join(names, "|") + `)($|[^\p{L}\p{N}])`)
	return func(text string) string {
		for range 2 { // two names may have nothing but one space between them
			text = name.ReplaceAllString(text, "${1}"+datacopy.Unnamed+"$2")
		}
		return text
	}
}
