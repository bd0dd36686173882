// The service's own page: who I am, my tokens, how to connect a notebook.
// The access token lives in this page only; the refresh token in this tab, until it is closed.

const REFRESH = 'promptyflow-refresh-token';
const words = document.body.dataset;
const root = new URL('.', location.href).href.replace(/\/$/, '');
const at = id => document.getElementById(id);

let accessToken = '';

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body, token) {
  const headers = { 'Accept-Language': document.documentElement.lang };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  const answer = await fetch(root + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store'
  });
  const told = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) {
    throw new Refused(answer.status, told?.message ?? words.failed);
  }
  return told;
}

/** Call as the person who is signed in; an access token that has run out is replaced once. */
async function callAsMe(method, path, body) {
  try {
    return await call(method, path, body, accessToken);
  } catch (error) {
    if (error.status !== 401 || !(await resume())) {
      throw error;
    }
    return call(method, path, body, accessToken);
  }
}

function keep(session) {
  accessToken = session.accessToken;
  sessionStorage.setItem(REFRESH, session.refreshToken);
}

function forget() {
  accessToken = '';
  sessionStorage.removeItem(REFRESH);
}

/** Go on with the session of this tab; tell whether there is one. */
async function resume() {
  const refreshToken = sessionStorage.getItem(REFRESH);
  if (!refreshToken) {
    return false;
  }
  try {
    keep(await call('POST', '/auth/refresh', { refreshToken }));
    return true;
  } catch (error) {
    if (error.status === 401) {
      forget();
      return false;
    }
    throw error;
  }
}

function say(message) {
  at('notice').textContent = message;
  at('notice').hidden = !message;
}

function show(which) {
  for (const id of ['loading', 'guest', 'member']) {
    at(id).hidden = id !== which;
  }
}

function day(time, otherwise) {
  if (!time) {
    return otherwise;
  }
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium' });
  return format.format(new Date(time));
}

function row(token) {
  const line = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = token.name;
  line.append(name);
  const told = [
    day(token.createdAt, ''),
    day(token.expiresAt, words.forEver),
    day(token.lastUsedAt, words.never)
  ];
  for (const text of told) {
    line.insertCell().textContent = text;
  }
  const revoke = document.createElement('button');
  revoke.type = 'button';
  revoke.textContent = words.revoke;
  revoke.setAttribute('aria-label', `${words.revoke}: ${token.name}`);
  revoke.addEventListener('click', () =>
    attempt(async () => {
      if (confirm(words.revokeSure)) {
        await callAsMe('DELETE', `/auth/tokens/${token.id}`);
        at('made').hidden = true;
        await showTokens();
      }
    })
  );
  line.insertCell().append(revoke);
  return line;
}

async function showTokens() {
  const { items } = await callAsMe('GET', '/auth/tokens');
  at('tokens').tBodies[0].replaceChildren(...items.map(row));
  at('tokens').hidden = items.length === 0;
  at('no-tokens').hidden = items.length > 0;
}

async function showMember() {
  const { user } = await callAsMe('GET', '/auth/me');
  at('who').textContent = user.name;
  at('email').textContent = user.email && user.email !== user.name ? user.email : '';
  at('variables').textContent = `export PROMPTYFLOW_URL=${root}\nexport PROMPTYFLOW_TOKEN=pft_…`;
  await showTokens();
  show('member');
}

/** Do what a person asked for; tell them if it fails. */
async function attempt(work) {
  say('');
  try {
    await work();
  } catch (error) {
    if (error.status === 401) {
      forget();
      show('guest');
      say(words.sessionEnded);
    } else {
      say(error instanceof Refused ? error.message : words.failed);
    }
  }
}

async function begin() {
  const told = new URLSearchParams(location.hash.slice(1));
  // Neither the history nor a bookmark keeps what is behind the #.
  history.replaceState(null, '', location.pathname + location.search);
  show('loading');
  try {
    if (told.has('code')) {
      keep(await call('POST', '/auth/session', { code: told.get('code') }));
    }
    if (accessToken || (await resume())) {
      await showMember();
      return;
    }
    say(told.has('error') ? words.denied : '');
  } catch (error) {
    say(error instanceof Refused ? error.message : words.failed);
  }
  show('guest');
}

at('sign-out').addEventListener('click', () =>
  attempt(async () => {
    const refreshToken = sessionStorage.getItem(REFRESH);
    if (refreshToken) {
      await call('POST', '/auth/logout', { refreshToken });
    }
    forget();
    show('guest');
  })
);

at('sign-out-everywhere').addEventListener('click', () =>
  attempt(async () => {
    await callAsMe('POST', '/auth/logout-everywhere');
    forget();
    show('guest');
  })
);

at('new-token').addEventListener('submit', event => {
  event.preventDefault();
  attempt(async () => {
    const days = Number(at('token-days').value) || null;
    const name = at('token-name').value;
    const made = await callAsMe('POST', '/auth/tokens', { name, days });
    at('made-token').textContent = made.token;
    at('copy').textContent = at('copy').dataset.label;
    at('made').hidden = false;
    at('token-name').value = '';
    await showTokens();
  });
});

at('copy').dataset.label = at('copy').textContent;
at('copy').addEventListener('click', () =>
  attempt(async () => {
    await navigator.clipboard.writeText(at('made-token').textContent);
    at('copy').textContent = words.copied;
  })
);

begin();
