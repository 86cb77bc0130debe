// An issuer of OpenID Connect for tests: npm's oidc-provider, with sign-in pages that let anybody in who
// says who they are. Its one argument is JSON: the clients. It prints its own address.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { clients } = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: clients.map((c) => ({
    response_types: ['code'], grant_types: ['authorization_code'], id_token_signed_response_alg: 'ES256',
    backchannel_logout_session_required: true, require_auth_time: true, ...c,
  })),
  jwks: { keys: [
    await key({ name: 'ECDSA', namedCurve: 'P-256' }, 'ES256'),
    await key({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, 'RS256'),
  ] },
  cookies: { keys: ['for tests'] },
  scopes: ['openid', 'email'],
  claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
  acrValues: ['one', 'two'],
  conformIdTokenClaims: false, // the address stands in the ID token
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => {
        ctx.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out there</button>`);
      },
      postLogoutSuccessSource: (ctx) => { ctx.body = page('Signed out', '<p>You are signed out.</p>'); },
    },
  },
  interactions: { url: (ctx, it) => `/enter/${it.uid}` },
  // Whoever signs in is who they say: the name of their mailbox is their subject.
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id.replace(/^other-/, ''), email_verified: !id.startsWith('unchecked') }),
  }),
  // Nobody is asked whether the portal may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
  fetch: (url, { dispatcher, ...options }) => fetch(url, options), // it tells portals on this machine of sign-outs
  renderError: (ctx, out) => { ctx.body = page('Error', `<p>${JSON.stringify(out)}</p>`); },
});

provider.on('backchannel.error', (ctx, err) => console.error('sign-out was not told:', err.message));
provider.on('server_error', (ctx, err) => console.error(err));

async function key(algorithm, alg) {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return { ...await crypto.subtle.exportKey('jwk', pair.privateKey), alg, use: 'sig', kid: alg, key_ops: undefined };
}

function page(title, body) {
  return `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`;
}

const answer = provider.callback();
server.on('request', async (req, res) => {
  if (!req.url.startsWith('/enter/')) return answer(req, res);
  try {
    const { prompt } = await provider.interactionDetails(req, res);
    if (req.method !== 'POST') {
      res.setHeader('content-type', 'text/html; charset=utf-8');
      return res.end(page('Company sign-in', `<p>Asked for: ${prompt.name}</p><form method="post">
        <label>Who are you? <input name="login"></label>
        <button name="acr" value="two">With two factors</button>
        <button name="acr" value="one">With a password</button>
        <button name="acr" value="">Cancel</button></form>`));
    }
    let body = '';
    for await (const part of req) body += part;
    const form = new URLSearchParams(body);
    const acr = form.get('acr');
    await provider.interactionFinished(req, res, acr
      ? { login: { accountId: form.get('login'), acr, amr: acr === 'two' ? ['pwd', 'otp', 'mfa'] : ['pwd'] } }
      : { error: 'access_denied' });
  } catch (err) {
    res.statusCode = 500;
    res.end(String(err));
  }
});
console.log(issuer);
process.stdin.resume().on('end', () => process.exit(0)); // with whoever started it
