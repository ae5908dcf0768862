/*
 * How a person likes the page, and how they sign in.
 */
import {api} from './api.js';
import {button, check, fill, h, select, toast} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {keyName, keys} from './keys.js';
import {COMMANDS} from './queue_keys.js';
import {attempt, card, copyButton, refill, secret, sure}
  from './panel.js';
import {qrCode} from './qr.js';

const LANGUAGES = [['', 'settings.language_auto'], ['en', 'English'],
  ['de', 'Deutsch']];

/** A choice that holds at once. */
function choice(app, name, options) {
  return h('div', {class: 'field'},
    h('label', {for: `set-${name}`}, t(`settings.${name}`)),
    select({id: `set-${name}`, value: app.prefs[name] ?? options[0][0],
      options, on: {change: async (e) => {
        await app.setPrefs({[name]: e.target.value});
        // words are put in when a view is made
        if (name === 'locale') location.reload();
      }}}));
}

const looks = (app) => card(t('settings.looks'), h('div', {class: 'grid'},
  choice(app, 'theme', ['auto', 'light', 'dark'].map((x) =>
    [x, t(`theme.${x}`)])),
  choice(app, 'density', ['comfy', 'compact'].map((x) =>
    [x, t(`settings.${x}`)])),
  choice(app, 'locale', LANGUAGES.map(([v, label]) =>
    [v, t.or(label, label)]))));

/** The views of the queue that are kept, to be renamed and removed. */
function viewsCard(app) {
  const list = h('ul', {class: 'keymap'});
  const change = async (view, now) => {
    await app.setPrefs(({views = []}) => ({views: views.flatMap((v) =>
      v.name === view.name && v.query === view.query ? now : v)}));
    draw();
  };
  const row = (v) => h('li', {}, h('input', {value: v.name, maxlength: 60,
    dir: 'auto', 'aria-label': `${t('queue.save_name')}: ${v.name}`,
    on: {change: (e) =>
      change(v, {...v, name: e.target.value.trim() || v.name})}}),
  button({label: '×', class: 'quiet icon', run: () => change(v, []),
    'aria-label': `${t('settings.views_remove')}: ${v.name}`}));
  const draw = () => refill(list, (app.prefs.views || []).map(row));
  draw();
  return card(t('queue.saved'), h('p', {class: 'muted'},
    t('settings.views_how', {save: t('queue.save')})), list);
}

// keys

/** Every command once, whether its view is open or not. */
async function commands() {
  const all = new Map();
  for (const c of COMMANDS) all.set(c.id, {...c, label: t(c.label)});
  for (const c of keys.commands()) {
    if (!all.has(c.id)) all.set(c.id, c);
  }
  return [...all.values()];
}

/** What a press is called; null: it is no key of its own. */
function pressed(e) {
  if (['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(e.key) ||
      e.ctrlKey || e.altKey || e.metaKey) return null;
  return keyName(e);
}

/** A field that takes the next key; Backspace empties it. */
function keyField(c, app, all, again) {
  const mine = app.prefs.keys || {};
  const key = mine[c.id] ?? c.key ?? '';
  const clash = key && all.find((x) => x.id !== c.id &&
    (mine[x.id] ?? x.key) === key);
  const set = async (value) => {
    await app.setPrefs(({keys: {[c.id]: was, ...rest} = {}}) =>
      ({keys: value === c.key ? rest : {...rest, [c.id]: value}}));
    again(c.id);
  };
  const id = `key-${c.id}`;
  return h('li', {},
    h('label', {for: id}, c.label),
    h('input', {id, value: key, readonly: true, class: 'key', size: 9,
      dir: 'ltr', placeholder: t('settings.no_key'),
      'aria-describedby': clash ? `${id}-clash` : 'keys-how',
      on: {keydown: (e) => {
        if (e.key === 'Escape') return;
        const name = pressed(e);
        if (!name) return;
        e.preventDefault();
        e.stopPropagation();
        set(name === 'Backspace' ? '' : name);
      }}}),
    mine[c.id] !== undefined ? button({label: t('settings.reset'),
      class: 'quiet', 'aria-label': `${t('settings.reset')}: ${c.label}`,
      run: () => set(c.key)}) : null,
    clash ? h('small', {class: 'bad', id: `${id}-clash`},
      t('settings.clash', {name: clash.label})) : null);
}

async function keysCard(app) {
  const list = h('div', {});
  const draw = async (focus) => {
    const all = await commands();
    const groups = new Map();
    for (const c of all) {
      const group = c.id.split('.')[0];
      groups.set(group, [...groups.get(group) || [], c]);
    }
    fill(list, [...groups].map(([group, of]) => h('section', {},
      h('h3', {class: 'group'}, t(`keys.group.${group}`)),
      h('ul', {class: 'keymap'}, of.map((c) =>
        keyField(c, app, all, draw))))));
    if (focus) document.getElementById(`key-${focus}`)?.focus();
  };
  await draw();
  return card(t('settings.keys'),
    check({label: t('settings.keys_on'), checked: !app.prefs.keys_off,
      on: {change: (e) => app.setPrefs({keys_off: !e.target.checked})}}),
    h('p', {class: 'muted', id: 'keys-how'}, t('settings.keys_how')), list,
    h('p', {}, button({label: t('settings.reset_all'), run: async () => {
      await app.setPrefs({keys: {}});
      await draw();
    }})));
}

// signing in

const current = () => ({name: 'current', kind: 'password',
  label: t('settings.current'), more: {required: true,
    autocomplete: 'current-password'}});
const code = () => ({name: 'code', label: t('signin.code'), more: {
  inputmode: 'numeric', autocomplete: 'one-time-code', dir: 'ltr'}});

/** Soon after a link the present password is not needed. */
const said = (values) => Object.fromEntries(
  Object.entries(values).filter(([, v]) => v !== null));

/** The session as it is after a change. */
function changed(app, got, said) {
  const {name, password, totp} = got;
  Object.assign(app.session, {name, password, totp});
  if (said) toast({text: t(said)});
}

const passwordCard = (app, again) => card(t('settings.password'), form({
  label: t('settings.password_save'),
  fields: [
    h('input', {type: 'text', autocomplete: 'username', readonly: true,
      class: 'sr', tabindex: '-1', 'aria-hidden': true,
      value: app.session.name}),
    app.session.password === false ? null : current(),
    {name: 'password', kind: 'password', label: t('signin.new'),
      hint: t('signin.new_hint'), more: {autocomplete: 'new-password',
        required: true}},
  ],
  send: (values) => api.patch('/v1/session', said(values)),
  sent: (got) => {
    changed(app, got, 'settings.password_saved');
    again();
  },
}));

/** The secret, and the code that shows that the app has it. */
function confirmTotp(box, made, app, again) {
  const scan = made.totp_qr;
  fill(box, h('div', {class: 'enrol'},
    scan ? qrCode(scan, t('settings.totp_qr')) : null,
    h('div', {},
      h('p', {}, t(scan ? 'settings.totp_scan' : 'settings.totp_how')),
      h('output', {class: 'value', dir: 'ltr'}, made.totp_secret),
      h('p', {class: 'row'}, copyButton(made.totp_secret)))),
    form({
      label: t('settings.totp_confirm'), cancel: () => again(),
      fields: [code(), current()],
      send: (values) => api.patch('/v1/session',
        said({...values, totp_secret: made.totp_secret})),
      sent: (got) => {
        changed(app, got, 'settings.totp_is_on');
        again(got.recovery_codes);
      },
    }));
  box.querySelector('input').focus();
}

/** `codes` sign in once each where the app is lost. */
function totpCard(app, again, codes) {
  const box = h('div', {class: 'stacked'});
  const enable = async () => {
    const got = await attempt(() =>
      api.patch('/v1/session', {totp: true}));
    if (got) confirmTotp(box, got, app, again);
  };
  const disable = () => form({
    label: t('settings.totp_off'), danger: true, fields: [current()],
    send: async (values) => await sure({title: t('settings.totp_off'),
      body: t('settings.totp_off_body'), label: t('settings.totp_off')}) &&
      api.patch('/v1/session', said({...values, totp: false})),
    sent: (got) => {
      if (!got) return;
      changed(app, got, 'settings.totp_is_off');
      again();
    },
  });
  fill(box, h('p', {class: 'muted'}, t('settings.totp_about')),
    codes ? secret({title: t('settings.recovery'), value: codes.join('\n'),
      note: t('settings.recovery_note')}) : null,
    app.session.totp ? disable() : h('p', {}, button({
      label: t('settings.totp_on'), run: enable})));
  return card(t('settings.totp'), box);
}

/** Opens the view; see app.js. */
export async function open(main, {app}) {
  const access = h('div', {class: 'columns'});
  const again = (codes) => fill(access, passwordCard(app, () => again()),
    totpCard(app, again, codes));
  again();
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('settings.title')),
    looks(app), access, viewsCard(app), await keysCard(app)));
}
