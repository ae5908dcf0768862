/*
 * The service's public API, and what it tells of its own accord. Knows the
 * session's token against forgery; nothing of what is shown.
 */

let token = '';
let unauthorized = () => {};

/** The token that each change needs, and who is told that there is none. */
export function authorize(csrf, lost) {
  token = csrf || '';
  if (lost) unauthorized = lost;
}

/** An answer that is none; problem.js says it to people. */
export class ApiError extends Error {
  constructor(status, body, {path, method}) {
    super(body?.detail || body?.title || `HTTP ${status}`);
    this.status = status; // 0: no connection
    this.body = body || {}; // a problem document (RFC 9457)
    // a change may have arrived, and only its answer not
    this.type = status !== 0 ? (this.body.type || '').split(':').pop() :
      method === 'GET' ? 'unreachable' : 'unanswered';
    this.path = path;
  }
}

/** A query string of what is said. */
export function query(values = {}) {
  const said = Object.entries(values)
    .filter(([, v]) => v !== undefined && v !== null && v !== '');
  return said.length ? `?${new URLSearchParams(said)}` : '';
}

/** The path of a comment, or of what belongs to it, on its site. */
export const ofComment = (item, rest = '', more = {}) =>
  `/v1/comments/${encodeURIComponent(item.id)}${rest}` +
  query({site: item.site?.name, ...more});

async function call(method, path, body, more) {
  const headers = {Accept: 'application/json', ...more};
  if (method !== 'GET') headers['X-CSRF-Token'] = token;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let got;
  let answer = null;
  try {
    got = await fetch(path, {
      method, headers, credentials: 'same-origin', cache: 'no-store',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const type = got.headers.get('Content-Type') || '';
    answer = type.includes('json') ? await got.json() : await got.text();
  } catch (e) {
    throw new ApiError(0, {detail: e.message}, {path, method});
  }
  if (got.ok) return answer;
  if (got.status === 401 && path !== '/v1/session') unauthorized();
  throw new ApiError(got.status, answer, {path, method});
}

/** Posts; without an answer once more, by a key so that it counts once. */
async function once(path, body) {
  const key = {'Idempotency-Key':
    crypto.getRandomValues(new Uint32Array(4)).join('-')};
  try {
    return await call('POST', path, body, key);
  } catch (e) {
    if (e.status !== 0) throw e;
    return call('POST', path, body, key);
  }
}

export const api = {
  get: (path, values) => call('GET', path + query(values)),
  post: (path, body) => call('POST', path, body),
  patch: (path, body) => call('PATCH', path, body),
  del: (path, body) => call('DELETE', path, body),
  once,
};

const KINDS = ['queue', 'lease', 'presence', 'missed'];
const POLL_MS = 15000;
const HIDE_MS = 10000;
const listeners = new Map();
let source = null;
let timer = 0;

function tell(kind, data) {
  for (const fn of listeners.get(kind) || []) fn(data);
}

function become(state) {
  if (live.state === state) return;
  live.state = state;
  tell('state', state);
}

/** Without a stream, whoever listens is told to look again. */
function poll() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (source?.readyState === EventSource.OPEN) return;
    try {
      await api.get('/v1/queue/counts');
      become('polling');
      tell('missed', {});
    } catch (e) {
      become(e.status === 401 ? 'off' : 'offline');
    }
    if (source?.readyState === EventSource.CLOSED) live.start();
    if (live.state !== 'off') poll();
  }, document.hidden ? 4 * POLL_MS : POLL_MS);
}

/**
 * A browser has six connections for a server: pages that nobody looks at,
 * or that it keeps to go back to, must not hold one each.
 */
function watchVisibility() {
  let asleep = false;
  const sleep = () => {
    if (!source) return;
    asleep = true;
    live.stop();
  };
  const wake = () => {
    if (!asleep || document.hidden) return;
    asleep = false;
    live.start();
    tell('missed', {});
  };
  addEventListener('pagehide', sleep);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) setTimeout(() => document.hidden && sleep(), HIDE_MS);
    else wake();
  });
}

/** What the service tells: kinds queue, lease, presence, missed, state. */
export const live = {
  state: 'off', // live, polling, offline
  on(kind, fn) {
    if (!listeners.has(kind)) listeners.set(kind, new Set());
    listeners.get(kind).add(fn);
    return () => listeners.get(kind).delete(fn);
  },
  start() {
    source?.close();
    source = new EventSource('/v1/events');
    source.onopen = () => {
      // what came in between is not known
      if (live.state === 'polling' || live.state === 'offline') {
        tell('missed', {});
      }
      become('live');
    };
    source.onerror = () => {
      become('offline');
      poll();
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (e) => tell(kind, JSON.parse(e.data)));
    }
  },
  stop() {
    source?.close();
    source = null;
    clearTimeout(timer);
    become('off');
  },
};

watchVisibility();
