// An OpenID provider that behaves like ThaID, with invented people, for tests.
//
//   node provider.mjs PORT CLIENT_ID CLIENT_SECRET BACK_TO...
//
// POST /switch?name=NAME turns one misbehaviour on for the next token (or, for those named in LASTING, until
// POST /switch?name= turns it off). GET /counts says how often each address was asked for.

import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import Provider from 'oidc-provider';

const [port, clientId, clientSecret, ...backTo] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const now = () => Math.floor(Date.now() / 1000);

// Right check digits, but of registry offices that do not exist. 0: no nationality; 6, 7: not Thai by birth.
const PEOPLE = {
  somchai: ['1234567890121', 'นาย', 'สมชาย', 'สมมติ', '1985-06-15'],
  malee: ['3999900000010', 'นาง', 'มาลี', 'สมมติ', '1965-00-00'],
  boonmi: ['5999900000016', 'นาย', 'บุญมี', 'สมมติ', '2480'],
  stateless: ['0999900000015', 'นางสาว', 'นาใจ', 'สมมติ', '1999-11-00'],
  settled: ['6999900000014', 'นาย', 'จอห์น', 'สมมติ', '1970-01-31'],
  born_here: ['7999900000012', 'เด็กหญิง', 'ดาว', '', '2010-05-05'],
  no_number: [undefined, 'นาย', 'ไร้เลข', 'สมมติ', '1990-01-01'],
  wrong_number: ['1234567890120', 'นาย', 'เลขผิด', 'สมมติ', '1990-01-01'],
};
const NAMES = ['pid', 'title', 'given_name', 'family_name', 'birthdate'];
const claimsOf = (login) => ({
  sub: login,
  ...Object.fromEntries(NAMES.map((name, place) => [name, PEOPLE[login][place]])),
});

const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
  return { privateKey, publicKey, jwk, shown: { ...publicKey.export({ format: 'jwk' }), kid: jwk.kid, use: 'sig' } };
};
const ours = newKey();
const next = newKey();
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims, key = ours, header = {}) {
  const full = { alg: 'ES256', typ: 'JWT', kid: key.jwk.kid, ...header };
  const body = `${encoded(full)}.${encoded(claims)}`;
  const seals = {
    none: () => '',
    HS256: () => createHmac('sha256', key.publicKey.export({ type: 'spki', format: 'pem' })).update(body).digest(),
    ES256: () => sign('sha256', Buffer.from(body), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  return `${body}.${Buffer.from(seals[full.alg]()).toString('base64url')}`;
}

// What each switch makes of the right claims.
const without = (claims, name) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const SPOILT = {
  'wrong nonce': (claims) => token({ ...claims, nonce: 'another' }),
  'no nonce': (claims) => token(without(claims, 'nonce')),
  'wrong audience': (claims) => token({ ...claims, aud: 'another-site' }),
  'several audiences': (claims) => token({ ...claims, aud: [clientId, 'another-site'] }),
  'wrong azp': (claims) => token({ ...claims, aud: [clientId, 'another-site'], azp: 'another-site' }),
  'right azp': (claims) => token({ ...claims, aud: [clientId, 'another-site'], azp: clientId }),
  'wrong issuer': (claims) => token({ ...claims, iss: 'https://another.example' }),
  'no subject': (claims) => token(without(claims, 'sub')),
  'expired': (claims) => token({ ...claims, exp: now() - 120 }),
  'no end': (claims) => token(without(claims, 'exp')),
  'from the future': (claims) => token({ ...claims, iat: now() + 600, exp: now() + 1200 }),
  'alg none': (claims) => token(claims, ours, { alg: 'none' }),
  'HS256 with the public key': (claims) => token(claims, ours, { alg: 'HS256' }),
  'another key': (claims) => token(claims, { ...next, jwk: ours.jwk }),
  'unknown kid': (claims) => token(claims, ours, { kid: 'unknown' }),
  'jku': (claims) => token(claims, ours, { jku: `${issuer}/jwks` }),
  'x5u': (claims) => token(claims, ours, { x5u: `${issuer}/jwks` }),
  'embedded key': (claims) => token(claims, next, { jwk: next.shown }),
  'rotated': (claims) => token(claims, next),
  'no token': () => undefined,
  'no JWT': () => 'a.b.c',
};
// What each switch makes of a whole answer: route, and what is done to it.
const ANSWERS = {
  'expires_in in seconds': ['token', (ctx) => { ctx.body.expires_in = 900; }],
  'expires_in nonsense': ['token', (ctx) => { ctx.body.expires_in = 'soon'; }],
  'token down': ['token', (ctx) => { ctx.status = 503; ctx.body = 'down'; }],
  'token no JSON': ['token', (ctx) => { ctx.body = '<html>'; }],
  'token moved': ['token', (ctx) => { ctx.redirect('/caught'); ctx.status = 307; }],
  'token large': ['token', (ctx) => { ctx.body = { padding: 'x'.repeat(2 ** 20) }; }],
  'token slow': ['token', () => pause(1500)],
  'keys moved': ['jwks', (ctx) => { ctx.redirect('/caught'); }],
  'keys nonsense': ['jwks', (ctx) => { ctx.body = { keys: [{ kty: 'EC', crv: 'P-256' }] }; }],
  'discovery of another issuer': ['discovery', (ctx) => { ctx.body.issuer = 'https://another.example'; }],
  'discovery of another host': ['discovery', (ctx) => { ctx.body.token_endpoint = 'https://another.example/token'; }],
  'discovery without keys': ['discovery', (ctx) => { delete ctx.body.jwks_uri; }],
  'userinfo down': ['userinfo', (ctx) => { ctx.status = 500; }],
  'access ended long ago': ['token', (ctx) => { ctx.body.expires_in = now() - 3600; }],
  'userinfo of another': ['userinfo', (ctx) => { ctx.body = { ...claimsOf('malee') }; }],
};
const ONLY_SUBJECT = ['claims only in userinfo', 'userinfo of another', 'userinfo down', 'access ended long ago'];
const LASTING = ['rotated', 'another issuer in the answer', ...ONLY_SUBJECT, ...Object.keys(ANSWERS)];
const counts = {};
let on = '';

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: backTo,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [ours.jwk] },
  cookies: { keys: [randomUUID()] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], ...Object.fromEntries(NAMES.map((name) => [name, [name]])) },
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 900, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_ctx, login) => ({
    accountId: login,
    claims: (use) => (ONLY_SUBJECT.includes(on) && use === 'id_token' ? { sub: login } : claimsOf(login)),
  }),
  async loadExistingGrant(ctx) { // who signs in has consented
    const { client, session, params } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
  renderError(ctx, out) { ctx.type = 'text'; ctx.body = JSON.stringify(out); },
});

provider.use(async (ctx, following) => {
  counts[ctx.path] = (counts[ctx.path] ?? 0) + 1;
  await following();
  const route = ctx.oidc?.route;
  if (route === 'token' && ctx.body?.id_token) {
    ctx.body.expires_in += now();
    const claims = JSON.parse(Buffer.from(ctx.body.id_token.split('.')[1], 'base64url'));
    if (SPOILT[on]) ctx.body.id_token = SPOILT[on](claims);
  }
  if (route === 'jwks' && on === 'rotated') ctx.body = { keys: [next.shown] };
  if (route && ctx.status === 303 && on === 'another issuer in the answer') {
    ctx.set('Location', ctx.response.get('Location').replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fanother.example'));
  }
  if (ANSWERS[on]?.[0] === route) await ANSWERS[on][1](ctx);
  if (route === 'token' && !LASTING.includes(on)) on = '';
});

const form = (uid) => `<!doctype html><html lang="th"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>ผู้ให้บริการสมมติ</title><link rel="icon" href="data:,">
<main><h1>ผู้ให้บริการยืนยันตัวตนสมมติ</h1><form method="post" action="/interaction/${uid}">
<p><label>ชื่อผู้ใช้ <select name="login">${Object.keys(PEOPLE).map((name) => `<option>${name}</option>`).join('')}</select></label></p>
<p><button name="do" value="sign-in">ยืนยัน</button> <button name="do" value="cancel">ยกเลิก</button></p></form></main></html>`;

async function interact(req, res, uid) {
  if (req.method === 'GET') {
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    return res.end(form(uid));
  }
  let body = '';
  for await (const piece of req) body += piece;
  const typed = new URLSearchParams(body);
  const result = typed.get('do') === 'cancel'
    ? { error: 'access_denied', error_description: 'the person stopped' }
    : { login: { accountId: typed.get('login') } };
  return provider.interactionFinished(req, res, result);
}

const answer = provider.callback();
createServer(async (req, res) => {
  const url = new URL(req.url, issuer);
  if (url.pathname === '/counts') return res.end(JSON.stringify(counts));
  if (url.pathname === '/caught') counts['/caught'] = (counts['/caught'] ?? 0) + 1;
  if (url.pathname === '/switch') {
    on = url.searchParams.get('name');
    return res.end(on);
  }
  const asked = url.pathname.match(/^\/interaction\/([\w-]+)$/);
  return asked ? interact(req, res, asked[1]) : answer(req, res);
}).listen(Number(port), '127.0.0.1');
process.stdin.on('end', () => process.exit()).resume(); // gone with whoever started it
