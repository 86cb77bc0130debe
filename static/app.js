// Comfort only: every page works without this file. Text is written as text, never as markup.
(() => {
	"use strict";

	const all = (selector, root = document) => [...root.querySelectorAll(selector)];
	const byId = id => document.getElementById(id);

	all("[data-js]").forEach(e => e.removeAttribute("data-js"));

	// Every moment in the zone of whoever reads, where the page itself can only name another one.
	const page = document.querySelector("[data-yours]"), { yours } = page.dataset;
	// Digits and commas are those of the page (views/words).
	const lang = page.closest("html").lang.replace(/^en\b.*/, "en-GB").replace(/^ar$/, "ar-u-nu-arab");
	const comma = lang.startsWith("ar") ? "، " : ", ";
	const far = at => {
		const minutes = Math.round((at - Date.now()) / 60000), size = Math.abs(minutes);
		const [unit, each] = size < 60 ? ["minute", 1] : size < 48 * 60 ? ["hour", 60] : ["day", 1440];
		return new Intl.RelativeTimeFormat(lang).format(Math.trunc(minutes / each), unit);
	};
	const tell = e => {
		const at = new Date(e.dateTime), form = e.dataset.form;
		const day = weekday => at.toLocaleDateString(lang,
			{ weekday, day: "numeric", month: "long", year: "numeric" });
		const hour = at.toLocaleTimeString(lang, { timeStyle: "short" });
		if (form === "fixed") e.title = day("long") + comma + `${hour} (${yours})`;
		else if (form === "hour") e.textContent = `${hour} (${yours})`;
		else if (form === "full") {
			e.textContent = day("long") + comma + `${hour} (${yours}${comma}${far(at)})`;
		}
		else {
			e.textContent = day("short") + comma + hour;
			e.title = far(at);
		}
	};
	all("time[data-form]").forEach(tell);
	all("[data-zone]").forEach(e => { e.textContent = yours; });

	const errors = byId("errors");
	if (errors) errors.focus();

	all("[data-reveal]").forEach(button => {
		const input = byId(button.dataset.reveal);
		const said = byId(button.dataset.reveal + ".said");
		const show = on => {
			input.type = on ? "text" : "password";
			button.setAttribute("aria-pressed", String(on));
			button.textContent = on ? button.dataset.hide : button.dataset.show;
		};
		button.addEventListener("click", () => {
			const on = input.type === "password";
			show(on);
			said.textContent = on ? button.dataset.shown : button.dataset.hidden;
		});
		input.form.addEventListener("submit", () => show(false));
	});

	// What is copied is what a person would type: codes one a line, a key without gaps, and
	// text as it stands.
	const copied = node => {
		if (node.matches("pre, code")) return node.textContent;
		const codes = all("[data-recovery-code]", node);
		const lines = (codes.length ? codes : [node]).map(e => e.textContent.replace(/\s/g, ""));
		return lines.join("\n");
	};
	all("[data-copy]").forEach(button => button.addEventListener("click", async () => {
		const said = byId(button.dataset.copy + ".said");
		said.textContent = "";
		try {
			await navigator.clipboard.writeText(copied(byId(button.dataset.copy)));
			said.textContent = button.dataset.done;
		} catch {
			said.textContent = button.dataset.failed;
		}
	}));

	all("[data-print]").forEach(button => button.addEventListener("click", () => print()));

	// Advice on a password: the server holds the only rule. Every question has the same size
	// on the wire, so that its length says nothing about the password.
	const padded = text => {
		const body = new URLSearchParams({ new_password: text, pad: "" }).toString();
		return body + "x".repeat(Math.max(0, 4096 - body.length));
	};
	all("[data-meter]").forEach(meter => {
		const input = byId(meter.dataset.meter);
		const text = meter.querySelector("[data-strength]");
		let timer, asked = 0, level = "";
		const show = (now, words) => {
			if (now === level) return;
			level = now;
			meter.dataset.level = now === "0" ? "1" : now;
			text.textContent = words;
		};
		const ask = async () => {
			const turn = ++asked;
			if (input.value === "") return show("", "");
			try {
				const answer = await fetch(meter.dataset.href, {
					method: "POST",
					headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" },
					body: padded(input.value),
				});
				if (!answer.ok) throw new Error(answer.status);
				const advice = await answer.json();
				if (turn !== asked) return;
				const words = [advice.label, advice.hint].filter(Boolean).join(". ");
				show(String(advice.level), words);
			} catch {
				if (turn === asked) show("", "");
			}
		};
		input.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(ask, 500);
		});
	});

	// One form, one answer: a second press within a few seconds does nothing.
	document.addEventListener("submit", event => {
		const form = event.target;
		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		form.dataset.sent = "1";
		setTimeout(() => delete form.dataset.sent, "again" in form.dataset ? 1000 : 5000);
	});
	// Another language is another page: what was typed on this one does not come along.
	const typed = e => e.type === "checkbox" || e.type === "radio" ? e.checked !== e.defaultChecked
		: e.value !== e.defaultValue;
	all("form[data-lost]").forEach(form => form.addEventListener("submit", event => {
		if (!all("main input, main textarea").some(typed) || confirm(form.dataset.lost)) return;
		event.preventDefault();
		event.stopPropagation();
	}));
	addEventListener("pageshow", () => all("form[data-sent]").forEach(f => delete f.dataset.sent));

	// A form that waits for its turn is sent again when that has come; while nobody answers, later.
	all("form[data-wait]").forEach(form => {
		const said = form.querySelector("[data-now]");
		const later = seconds => setTimeout(async () => {
			const up = await fetch("/healthz").then(answer => answer.ok, () => false);
			if (!up) return later(Math.min(2 * seconds, 60));
			said.textContent = said.dataset.now;
			form.requestSubmit();
		}, seconds * 1000);
		later(Number(form.dataset.wait));
	});

	const offline = document.querySelector("[data-offline]");
	const online = () => { offline.hidden = navigator.onLine; };
	addEventListener("online", online);
	addEventListener("offline", online);

	// The warning compares times of this device's own clock, so that it is right also after the
	// device has slept, and when its clock is off.
	const warning = byId("warning");
	if (warning) {
		const left = warning.querySelector("[data-left]");
		const moments = [180, 120, 60, 20];
		const after = seconds => Date.now() / 1000 + Number(seconds);
		const home = warning.dataset.home;
		let until = after(warning.dataset.seconds), spoken = Infinity;
		const extended = answer => {
			until = after(answer.seconds);
			spoken = Infinity;
			all("[data-until]").forEach(e => {
				e.dateTime = answer.at;
				tell(e);
			});
			warning.close();
		};
		const tabs = "BroadcastChannel" in window ? new BroadcastChannel("regain-until" + home) : null;
		if (tabs) tabs.onmessage = event => extended(event.data);
		const tick = () => {
			const seconds = Math.round(until - Date.now() / 1000);
			if (seconds <= 0) {
				location.assign(home);
				return;
			}
			if (seconds <= moments[0] && !warning.open && spoken === Infinity) warning.showModal();
			const due = moments.filter(m => seconds <= m).pop();
			if (due !== undefined && due < spoken) {
				spoken = due;
				left.textContent = left.dataset.words + " " + seconds;
			}
			setTimeout(tick, 1000);
		};
		setTimeout(tick, 1000);
		warning.querySelector("form").addEventListener("submit", async event => {
			event.preventDefault();
			const form = event.target;
			try {
				const answer = await fetch(form.action, {
					method: "POST", headers: { Accept: "application/json" },
				});
				if (!answer.ok) throw new Error(answer.status);
				const next = await answer.json();
				extended(next);
				if (tabs) tabs.postMessage(next);
			} catch {
				form.submit();
			}
		});
	}
})();
