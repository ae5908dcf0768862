/*
 * Who did what, and what it was before.
 */
import {api} from './api.js';
import {fill, h} from './dom.js';
import {t} from './i18n.js';
import {at, named, pages, siteView, table} from './panel.js';

const LONG = 160;

/** "site.changed" in the reader's words, where there are some. */
function action(name) {
  const key = `audit.action.${name.replaceAll('.', '_')}`;
  return t.has(key) ? t(key) : name;
}

const text = (v) => typeof v === 'object' && v ? JSON.stringify(v) :
  String(v ?? '');

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
    differences(e.before, e.after).map(([name, was, is]) => h('li', {},
      name ? h('b', {}, name, ' ') : null,
      value(was, 'del'), ' ', value(is, 'ins'))));
}

const entries = (rows, sites) => table({
  caption: t('audit.title'), rows, none: t('audit.none'), key: (e) => e.number,
  columns: [
    {label: t('audit.when'), cell: (e) => at(e.at)},
    {label: t('audit.who'), cell: (e) => named(e.actor)},
    {label: t('audit.what'), cell: (e) => h('span', {class: 'entry'},
      h('b', {}, action(e.action)), e.subject ? /^[0-9A-HJKMNP-TV-Z]{26}$/
        .test(e.subject) && /comment|decision|note/.test(e.action) ?
        h('a', {href: `#/item/${e.subject}`}, h('code', {}, e.subject)) :
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
