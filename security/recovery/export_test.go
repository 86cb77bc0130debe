package recovery

import (
	"fmt"
	"strings"
)

// Mermaid draws the machine as a Mermaid stateDiagram-v2, the same text at every call.
func Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "    [*] --> %s: lock\n", Locked)
	for _, m := range moves {
		label := strings.ReplaceAll(string(m.on), "_", " ")
		fmt.Fprintf(&b, "    %s --> %s: %s\n", m.from, m.to, label)
	}
	return b.String()
}
