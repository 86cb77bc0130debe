package mailproof

import (
	"strings"
	"testing"
)

// Replies as mail programs send them. What the other side wrote is "QUOTED".
func TestFresh(t *testing.T) {
	t.Parallel()
	const said = "It was my old phone.\n\nThe new one is a Pixel."
	tests := []struct{ name, text, want string }{
		{"nothing quoted", said, said},
		{"Gmail", said + "\r\n\r\nOn Fri, 20 Nov 2026 at 09:30, Example Market <protect@market.example>\r\nwrote:\r\n\r\n> QUOTED\r\n> QUOTED\r\n", said},
		{"Gmail on three lines", said + "\n\nOn Fri, 20 Nov 2026 at 09:30, Example Market Account\nSecurity and Support <\nprotect@market.example> wrote:\n\n> QUOTED", said},
		{"Apple", said + "\n\n> On 20 Nov 2026, at 09:30, Example Market <protect@market.example> wrote:\n> \n> QUOTED\n", said},
		{"Apple, its line not marked", said + "\n\nOn 20 Nov 2026, at 09:30, Example Market <protect@market.example> wrote:\n\n\ufeffQUOTED\nQUOTED", said},
		{"Outlook", said + "\n\n________________________________\nFrom: Example Market <protect@market.example>\nSent: Friday, November 20, 2026 9:30 AM\nTo: Ada <ada@example.org>\nSubject: QUOTED\n\nQUOTED", said},
		{"Outlook for Windows", said + "\n\n-----Original Message-----\nFrom: Example Market\nSent: Friday\n\nQUOTED", said},
		{"Outlook without a line", said + "\n\nFrom: Example Market <protect@market.example> \nDate: Friday, 20 November 2026 at 09:30\nTo: Ada <ada@example.org>\nSubject: QUOTED\nQUOTED", said},
		{"Outlook, bold", said + "\n\n*From:* Example Market\n*Sent:* Friday\n*To:* Ada\n*Subject:* QUOTED\nQUOTED", said},
		{"Thunderbird", said + "\n\nOn 11/20/26 09:30, Example Market wrote:\n> QUOTED", said},
		{"below the quote", "On 11/20/26 09:30, Example Market wrote:\n> QUOTED\n> QUOTED\n\n" + said, said},
		{"between the lines", "On 11/20/26 09:30, Example Market wrote:\n> QUOTED?\nIt was my old phone.\n\n> QUOTED?\nThe new one is a Pixel.", "It was my old phone.\n\nThe new one is a Pixel."},
		{"Spanish Gmail", said + "\n\nEl vie, 20 nov 2026 a las 9:30, Example Market (<\nprotect@market.example>) escribió:\n\n> QUOTED", said},
		{"Spanish Outlook", said + "\n\nDe: Example Market\nEnviado el: viernes, 20 de noviembre de 2026 9:30\nPara: Ada\nAsunto: QUOTED\n\nQUOTED", said},
		{"French Gmail", said + "\n\nLe ven. 20 nov. 2026 à 09:30, Example Market <protect@market.example> a\nécrit :\n\n> QUOTED", said},
		{"French Apple", said + "\n\nLe 20 nov. 2026 à 09:30, Example Market <protect@market.example> a écrit\u00a0:\n\nQUOTED", said},
		{"French Outlook", said + "\n\n-----Message d'origine-----\nDe : Example Market\nEnvoyé : vendredi\n\nQUOTED", said},
		{"French Outlook, headers", said + "\n\nDe : Example Market\nEnvoyé : vendredi 20 novembre 2026 09:30\nÀ : Ada\nObjet : QUOTED\nQUOTED", said},
		{"German Gmail", said + "\n\nAm Fr., 20. Nov. 2026 um 09:30 Uhr schrieb Example Market <\nprotect@market.example>:\n\n> QUOTED", said},
		{"German Apple", said + "\n\nAm 20.11.2026 um 09:30 schrieb Example Market <protect@market.example>:\n\nQUOTED", said},
		{"German Outlook", said + "\n\nVon: Example Market\nGesendet: Freitag, 20. November 2026 09:30\nAn: Ada\nBetreff: QUOTED\n\nQUOTED", said},
		{"German, old Outlook", said + "\n\n-----Ursprüngliche Nachricht-----\nVon: x\nQUOTED", said},
		{"Portuguese Gmail", said + "\n\nEm sex., 20 de nov. de 2026 às 09:30, Example Market <\nprotect@market.example> escreveu:\n\n> QUOTED", said},
		{"Portuguese Outlook", said + "\n\nDe: Example Market\nEnviado: sexta-feira, 20 de novembro de 2026 09:30\nPara: Ada\nAssunto: QUOTED\nQUOTED", said},
		{"Ukrainian Gmail", said + "\n\nпт, 20 лист. 2026 р. о 09:30 Example Market <protect@market.example> пише:\n\n> QUOTED", said},
		{"Ukrainian Outlook", said + "\n\nВід: Example Market\nНадіслано: п'ятниця, 20 листопада 2026 р. 09:30\nКому: Ada\nТема: QUOTED\nQUOTED", said},
		{"Hindi Gmail", said + "\n\nशुक्र, 20 नव॰ 2026 को 9:30 am बजे को Example Market <protect@market.example> ने लिखा:\n\n> QUOTED", said},
		{"Hindi Outlook", said + "\n\nप्रेषक: Example Market\nभेजा गया: शुक्रवार\nप्रति: Ada\nविषय: QUOTED\nQUOTED", said},
		{"Arabic Gmail", said + "\n\n\u202bفي الجمعة، 20 نوفمبر 2026 في 9:30 ص تمت كتابة ما يلي بواسطة Example Market <\u202aprotect@market.example\u202c>:\u202c\n\n> QUOTED", said},
		{"Arabic Apple", said + "\n\nفي ٢٠ نوفمبر ٢٠٢٦، الساعة ٩:٣٠ ص، كتب Example Market <protect@market.example>:\n\nQUOTED", said},
		{"Arabic Outlook", said + "\n\nمن: Example Market\nتم الإرسال: الجمعة\nإلى: Ada\nالموضوع: QUOTED\nQUOTED", said},
		{"Italian", said + "\n\nIl giorno ven 20 nov 2026 alle ore 09:30 Example Market <p@m.example> ha scritto:\n\n> QUOTED", said},
		{"Polish", said + "\n\nW dniu 20.11.2026 o 09:30, Example Market pisze:\n> QUOTED", said},
		{"Dutch", said + "\n\nOp vr 20 nov 2026 om 09:30 schreef Example Market <p@m.example>:\n\n> QUOTED", said},
		{"Chinese", said + "\n\nExample Market <p@m.example> 于2026年11月20日周五 09:30写道：\n\n> QUOTED", said},
		{"Apple, forwarded", said + "\n\nBegin forwarded message:\n\nFrom: Example Market <p@m.example>\nSubject: QUOTED\nDate: today\n\nQUOTED", said},
		{"a rule, and two headers", said + "\n\n____________________\n-----Original Message-----\nQUOTED", said},
		// Words that only look like it stay.
		{"somebody wrote", "On Friday my brother wrote:\nCall me.\nI did.", "On Friday my brother wrote:\nCall me.\nI did."},
		{"somebody wrote at a time", "I tell you.\nAt 9:30 my brother wrote:\nCall me.\nI did.", "I tell you.\nAt 9:30 my brother wrote:\nCall me.\nI did."},
		{"a list that begins with from", "From: Riga\nThen I went on.", "From: Riga\nThen I went on."},
		{"a line of its own", "A\n____\nB", "A\n____\nB"},
		// Nothing is ever cut to nothing.
		{"all quoted", "> I am Ada\n> and this is mine\n", "> I am Ada\n> and this is mine"},
		{"only an attribution", "On 20 Nov 2026, at 09:30, Ada wrote:\nHello.", "On 20 Nov 2026, at 09:30, Ada wrote:\nHello."},
		{"empty", " \r\n", ""},
	}
	for _, tt := range tests {
		if got := Fresh(tt.text); got != tt.want {
			t.Errorf("%s:\n%q, want\n%q", tt.name, got, tt.want)
		}
	}
}

func FuzzFresh(f *testing.F) {
	f.Add("a\n> b\nOn 1:00 x wrote:\n> c")
	f.Add("From: a\nTo: b\nSubject: c\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Fresh(text)
		if got == "" && strings.TrimSpace(text) != "" {
			t.Errorf("%q was cut to nothing", text)
		}
		if len(got) > len(text) {
			t.Errorf("%q became longer: %q", text, got)
		}
	})
}
