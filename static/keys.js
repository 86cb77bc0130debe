// The keys of the staff console. Each does what a link or a button of the page does; /staff/help
// lists them, and switches them off.
(() => {
	"use strict";

	const all = selector => [...document.querySelectorAll(selector)];
	const typing = "input, select, textarea, [contenteditable], dialog";

	addEventListener("keydown", event => {
		const { key, target } = event;
		if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || target.closest(typing)) {
			return;
		}
		const row = target.closest("[data-row]"), rows = all("[data-row]");
		const step = { j: 1, k: -1 }[key];
		if (step && rows.length) {
			const to = row ? rows.indexOf(row) + step : 0;
			rows[Math.min(Math.max(to, 0), rows.length - 1)].querySelector("a").focus();
			return;
		}
		// What belongs to one row of a list is for the row that has the focus.
		const found = all("[data-key]").find(e => {
			const own = e.closest("[data-row]");
			return e.dataset.key === key && (!own || own === row);
		});
		if (!found) return;
		event.preventDefault();
		if (found.matches("input")) found.focus();
		else found.click();
	});
})();
