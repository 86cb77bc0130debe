package mailproof

import "strings"

const (
	maxInline = 10
	maxLines  = 2000 // among which a forwarded mail has to begin
)

// inlineForwards finds the mails that were forwarded within the text.
func inlineForwards(text string) (all []Inline) {
	lines := strings.Split(text, "\n")
	for i := 0; i < min(len(lines), maxLines) && len(all) < maxInline; i++ {
		var f Inline
		next := i + 1
		if isDivider(bare(lines[i])) {
			for next < len(lines) && bare(lines[next]) == "" {
				next++
			}
		} else if key, _, ok := label(bare(lines[i])); !ok || !fromLabels[key] || !hasSubject(lines[i:]) {
			continue
		} else {
			next = i
		}
		for ; next < len(lines); next++ {
			key, value, ok := label(bare(lines[next]))
			if !ok {
				break
			}
			switch {
			case fromLabels[key] && f.Author == "":
				f.Author = value
			case subjects[key] && f.Subject == "":
				f.Subject = value
			}
		}
		end := next
		for end < len(lines) && !isDivider(bare(lines[end])) {
			end++
		}
		f.Text = strings.TrimSpace(strings.Join(unquoted(lines[next:end]), "\n"))
		all = append(all, f)
		i = end - 1
	}
	return all
}

// hasSubject tells the head of a mail in text from a line that happens to begin like one.
func hasSubject(lines []string) bool {
	for _, line := range lines[:min(len(lines), headLines)] {
		key, _, ok := label(bare(line))
		if !ok {
			return false
		}
		if subjects[key] {
			return true
		}
	}
	return false
}

// bare is a line without the marks that quote it.
func bare(line string) string {
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "> "))
}

// unquoted leaves out one mark from all lines, where all have one.
func unquoted(lines []string) []string {
	for _, line := range lines {
		if line != "" && !strings.HasPrefix(line, ">") {
			return lines
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(strings.TrimPrefix(line, ">"), " ")
	}
	return out
}
