/*
 * The page: who is signed in, which view is open, what stands around it.
 * The URL's hash is the state: #/queue?q=is:held+reason:links.
 */
import {api, ApiError, authorize, live} from './api.js';
import {button, fill, h, notices, select, svg, toast} from './dom.js';
import {queueHash, VIEWS as QUEUES} from './filter.js';
import {fmt, speak, t} from './i18n.js';
import {keys} from './keys.js';
import {complain, trouble} from './problem.js';

/** name → module, loaded when it is opened first. */
const VIEWS = {
  queue: () => import('./queue.js'),
  item: () => import('./single.js'),
  author: () => import('./author.js'),
  campaigns: () => import('./campaigns.js'),
  figures: () => import('./figures.js'),
  models: () => import('./models.js'),
  sites: () => import('./sites.js'),
  lists: () => import('./lists.js'),
  webhooks: () => import('./webhooks.js'),
  users: () => import('./users.js'),
  audit: () => import('./audit.js'),
  settings: () => import('./settings.js'),
};
const RANKS = ['viewer', 'moderator', 'admin', 'operator'];
/** view → who it is for, and its key after g */
const NAVIGATION = [
  ['campaigns', 'viewer', 'c'], ['figures', 'viewer', 'f'],
  ['lists', 'moderator', 'l'], ['models', 'operator', 'm'],
  ['sites', 'admin', 's'], ['webhooks', 'admin', 'w'],
  ['users', 'admin', 'u'], ['audit', 'admin', 'a'],
  ['settings', 'viewer', 'o'],
];
const QUEUE_KEYS = {held: 'q', reported: 'e', rejected: 'r', published: 'p',
  trashed: 't'};

const main = h('main', {id: 'main', tabindex: '-1'});
const side = h('nav', {class: 'side', id: 'side', 'aria-label': t('app.nav')});
const connection = h('span', {class: 'connection', role: 'status'});
let open = null; // {name, close, update, keep: for when one comes back}
let turn = 0; // of routing: only the last one shows
let counts = null;
let last = null; // whose session it was
let saving = Promise.resolve(); // prefs, one change after the other

const app = {
  session: null,
  prefs: {},
  names: [], // who else is here

  /** Whether the role is held on that site; without one: on any. */
  can(role, site) {
    const s = app.session;
    if (!s) return false;
    // a session's own role is the highest that is held anywhere
    const held = site === undefined || s.role === 'operator' ? s :
      (s.sites || []).find((x) => x.id === site || x.name === site);
    return RANKS.indexOf(held?.role) >= RANKS.indexOf(role);
  },

  /** What a site is called; undefined: one that came since. */
  nameOf: (id) => app.session.sites.find((x) => x.id === id)?.name,

  /** Likewise; whoever may not is told. */
  may(role, site) {
    const may = app.can(role, site);
    if (!may) toast({text: t('app.viewer'), ms: 3000});
    return may;
  },

  go(hash) {
    open?.keep?.();
    location.hash = hash;
  },

  /** Takes another URL for the view as it is now. */
  replace(hash) {
    history.replaceState(null, '', hash);
  },

  /**
   * `patch`: what is new, or makes that of the prefs as they are by then;
   * other tabs may have changed them.
   */
  setPrefs(patch) {
    const put = () => {
      Object.assign(app.prefs,
        typeof patch === 'function' ? patch(app.prefs) : patch);
      prefer();
      showSide();
    };
    put();
    return saving = saving.then(async () => {
      app.prefs = (await api.get('/v1/session')).prefs || {};
      put();
      await api.patch('/v1/session', {prefs: app.prefs});
    }).catch(complain);
  },

  /** Somebody has signed in. */
  async enter(session) {
    if (last !== session.name) dispatchEvent(new Event('somebody'));
    last = session.name;
    app.session = session;
    app.prefs = session.prefs || {};
    authorize(session.csrf, lost);
    await words();
    prefer();
    showFrame();
    live.start();
    if (location.hash.startsWith('#link=')) app.replace('#/queue');
    await Promise.all([route(), count()]);
  },

  async leave() {
    try {
      await api.del('/v1/session');
    } catch (e) {
      if (e.status !== 401) {
        complain(e);
        return;
      }
    }
    lost();
  },
};

function words() {
  const asked = new URLSearchParams(location.search).get('locale');
  return speak(asked || app.prefs.locale);
}

/** Colours, spacing and keys, as the person likes them. */
function prefer() {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get('theme');
  root.dataset.theme = asked || app.prefs.theme || 'auto';
  root.dataset.density = app.prefs.density || 'comfy';
  keys.configure(app.prefs);
}

/** The session has ended; several questions may hear of it. */
async function lost() {
  if (!app.session) return;
  live.stop();
  app.session = null;
  open?.close?.();
  open = null;
  await signIn();
}

async function signIn() {
  const link = location.hash.startsWith('#link=') ?
    decodeURIComponent(location.hash.slice(6)) : null;
  const {open: show} = await import('./signin.js');
  fill(document.body, main, notices);
  fill(main);
  document.title = t('app.name');
  await show(main, {link, app});
}

/** #/view/rest?params */
function parse() {
  const [path, search = ''] = location.hash.slice(2).split('?');
  const [name, ...rest] = path.split('/');
  return {
    name: Object.hasOwn(VIEWS, name) ? name : 'queue',
    rest: rest.map(decodeURIComponent).join('/'),
    params: new URLSearchParams(search),
  };
}

/** What a view is made by; of what did not come the browser says little. */
const load = (name) => VIEWS[name]().catch((e) => {
  throw e instanceof TypeError ?
    new ApiError(0, null, {path: '/ui', method: 'GET'}) : e;
});

async function route() {
  if (!app.session) return;
  const {name, ...where} = parse();
  const mine = ++turn;
  showSide();
  if (open?.name === name && open.update) {
    open.update({...where, app});
    return;
  }
  open?.close?.();
  open = null;
  fill(main);
  main.className = `view-${name}`;
  main.setAttribute('aria-busy', 'true');
  document.title = `${t(`${name}.title`)} · ${t('app.name')}`;
  try {
    const module = await load(name);
    if (mine !== turn) return;
    const made = await module.open(main, {...where, app});
    const handle = typeof made === 'function' ? {close: made} : made;
    if (mine !== turn) handle?.close?.();
    else open = {name, ...handle};
  } catch (e) {
    if (mine === turn) fill(main, failed(e));
  } finally {
    if (mine === turn) main.removeAttribute('aria-busy');
  }
}

/** What stands in the place of a view that could not be opened. */
function failed(e) {
  return h('div', {class: 'page empty'}, h('h1', {}, t('app.failed')),
    h('p', {}, trouble(e)),
    h('p', {}, button({label: t('app.retry'), class: 'primary',
      run: () => route()})));
}

async function count() {
  try {
    counts = await api.get('/v1/queue/counts');
    showSide();
  } catch {
    // the connection's state says it
  }
}

let counting = 0;

/** Soon, once for many events. */
function countSoon() {
  clearTimeout(counting);
  counting = setTimeout(count, 800);
}

function link(hash, label, {n, current, key} = {}) {
  return h('a', {href: hash, 'aria-current': current ? 'page' : null,
    'data-key': key || null},
  h('span', {}, label),
  n === undefined || n === null ? null :
    h('span', {class: 'n'}, fmt.number(n, {notation: 'compact'})));
}

function showSide() {
  const {name, params} = parse();
  const q = params.get('q') ?? 'is:held';
  const onQueue = name === 'queue';
  fill(side,
    h('h2', {class: 'sr'}, t('queue.title')),
    h('ul', {}, QUEUES.map((s) => h('li', {class: `state ${s}`}, link(
      queueHash(`is:${s}`), t(`state.${s}`), {n: counts?.[s],
        current: onQueue && q.split(' ').includes(`is:${s}`)})))),
    counts?.complete === false ?
      h('p', {class: 'late'}, t('queue.incomplete')) : null,
    (app.prefs.views || []).length ? [
      h('h2', {}, t('queue.saved')),
      h('ul', {}, app.prefs.views.map((v, i) => h('li', {}, link(
        v.query, v.name, {current: location.hash === v.query,
          key: i < 9 ? String(i + 1) : null})))),
    ] : null,
    h('h2', {}, t('app.more')),
    h('ul', {}, NAVIGATION.filter(([, role]) => app.can(role)).map(([v]) =>
      h('li', {}, link(`#/${v}`, t(`${v}.title`), {current: name === v})))));
}

function showConnection() {
  const state = live.state;
  fill(connection, h('i', {class: `dot ${state}`, 'aria-hidden': 'true'}),
    h('span', {}, t(`live.${state}`)));
}

function showPresence(data) {
  app.names = (data.names || []).filter((n) => n !== app.session?.name);
  fill(presence, app.names.slice(0, 3).map((n) => h('span', {
    class: 'avatar', title: n, 'aria-label': n, role: 'img', dir: 'auto',
  }, [...n].slice(0, 2).join(''))),
  app.names.length > 3 ? `+${app.names.length - 3}` : null);
}

const presence = h('span', {class: 'presence'});

function themes() {
  return h('label', {class: 'themes', title: t('app.theme')},
    svg('svg', {viewBox: '0 0 16 16', class: 'shape', 'aria-hidden': 'true'},
      svg('circle', {cx: 8, cy: 8, r: 6.5}),
      svg('path', {d: 'M8 1.5a6.5 6.5 0 000 13z'})),
    select({
      'aria-label': t('app.theme'), class: 'quiet',
      value: document.documentElement.dataset.theme,
      options: ['auto', 'light', 'dark'].map((x) => [x, t(`theme.${x}`)]),
      on: {change: (e) => app.setPrefs({theme: e.target.value})},
    }));
}

function showFrame() {
  const menu = button({
    label: '☰', class: 'quiet icon menu', 'aria-label': t('app.nav'),
    'aria-controls': 'side', 'aria-expanded': false,
    run: () => drawer(!document.body.classList.contains('drawer')),
  });
  side.setAttribute('aria-label', t('app.nav'));
  fill(document.body,
    h('a', {class: 'skip', href: '#main', on: {click: (e) => {
      e.preventDefault();
      (main.querySelector('[tabindex="0"]') || main).focus();
    }}}, t('app.skip')),
    h('header', {class: 'top'}, menu,
      h('a', {class: 'brand', href: queueHash('is:held')}, t('app.name')),
      h('span', {class: 'grow'}), presence, connection, themes(),
      button({label: '?', class: 'quiet icon', 'aria-label': t('keys.title'),
        run: () => keys.show()}),
      h('details', {class: 'account'},
        h('summary', {class: 'btn quiet'}, h('bdi', {}, app.session.name)),
        h('div', {class: 'menu-box'},
          h('a', {href: '#/settings'}, t('settings.title')),
          button({label: t('app.sign_out'), class: 'quiet',
            run: app.leave})))),
    side, main, notices);
  showConnection();
  showSide();
}

function drawer(wanted) {
  document.body.classList.toggle('drawer', wanted);
  document.querySelector('.top .menu')
    ?.setAttribute('aria-expanded', String(wanted));
  if (wanted) side.querySelector('a')?.focus();
}

async function palette() {
  const {open: show} = await import('./palette.js');
  show(app);
}

function bind() {
  const there = () => app.session !== null;
  keys.add([
    ...NAVIGATION.map(([v, role, key]) => ({
      id: `go.${v}`, key: `g ${key}`, label: `${v}.title`,
      run: () => app.go(`#/${v}`), when: () => app.can(role),
    })),
    ...QUEUES.map((s) => ({
      id: `go.${s}`, key: `g ${QUEUE_KEYS[s]}`, label: `state.${s}`,
      run: () => app.go(queueHash(`is:${s}`)), when: there,
    })),
    ...[...'123456789'].map((d) => ({
      id: `view.${d}`, key: d, label: `view.${d}`,
      run: () => app.go(app.prefs.views[d - 1].query),
      when: () => there() && Boolean(app.prefs.views?.[d - 1]),
    })),
    {id: 'app.help', key: '?', label: 'keys.title', run: keys.show},
  ]);
  document.addEventListener('keydown', (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k' &&
        there() && !document.querySelector('dialog[open]')) {
      e.preventDefault();
      palette();
    } else if (e.key === 'Escape') {
      drawer(false);
      document.querySelector('details.account[open]')
        ?.removeAttribute('open');
    }
  });
  document.addEventListener('click', (e) => {
    if (e.target.closest('a')) open?.keep?.();
    if (!e.target.closest('.top .menu')) drawer(false);
    for (const d of document.querySelectorAll('details.account[open]')) {
      if (!d.contains(e.target)) d.open = false;
    }
  });
  window.addEventListener('hashchange', () => {
    for (const d of document.querySelectorAll('dialog[open]')) d.close();
    route();
  });
  live.on('queue', countSoon);
  live.on('missed', countSoon);
  live.on('state', showConnection);
  live.on('presence', showPresence);
}

async function start() {
  await words();
  prefer();
  bind();
  try {
    await app.enter(await api.get('/v1/session'));
  } catch (e) {
    if (e.status !== 401) {
      fill(document.body, main, notices);
      fill(main, failed(e));
      return;
    }
    await signIn();
  }
}

start();
