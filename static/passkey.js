// Passkeys need this file; every page that asks for one says how to go on without.
(() => {
	"use strict";

	const known = window.PublicKeyCredential;
	const all = selector => [...document.querySelectorAll(selector)];

	// What the browser holds for us and no longer needs, or under an old name.
	const tell = name => async told => {
		try {
			if (told) await known[name](told);
		} catch { /* not every browser listens */ }
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

	// Browsers and password managers may lack or break the functions from and to JSON.
	const able = known && navigator.credentials;
	let offer; // what waits for a passkey to be picked in a field

	const bytes = text => Uint8Array.from(
		atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
	const base64 = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
		.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
	const keys = list => (list || []).map(key => ({ ...key, id: bytes(key.id) }));

	const ask = (form, more) => {
		const o = JSON.parse(form.dataset.options);
		o.challenge = bytes(o.challenge);
		if (form.dataset.passkey === "create") {
			o.user.id = bytes(o.user.id);
			o.excludeCredentials = keys(o.excludeCredentials);
			return navigator.credentials.create({ publicKey: o, ...more });
		}
		o.allowCredentials = keys(o.allowCredentials);
		return navigator.credentials.get({ publicKey: o, ...more });
	};
	const plain = credential => {
		const { id, rawId, type, response: from } = credential, response = {};
		["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
			.forEach(name => { if (from[name]) response[name] = base64(from[name]); });
		if (from.getTransports) response.transports = from.getTransports();
		return { id, rawId: base64(rawId), type, response, clientExtensionResults: {} };
	};
	const send = (form, credential) => {
		try {
			form.elements.credential.value = JSON.stringify(plain(credential));
			form.requestSubmit();
		} catch (error) {
			// One that we never hear of opens nothing.
			const { rp } = JSON.parse(form.dataset.options);
			signals.unknown(rp && { rpId: rp.id, credentialId: credential.id });
			throw error;
		}
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
