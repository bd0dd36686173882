// An OpenID provider written by others (npm's oidc-provider), with people who sign in by themselves.
//
//   node openid_provider.mjs <redirect uri> …
//
// Who signs in is said by `login_hint`: ann (also without one), bob, eve (of another company), mallory
// (whose address is not verified), or deny, who changes their mind.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const person = (name, email, verified = true, hd = 'example.org') => ({
  name,
  email,
  email_verified: verified,
  hd
});
const people = {
  ann: person('Ann', 'ann@example.org'),
  bob: person('Bob', 'bob@example.org'),
  eve: person('Eve', 'eve@other.example', true, 'other.example'),
  mallory: person('Mallory', 'ann@example.org', false)
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'first' };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'promptyflow',
        client_secret: 'planted-client-secret-0123456789',
        redirect_uris: process.argv.slice(2),
        token_endpoint_auth_method: 'client_secret_post'
      }
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'hd'], profile: ['name'] },
    conformIdTokenClaims: false, // as Google does
    cookies: { keys: ['for-tests-only'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) =>
      id in people
        ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) }
        : undefined,
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [key] },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 }
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
      return answer(request, response);
    }
    const { params } = await provider.interactionDetails(request, response);
    const accountId = params.login_hint ?? 'ann';
    if (accountId === 'deny') {
      const result = { error: 'access_denied', error_description: 'changed their mind' };
      return provider.interactionFinished(request, response, result);
    }
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope('openid email profile');
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result);
  });
  console.log(`serving at ${issuer}`);
});
process.on('SIGTERM', () => process.exit(0));
