// Passkeys need this file; every page that asks for one says how to go on without. Text is
// written as text, never as markup.
(() => {
	"use strict";

	const known = window.PublicKeyCredential;
	const all = selector => [...document.querySelectorAll(selector)];

	// What the browser holds for us and no longer needs, or under an old name.
	const tell = name => told => {
		if (told && known && known[name]) Promise.resolve(known[name](told)).catch(() => {});
	};
	const signals = {
		unknown: tell("signalUnknownCredential"),
		accepted: tell("signalAllAcceptedCredentials"),
		details: tell("signalCurrentUserDetails"),
	};
	all("[data-signals]").forEach(e => {
		const told = JSON.parse(e.dataset.signals);
		Object.keys(signals).forEach(name => signals[name](told[name]));
	});

	const able = known && known.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON;
	let offer; // what waits for a passkey to be picked in a field

	const ask = (form, more) => {
		const options = JSON.parse(form.dataset.options);
		if (form.dataset.passkey === "create") {
			return navigator.credentials.create({
				publicKey: known.parseCreationOptionsFromJSON(options), ...more,
			});
		}
		return navigator.credentials.get({
			publicKey: known.parseRequestOptionsFromJSON(options), ...more,
		});
	};
	const send = (form, credential) => {
		form.elements.credential.value = JSON.stringify(credential.toJSON());
		form.requestSubmit();
	};
	const words = (form, error) => {
		switch (error.name) {
		case "AbortError":
			return "";
		case "NotAllowedError":
			return form.dataset.cancelled;
		case "InvalidStateError":
			return form.dataset.known;
		}
		return form.dataset.failed;
	};

	const wait = async form => {
		try {
			if (!await known.isConditionalMediationAvailable()) return;
			offer = new AbortController();
			send(form, await ask(form, { mediation: "conditional", signal: offer.signal }));
		} catch { /* none was picked, or none can be; the button is still there */ }
	};

	all("form[data-passkey]").forEach(form => {
		if (!able) return;
		form.querySelector("[data-button]").hidden = false;
		form.querySelector("[data-without]").hidden = true;
		const said = form.querySelector("[data-said]");
		let busy = false;
		form.addEventListener("submit", async event => {
			if (form.elements.credential.value !== "") return; // the answer is on its way
			event.preventDefault();
			event.stopPropagation();
			if (busy) return;
			busy = true;
			if (offer) offer.abort();
			said.textContent = form.dataset.busy;
			try {
				send(form, await ask(form, {}));
			} catch (error) {
				said.textContent = words(form, error);
				if ("offer" in form.dataset) wait(form);
			}
			busy = false;
		});
		if ("offer" in form.dataset) wait(form);
	});

	// A page that the browser kept has an answer in it that was given already.
	addEventListener("pageshow", event => {
		if (!event.persisted) return;
		all("form[data-passkey]").forEach(f => { f.elements.credential.value = ""; });
	});
})();
