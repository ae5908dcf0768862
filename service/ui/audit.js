/*
 * Who did what, and what it was before.
 */
import {api} from './api.js';
import {fill, h} from './dom.js';
import {fmt, t} from './i18n.js';
import {itemHash} from './item.js';
import {at, named, pages, siteView, table} from './panel.js';

const LONG = 160;

/** "site.changed" in the reader's words, where there are some. */
function action(name) {
  return t.or(`audit.action.${name.replaceAll('.', '_')}`, name);
}

const text = (v) => typeof v === 'object' && v ? JSON.stringify(v) :
  String(v ?? '');

// The store keeps what its columns hold; here it is what they mean.

const time = (ms) => ms ? fmt.time(ms) : '';
const flag = (v) => t(v ? 'audit.yes' : 'audit.no');
const bits = (names, path) => (v) => fmt.list(names
  .filter((_, i) => v & 1 << i).map((n) => t(`${path}.${n}`)));
const one = (...paths) => (v) => {
  const key = paths.map((p) => `${p}.${v}`).find((k) => t.has(k));
  return key ? t(key) : v;
};

/** member → what its value is called; false: of no interest to people */
const VALUES = {
  revision: false,
  link_until: time, expires_at: time, revoked_at: time, until: time,
  password_at: time,
  scopes: bits(['check', 'feedback', 'moderate', 'admin', 'operator', 'view'],
    'sites.scope'),
  types: bits(['comment_held', 'comment_decided', 'comment_undone'],
    'webhooks.event'),
  operator: flag, password: flag, totp: flag, active: flag, by_link: flag,
  learn: flag, role: one('users.role', 'models.role'), state: one('state'),
  decision: one('did'), effect: one('effect'), kind: one('lists.kind'),
};

/** What a member is called: a setting as on its site's page. */
function member(path) {
  if (!path.startsWith('settings.')) return t.or(`audit.field.${path}`, path);
  const [name, ...groups] = path.slice(9).split('.').reverse();
  const group = groups.reverse().join('_');
  const label = t.or(`sites.set.${[...groups, name].join('_')}`, name);
  return group ? `${t.or(`sites.group.${group}`, group)}: ${label}` : label;
}

const meant = (path, v) => v === undefined || v === null || !VALUES[path] ?
  v : VALUES[path](v);

/** What differs, member by member: [path, old, new]. */
function differences(before, after, path = '') {
  const isObject = (v) => v && typeof v === 'object' && !Array.isArray(v);
  if (!isObject(before) && !isObject(after)) {
    return text(before) === text(after) ? [] : [[path, before, after]];
  }
  const names = new Set([...Object.keys(before || {}),
    ...Object.keys(after || {})]);
  return [...names].flatMap((n) => differences(before?.[n], after?.[n],
    path ? `${path}.${n}` : n));
}

const value = (v, tag) => {
  const whole = text(v);
  if (!whole) return null;
  return h(tag, {dir: 'auto', title: whole.length > LONG ? whole : null},
    [...whole].slice(0, LONG).join(''));
};

function change(e) {
  if (!e.before && !e.after) return null;
  return h('ul', {class: 'plain changes'},
    differences(e.before, e.after).filter(([path]) => VALUES[path] !== false)
      .map(([path, was, is]) => [path, meant(path, was), meant(path, is)])
      .filter(([, was, is]) => text(was) !== text(is))
      .map(([path, was, is]) => h('li', {},
        path ? h('b', {}, member(path), ' ') : null,
        value(was, 'del'), ' ', value(is, 'ins'))));
}

const entries = (rows, sites) => table({
  caption: t('audit.title'), rows, none: t('audit.none'), key: (e) => e.number,
  columns: [
    {label: t('audit.when'), cell: (e) => at(e.at)},
    {label: t('audit.who'), class: 'whole', cell: (e) => named(e.actor)},
    {label: t('audit.what'), cell: (e) => h('span', {class: 'entry'},
      h('b', {}, action(e.action)), e.subject ? /^[0-9A-HJKMNP-TV-Z]{26}$/
        .test(e.subject) && /comment|decision|note/.test(e.action) ?
        h('a', {href: itemHash({id: e.subject, site: {name: e.site}})},
          h('code', {}, e.subject)) :
        h('code', {dir: 'auto'}, e.subject) : null)},
    sites ? {label: t('panel.site'), cell: (e) =>
      named(e.site)} : null,
    {label: t('audit.change'), cell: change},
  ].filter(Boolean),
});

async function show(body, {site}) {
  fill(body, h('p', {class: 'muted'}, t('audit.about')),
    h('div', {class: 'card'}, await pages({
      load: async (after) => {
        const got = await api.get('/v1/audit', {site, after, limit: 50});
        return {rows: got.entries, next: got.next};
      },
      show: (rows) => entries(rows, !site),
    })));
}

/** Opens the view; see app.js. */
export async function open(main, {params, app}) {
  await siteView(main, {name: 'audit', app, params, all: true}, show);
}
