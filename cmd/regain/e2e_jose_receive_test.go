//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// joseIssuer publishes keys, trusted by then, and pushes a signal of each algorithm that it is signed by.
const joseIssuer = `
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
const { generateKeyPair, exportJWK, SignJWT } = await import(process.env.JOSE);
const keys = [], made = {};
for (const alg of ["ES256", "RS256", "PS256", "EdDSA"]) {
  const pair = await generateKeyPair(alg);
  made[alg] = pair.privateKey;
  keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg, use: "sig" });
}
const server = createServer((_, response) => response.end(JSON.stringify({ keys })));
server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
const look = setInterval(async () => {
  if (!existsSync(process.env.PORTAL)) return;
  clearInterval(look);
  const to = readFileSync(process.env.PORTAL, "utf8");
  for (const alg of Object.keys(made)) {
    const body = await new SignJWT({
      sub_id: { format: "opaque", id: "u-1001" },
      events: { "https://schemas.openid.net/secevent/caep/event-type/session-revoked": {} },
    }).setProtectedHeader({ alg, kid: alg, typ: "secevent+jwt" }).setIssuedAt().setIssuer("https://id.example")
      .setAudience("http://localhost:8080").setJti(alg).sign(made[alg]);
    const answer = await fetch(to + "/ssf/receive",
      { method: "POST", body, headers: { "Content-Type": "application/secevent+jwt" } });
    console.log(alg, answer.status, JSON.stringify(await answer.text()));
  }
  process.exit();
}, 50);
`

// TestJoseReceive: what another implementation signs is taken, by each algorithm.
func TestJoseReceive(t *testing.T) {
	folder := os.Getenv("REGAIN_JOSE")
	index := filepath.Join(folder, "dist", "webapi", "index.js")
	if _, err := os.Stat(index); err != nil {
		t.Fatalf("%v; install it with npm install jose@6, and put the path of its folder into REGAIN_JOSE", err)
	}
	file := filepath.Join(t.TempDir(), "issuer.mjs")
	if err := os.WriteFile(file, []byte(joseIssuer), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newCLI(t)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	c.give("account", `{"id":"u-1001","username":"ada","email":"ada@example.org","name":"Ada","type":"client"}`)
	place := filepath.Join(t.TempDir(), "portal")
	said := runReceiver(t, []string{"node", file}, "JOSE="+index, "PORTAL="+place)
	c.ok("signal", "trust", "https://id.example", "--jwks", <-said)
	portal := c.start()
	err := os.WriteFile(place+".new", []byte(portal.base), 0o600)
	if err == nil {
		err = os.Rename(place+".new", place)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range strings.Fields("ES256 RS256 PS256 EdDSA") {
		if got := <-said; got != alg+` 202 ""` {
			t.Error(got)
		}
	}
	if got := c.text("SELECT COUNT(*) FROM activities WHERE kind = 'signal_sessions_revoked'"); got != "4" {
		t.Errorf("%s are recorded", got)
	}
}
