/*
 * A comment in a list, and the pieces it is made of: who, where, when, what,
 * why. Shows; decides nothing.
 */
import {query} from './api.js';
import {bdi, button, h, pill} from './dom.js';
import {fmt, language, t} from './i18n.js';
import {contentOf, fieldOf, hiddenCount} from './text.js';

const AGAIN_MS = 20000;

/** What a reason says, in the reader's language when that is known. */
export function say(reason) {
  const key = `reason.${reason.code}`;
  const side = `${key}.${reason.weight > 0 ? 'against' : 'pro'}`;
  const known = [side, `${key}.against`, key].find((k) => t.has(k) &&
    typeof t(k) === 'string' && t(k) !== k);
  const words = known ? t(known) : reason.text;
  const more = [
    reason.count ? t('why.count', {n: reason.count}) : null,
    reason.count && reason.seconds !== undefined ?
      t('why.since', {duration: fmt.duration(reason.seconds)}) : null,
    reason.list?.value ? `“${reason.list.value}”` : null,
    reason.own ? t('why.own') : null,
  ].filter(Boolean);
  return more.length ? `${words} (${more.join(', ')})` : words;
}

/** Where a comment is on its own; its id is one of its site. */
export const itemHash = (item) =>
  `#/item/${encodeURIComponent(item.id)}${query({site: item.site?.name})}`;

export const campaignHash = ({id}) =>
  `#/campaigns/${encodeURIComponent(id)}`;

/** Decided by rule, not by weight: no part of the margin. */
const isRule = (r) => r.weight === 0;

/** Rules first, then what weighs most; the tail only when it is all. */
export function strongest(item, n) {
  const all = item.verdict?.reasons || [];
  const main = all.filter((r) => r.code !== 'other');
  const list = main.length ? main : all;
  return [...list.filter(isRule), ...list.filter((r) => !isRule(r))]
    .slice(0, n);
}

/** A bar of a share from 0 to 1. */
export function bar(share, cls) {
  const fillElement = h('i', {});
  fillElement.style.setProperty('inline-size',
    `${Math.max(2, Math.round(Math.min(1, share) * 100))}%`);
  return h('span', {class: `bar ${cls}`, 'aria-hidden': 'true'}, fillElement);
}

/** "Spam 87 %", as strong as it is sure. */
export function score(item) {
  if (typeof item.score !== 'number') {
    return h('span', {class: 'pill'}, t('why.unjudged'));
  }
  const level = item.score >= 0.8 ? 'high' : item.score >= 0.5 ? 'mid' : 'low';
  return h('span', {class: `score ${level}`},
    t(`head.${item.head || 'spam'}`), ' ',
    h('b', {class: 'num'}, fmt.percent(item.score)),
    bar(item.score, level));
}

/** The last part of a long address, which tells pages apart. */
function short(thread) {
  const path = thread.replace(/^https?:\/\/[^/]+/i, '').replace(/\/$/, '');
  const from = path || thread;
  return [...from].length > 48 ? `…${[...from].slice(-47).join('')}` : from;
}

/** How long ago; it is told anew as time goes by. */
export function when(iso, style = 'short') {
  return h('time', {datetime: iso, title: fmt.time(iso), 'data-ago': style},
    fmt.ago(iso, style));
}

/** Words whose {ago} is such a time. @returns {Child[]} */
export function since(key, at, values) {
  const [before, after] = t(key, values).split('{ago}');
  return [before, at ? when(at) : null, after];
}

setInterval(() => {
  for (const el of document.querySelectorAll('[data-ago]')) {
    const text = fmt.ago(el.dateTime, el.dataset.ago);
    if (el.textContent !== text) el.textContent = text;
  }
}, AGAIN_MS);

export function authorName(item, {raw} = {}) {
  const name = item.author?.name;
  return h('bdi', {class: name ? 'name' : 'name muted'},
    name ? fieldOf(name, 'author.name', item, {say, raw}) :
      t('item.nameless'));
}

/** @returns {HTMLElement} one line of facts */
export function facts(item, {sites, raw} = {}) {
  const hidden = hiddenCount(item.content) +
    hiddenCount(item.author?.name || '');
  return h('span', {class: 'facts'},
    item.author?.url ? h('bdi', {class: 'url', title: item.author.url},
      fieldOf(item.author.url, 'author.url', item, {say, raw})) : null,
    sites && item.site ? bdi(item.site.name, 'site') : null,
    item.thread ? h('bdi', {class: 'thread', title: item.thread},
      short(item.thread)) : null,
    item.type && item.type !== 'comment' ? bdi(item.type) : null,
    when(item.created_at || item.received_at),
    item.lang && item.lang !== language().split('-')[0] ?
      h('span', {class: 'lang'}, fmt.language(item.lang)) : null,
    hidden ? h('span', {class: 'pill warn'},
      t('item.hidden', {n: hidden})) : null);
}

/** How many readers complained, the most frequent reason first. */
function reported({n, reasons, open}) {
  const most = Object.entries(reasons).filter(([, k]) => k)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, k]) => `${t(`report.${reason}`)} ${fmt.number(k)}`);
  const el = pill(t('item.reports', {n}), open ? 'warn' : '');
  el.title = fmt.list(most);
  return el;
}

function badges(item, state) {
  const expected = state === 'reported' ? 'published' : state;
  return [
    item.reports ? reported(item.reports) : null,
    item.state !== expected ? pill(t(`state.${item.state}`), item.state) : null,
    item.decision ? pill(since('item.decided', item.decision.at, {
      kind: t(`did.${item.decision.kind || item.decision.decision}`),
    })) : null,
    item.campaign?.size > 1 ? h('a', {
      class: 'pill', href: campaignHash(item.campaign),
    }, t('item.campaign', {n: item.campaign.size})) : null,
    item.shadow ? pill(t('item.shadow', {model: item.shadow.model,
      action: t(`models.action.${item.shadow.action}`)}), 'warn') : null,
    item.notes ? pill(t('item.notes', {n: item.notes})) : null,
  ];
}

/**
 * Reasons of one code that pull the same way, as one: {reason, weight,
 * list}; rules first, then what weighs most.
 */
export function grouped(item) {
  const groups = new Map();
  for (const r of strongest(item, Infinity)) {
    const id = isRule(r) ? `${r.code} ${r.list?.id}` :
      `${r.code} ${r.weight > 0}`;
    if (!groups.has(id)) groups.set(id, {reason: r, weight: 0, list: []});
    const g = groups.get(id);
    g.weight += r.weight;
    g.list.push(r);
  }
  return [...groups.values()].sort((x, y) => isRule(y.reason) -
    isRule(x.reason) || Math.abs(y.weight) - Math.abs(x.weight));
}

export const kindOf = (r) => isRule(r) ? 'rule' :
  r.weight > 0 ? 'against' : 'pro';

/** The three strongest reasons as a line. */
function whyLine(item) {
  const list = grouped(item).slice(0, 3);
  const most = Math.max(...list.map((g) => Math.abs(g.weight)), 1e-9);
  return h('ul', {class: 'why-line', 'aria-label': t('why.title')},
    list.map(({reason, weight}) => {
      const kind = kindOf(reason);
      return h('li', {class: kind, title: say(reason)},
        kind === 'rule' ? null : bar(Math.abs(weight) / most, kind),
        h('span', {}, say(reason)));
    }));
}

/** A long text in `article` is opened by a button; short ones have none. */
export function clamp(article) {
  const box = article.querySelector('.clamp');
  const text = box.textContent;
  if (text.length < 500 && (text.match(/\n/g) || []).length < 8) return;
  box.classList.add('long');
  box.after(button({
    label: t('item.more'), class: 'link unclamp', 'aria-expanded': false,
    run: (e) => {
      const open = box.classList.toggle('open');
      e.currentTarget.setAttribute('aria-expanded', String(open));
      e.currentTarget.firstElementChild.textContent =
        t(open ? 'item.less' : 'item.more');
    },
  }));
}

/** What was written. */
export function body(item, {raw} = {}) {
  const el = h('div', {
    class: raw ? 'text raw' : 'text', dir: 'auto',
  }, contentOf(item, {raw, say}));
  if (!el.textContent.trim()) {
    el.append(h('i', {class: 'muted'}, t('item.empty')));
  }
  return el;
}

/**
 * An item of a list; with `pick(on)` it has a check-box.
 * @returns {HTMLElement}
 */
export function card(item, {state, sites, raw, pick}) {
  const id = `i${item.id}`;
  return h('article', {
    class: `item ${item.state}`, id, tabindex: '-1', 'data-id': item.id,
    'aria-labelledby': `${id}a ${id}t`,
  },
  h('header', {id: `${id}a`},
    pick ? h('label', {class: 'pick'}, h('input', {
      type: 'checkbox', tabindex: '-1', 'aria-label': t('item.select'),
      on: {change: (e) => pick(e.target.checked)},
    })) : null,
    h('span', {class: 'who'}, authorName(item, {raw}),
      facts(item, {sites, raw}),
      h('span', {class: 'badges'}, badges(item, state))),
    score(item)),
  h('div', {class: 'clamp', id: `${id}t`}, body(item, {raw})),
  h('footer', {}, whyLine(item)));
}
