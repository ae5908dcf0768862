/*
 * Who wrote it: what this installation knows of an author, beside an item
 * and as a view of its own (#/author/KEY).
 */
import {api, query} from './api.js';
import {bdi, button, fill, h, pill} from './dom.js';
import {queueHash, write} from './filter.js';
import {fmt, t} from './i18n.js';
import {card, itemHash, when} from './item.js';
import {linkButton} from './links.js';

const STATES = ['published', 'held', 'rejected', 'trashed'];
const KEPT_MS = 30000;
const known = new Map(); // key → {at, got}

/** What a site knows of an author; asked again after half a minute. */
export function authorOf(key, site) {
  const id = `${key} ${site}`;
  const old = known.get(id);
  if (old && Date.now() - old.at < KEPT_MS) return old.got;
  if (known.size > 200) known.clear();
  const got = api.get(`/v1/authors/${encodeURIComponent(key)}`, {site});
  known.set(id, {at: Date.now(), got});
  got.catch(() => known.delete(id));
  return got;
}

/** Something was decided: what is known may be wrong. */
export const forgetAuthors = () => known.clear();
addEventListener('somebody', forgetAuthors); // who may see others

const authorHash = (key, site) =>
  `#/author/${encodeURIComponent(key)}${query({site})}`;

/** What of theirs waits, or of those who share that with them. */
const heldHash = (name, value) => queueHash(`is:held ${write(name, value)}`);

/** How much of what they wrote came through, as one bar with its legend. */
function record(counts) {
  const total = STATES.reduce((n, s) => n + (counts[s] || 0), 0);
  const parts = STATES.filter((s) => counts[s]).map((s) => {
    const part = h('i', {class: s});
    part.style.setProperty('flex-grow', String(counts[s] / total));
    return part;
  });
  return h('div', {class: 'record'},
    h('div', {class: 'stack', 'aria-hidden': 'true'}, parts),
    h('ul', {class: 'legend'}, STATES.map((s) => h('li', {class: s},
      h('b', {class: 'num'}, fmt.number(counts[s] || 0)), ' ',
      t(`state.${s}`)))));
}

function facts(a, item) {
  const net = item?.author?.net || a.net;
  return h('dl', {class: 'pairs'},
    a.first_seen ? [h('dt', {}, t('author.first_seen')),
      h('dd', {}, when(a.first_seen, 'long'))] : null,
    (a.names || []).length > 1 ? [h('dt', {}, t('author.names')),
      h('dd', {}, a.names.slice(0, 8).map((n, i) =>
        [i ? ', ' : null, bdi(n)]))] : null,
    net ? [h('dt', {}, t('author.network')), h('dd', {},
      h('a', {href: heldHash('net', net)},
        h('bdi', {dir: 'ltr'}, net)),
      a.same_network ? [' ', t('author.same_network',
        {n: a.same_network})] : null)] : null);
}

function hosts(list) {
  if (!list?.length) return null;
  return [h('h3', {}, t('author.hosts')), h('ul', {class: 'plain'},
    list.slice(0, 8).map((x) => h('li', {},
      h('a', {href: heldHash('host', x.host)},
        h('bdi', {dir: 'ltr'}, x.host)), ' ',
      h('span', {class: 'num muted'}, fmt.number(x.n)))))];
}

function listed(entries) {
  if (!entries?.length) return null;
  return h('ul', {class: 'plain'}, entries.map((e) => h('li', {},
    pill(t(`effect.${e.effect}`), e.effect), ' ', bdi(e.value || e.kind))));
}

function line(item) {
  const text = (item.content || '').trim();
  return h('li', {}, h('a', {href: itemHash(item), class: 'past'},
    h('i', {class: `dot ${item.state}`, role: 'img',
      'aria-label': t(`state.${item.state}`)}),
    h('span', {dir: 'auto'}, [...text].slice(0, 90).join('') ||
      t('item.empty')),
    when(item.received_at, 'narrow')));
}

/**
 * The panel. `item` is the comment it stands beside, or null.
 * @returns {Node[]}
 */
export function authorPanel(a, item, {n = 5} = {}) {
  const counts = a.counts || {};
  const last = (a.last || []).filter((x) => x.id !== item?.id).slice(0, n);
  return [
    listed(a.lists), record(counts), facts(a, item), hosts(a.hosts),
    last.length ? [h('h3', {}, t('author.last')),
      h('ul', {class: 'plain'}, last.map(line))] : null,
    h('p', {class: 'row'},
      item ? h('a', {href: authorHash(a.key, item.site?.name)},
        t('author.open')) : null,
      counts.held > 1 ? h('a', {
        href: heldHash('author', a.key),
      }, t('author.others', {n: counts.held})) : null),
  ].flat(Infinity).filter(Boolean);
}

/** The view of one author. */
export async function open(main, {rest, params, app}) {
  const a = await authorOf(rest, params.get('site'));
  const name = a.names?.[0] || t('item.nameless');
  const {blockAuthor} = await import('./block.js');
  const last = a.last || [];
  fill(main, h('div', {class: 'page'},
    h('h1', {}, bdi(name)),
    app.can('moderator') ? h('p', {class: 'row'}, button({
      label: t('act.block'), run: () => blockAuthor(
        {author: {name, key: a.key}, content: '', ...(last[0] || {})}, app),
    })) : null,
    h('h2', {class: 'sr'}, t('part.author')),
    h('div', {class: 'card panel'}, authorPanel(a, null, {n: 0})),
    h('h2', {}, t('author.last')),
    h('div', {class: 'feed'}, last.map((x) => {
      const el = card(x, {sites: true});
      el.append(h('p', {class: 'row foot'},
        h('a', {href: itemHash(x)}, t('item.open')),
        x.author?.url ? linkButton(x.author.url) : null));
      return el;
    }))));
}
