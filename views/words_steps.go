package views

var clocks = map[string]sentence{"your_time": {"your time"}}

var stepMarks = map[string]sentence{
	"step_mark.open":     {"not started"},
	"step_mark.done":     {"completed"},
	"step_mark.later":    {"left for later"},
	"step_mark.running":  {"under way"},
	"step_mark.now":      {"current step"},
	"step_mark.now.done": {"current step, completed"},
}
