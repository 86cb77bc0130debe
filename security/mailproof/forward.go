package mailproof

import "strings"

// How mail programs begin a mail that they forward in the text of another: Outlook and Thunderbird
// between dashes, Gmail too, Apple as a line of its own; in the languages that our owners can choose.
var forwardMarks = []string{"original message", "forwarded message", "begin forwarded message",
	"ursprüngliche nachricht", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
	"message d'origine", "message original", "message transféré", "message transmis",
	"début du message transféré", "début du message réexpédié", "mensaje original",
	"mensaje reenviado", "inicio del mensaje reenviado", "mensagem original",
	"mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
	"início da mensagem reencaminhada", "вихідне повідомлення", "оригінальне повідомлення",
	"переслане повідомлення", "початок переадресованого повідомлення",
	"початок листа, який пересилається", "исходное сообщение", "пересылаемое сообщение",
	"الرسالة الأصلية", "رسالة تمت إعادة توجيهها", "الرسالة المعاد توجيهها",
	"بداية الرسالة المعاد توجيهها", "मूल संदेश", "अग्रेषित संदेश", "अग्रेषित संदेश प्रारंभ करें",
	"元のメッセージ", "転送されたメッセージ", "转发的邮件", "原始邮件"}

var (
	fromLabels = labels("from", "von", "de", "da", "від", "от", "من", "प्रेषक", "द्वारा", "差出人", "发件人")
	subjects   = labels("subject", "betreff", "objet", "asunto", "assunto", "тема", "الموضوع", "विषय", "件名", "主题")
	isMark     = labels(forwardMarks...)
)

func labels(all ...string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, l := range all {
		set[l] = true
	}
	return set
}

const maxInline = 10

// inlineForwards finds the mails that were forwarded within the text.
func inlineForwards(text string) (all []Inline) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines) && len(all) < maxInline; i++ {
		var f Inline
		next := i + 1
		if isForward(lines[i]) {
			for next < len(lines) && bare(lines[next]) == "" {
				next++
			}
		} else if key, _, ok := label(lines[i]); !ok || !fromLabels[key] || !hasSubject(lines[i:]) {
			continue
		} else {
			next = i
		}
		for ; next < len(lines); next++ {
			key, value, ok := label(lines[next])
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
		for end < len(lines) && !isForward(lines[end]) {
			end++
		}
		f.Text = strings.TrimSpace(strings.Join(unquoted(lines[next:end]), "\n"))
		all = append(all, f)
		i = end - 1
	}
	return all
}

// isForward tells the line with which a forwarded mail begins.
func isForward(line string) bool {
	inner := bare(line)
	if inner == "" || len(inner) > 200 {
		return false
	}
	plain := strings.TrimRight(strings.Trim(inner, "-_ "), ": \u00a0")
	return isMark[strings.ToLower(strings.ReplaceAll(plain, "’", "'"))] &&
		(strings.HasPrefix(inner, "----") || strings.HasSuffix(inner, ":"))
}

// hasSubject tells the head of a mail in text from a line that happens to begin like one.
func hasSubject(lines []string) bool {
	for _, line := range lines[:min(len(lines), 7)] {
		key, _, ok := label(line)
		if !ok {
			return false
		}
		if subjects[key] {
			return true
		}
	}
	return false
}

// label takes a line of such a head apart; its key may be in bold, as text shows it.
func label(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(bare(line), ":")
	if !ok {
		key, value, ok = strings.Cut(bare(line), "：")
	}
	key = strings.ToLower(strings.Trim(key, "* \u00a0"))
	value = strings.Trim(value, "* ")
	return key, value[:min(len(value), maxShown)], ok && key != "" && len(key) < 60
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
