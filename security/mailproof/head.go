package mailproof

import "strings"

// How mail programs begin a mail within the text of another, one that is answered or forwarded: Outlook
// and Thunderbird between dashes, Gmail too, Apple as a line of its own; in the languages that our
// owners can choose, and in some more.
var dividers = labels("original message", "original appointment", "forwarded message",
	"begin forwarded message",
	"ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht",
	"anfang der weitergeleiteten nachricht",
	"message d'origine", "message original", "message transféré", "message transmis",
	"début du message transféré", "début du message réexpédié", "mensaje original",
	"mensaje reenviado", "inicio del mensaje reenviado", "mensagem original",
	"mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
	"início da mensagem reencaminhada", "вихідне повідомлення", "оригінальне повідомлення",
	"початкове повідомлення", "переслане повідомлення", "початок переадресованого повідомлення",
	"початок листа, який пересилається", "исходное сообщение", "пересылаемое сообщение",
	"الرسالة الأصلية", "رسالة أصلية", "رسالة تمت إعادة توجيهها", "الرسالة المعاد توجيهها",
	"بداية الرسالة المعاد توجيهها", "मूल संदेश", "अग्रेषित संदेश", "अग्रेषित संदेश प्रारंभ करें",
	"messaggio originale", "oorspronkelijk bericht", "wiadomość oryginalna", "ursprungligt meddelande",
	"元のメッセージ", "転送されたメッセージ", "转发的邮件", "原始邮件")

// How they name the headers of such a mail.
var (
	fromLabels = labels("from", "von", "de", "da", "від", "от", "من", "प्रेषक", "द्वारा", "van", "od",
		"från", "差出人", "发件人")
	subjects = labels("subject", "betreff", "objet", "asunto", "assunto", "тема", "الموضوع", "विषय",
		"oggetto", "onderwerp", "temat", "ämne", "件名", "主题")
	otherLabels = labels("sent", "date", "to", "cc", "enviado", "enviado el", "enviado em", "fecha", "para",
		"envoyé", "envoyé le", "à", "gesendet", "datum", "an", "data", "надіслано", "дата", "кому",
		"отправлено", "копія", "तारीख", "दिनांक", "भेजा गया", "प्रति", "सेवा में", "تاريخ الإرسال",
		"تم الإرسال", "التاريخ", "إلى", "inviato", "a", "verzonden", "aan", "wysłano", "do", "skickat",
		"till", "发送时间", "收件人")
)

// headLines is among how many lines the headers stand.
const headLines = 7

func labels(all ...string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, l := range all {
		set[l] = true
	}
	return set
}

// isDivider tells the line with which another mail begins.
func isDivider(line string) bool {
	line = plain(line)
	if len(line) > 200 || !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "__") &&
		!strings.HasSuffix(line, ":") {
		return false
	}
	words := strings.TrimRight(strings.Trim(line, "-_ "), ": ")
	return dividers[strings.ToLower(strings.ReplaceAll(words, "’", "'"))]
}

// label takes a line of headers in a text apart; its key may be in bold, as text shows it.
func label(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	if wideKey, wideValue, wide := strings.Cut(line, "："); wide && len(wideKey) < len(key) {
		key, value, ok = wideKey, wideValue, true
	}
	key = strings.ToLower(plain(key))
	value = strings.Trim(value, "* ")
	return key, value[:min(len(value), maxShown)], ok && key != "" && len(key) < 60
}

// plain is a line without marks of direction, no-break spaces and stars around bold text.
func plain(l string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r {
		case '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u2066', '\u2067', '\u2068', '\u2069', '*':
			return -1
		case '\u00a0', '\u202f', '\t':
			return ' '
		}
		return r
	}, l))
}
