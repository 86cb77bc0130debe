package ask

import "context"

// Watcher hears when a change, by the name of its event, or a statement outside of one, by its text,
// begins; what it returns hears how it ended.
type Watcher func(ctx context.Context, change, statement string) (ended func(error))

// Begin has it hear; nil is nobody.
func (w Watcher) Begin(ctx context.Context, change, statement string) (ended func(error)) {
	if w == nil {
		return unwatched
	}
	return w(ctx, change, statement)
}

func unwatched(error) {}
