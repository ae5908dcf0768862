/*
 * An author, a host or a network on a list of the site, straight from a
 * comment; and what of theirs still waits goes with it.
 */
import {api, query} from './api.js';
import {authorOf, forgetAuthors} from './author.js';
import {ask, bdi, field, h, pill, select, toast} from './dom.js';
import {fmt, t} from './i18n.js';
import {complain} from './problem.js';
import {linksIn} from './text.js';

const DAYS = [1, 7, 30, 365];
const REST = {block: 'spam', allow: 'approve'};

function hostOf(url) {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
}

/** What can be listed: [{kind, value, label}]. */
function choices(item) {
  const a = item.author || {};
  const hosts = [a.url, ...linksIn(item.content || '')].filter(Boolean)
    .map(hostOf).filter(Boolean);
  return [
    a.name ? {kind: 'author', value: a.name} : null,
    a.id && a.id !== a.name ? {kind: 'author', value: a.id} : null,
    ...[...new Set(hosts)].slice(0, 5).map((value) => ({kind: 'host', value})),
    a.net ? {kind: 'ip', value: a.net} : null,
  ].filter(Boolean);
}

function expiry(days) {
  return days ? new Date(Date.now() + days * 864e5).toISOString() : null;
}

async function waiting(item) {
  try {
    const a = await authorOf(item.author.key, item.site?.name);
    return a.counts?.held || 0;
  } catch {
    return 0;
  }
}

/** Asks and does it. `decideRest(filter, kind)` for what waits. */
export async function blockAuthor(item, app, decideRest) {
  const list = choices(item);
  const held = item.author?.key ? await waiting(item) : 0;
  const whom = list.map((c, i) => h('label', {class: 'choice'},
    h('input', {type: 'checkbox', name: 'what', value: i, checked: i === 0}),
    h('span', {}, t(`listed.${c.kind}`), ' ', h('bdi', {}, c.value))));
  const note = h('input', {maxlength: 512, autocomplete: 'off'});
  const days = select({value: 0, options: [[0, t('block.forever')],
    ...DAYS.map((d) => [d, fmt.days(d)])]});
  const rest = h('input', {type: 'checkbox', name: 'rest'});
  const effect = await ask({
    title: t('act.block'),
    body: [
      list.length ? h('fieldset', {class: 'choices'},
        h('legend', {}, t('block.whom')), whom) :
        h('p', {}, t('block.nothing')),
      field({label: t('block.until'), control: days}),
      field({label: t('block.note'), control: note}),
      decideRest && held > 1 ? h('label', {class: 'check'}, rest,
        h('span', {}, t('block.rest', {n: held}))) : null,
    ],
    actions: list.length ? [
      {label: t('effect.block'), value: 'block', class: 'danger'},
      {label: t('effect.hold'), value: 'hold'},
      {label: t('effect.allow'), value: 'allow', class: 'approve'},
    ] : [],
  });
  if (!effect) return;
  const done = await enter(
    list.filter((c, i) => whom[i].firstElementChild.checked), {
      effect, note: note.value.trim(), expires_at: expiry(Number(days.value)),
    }, item);
  if (done && rest.checked && REST[effect]) {
    decideRest({state: 'held', author: item.author.key,
      ...(item.site ? {site: item.site.name} : {})}, REST[effect]);
  }
}

/** The entries that stand in the way of those that were to be made. */
async function inTheWay(e, entries, site) {
  const found = (e.body?.errors || []).map(async ({pointer, entry}) => {
    const of = entries[/^\/entries\/(\d+)\//.exec(pointer)?.[1]];
    if (!entry || !of) return [];
    const {kind, value} = of;
    const got = await api.get('/v1/lists', {site, kind, q: value, limit: 500});
    return got.entries.filter((x) => x.id === entry).map((x) => ({...x, of}));
  });
  return (await Promise.all(found)).flat();
}

/** Shows those, and asks whether they become what was ordered. */
const replaces = (there, effect, site) => ask({
  title: t('block.there'),
  body: [
    h('ul', {class: 'plain'}, there.map((x) => h('li', {class: 'entry'},
      h('span', {}, pill(t(`effect.${x.effect}`), x.effect), ' ',
        t(`listed.${x.kind}`), ' ', bdi(x.value)),
      x.note ? h('small', {class: 'muted', dir: 'auto'}, x.note) : null,
      x.expires_at ? h('small', {class: 'muted'},
        t('lists.expires'), ' ', fmt.time(x.expires_at)) : null))),
    h('p', {class: 'row'}, h('a', {
      href: `#/lists${query({site, q: there[0].value})}`}, t('block.see'))),
  ],
  actions: [
    {label: t('block.replace', {effect: t(`effect.${effect}`)}), value: true,
      class: effect === 'allow' ? 'approve' : 'danger'},
    {label: t('app.cancel'), value: null}],
});

/** What somebody else has removed needs nothing any more. */
function passOver(e) {
  if (e.status !== 404) throw e;
}

/**
 * Makes entries, and of those that are there already what was ordered, when
 * that is wanted. @returns {Promise<?Function>} takes it back
 */
async function put(entries, order, site) {
  const path = (x) => `/v1/lists/${x.id}${query({site})}`;
  const add = async (list) => list.length ? (await api.post(
    `/v1/lists${query({site})}`, {entries: list})).entries : [];
  const change = (x, {effect, note, expires_at}) =>
    api.patch(path(x), {effect, note, expires_at});
  let there = [];
  const made = await add(entries).catch(async (e) => {
    there = await inTheWay(e, entries, site);
    if (!there.length) throw e;
    if (!await replaces(there, order.effect, site)) return null;
    // what may be refused comes first
    const rest = await add(
      entries.filter((x) => !there.some((y) => y.of === x)));
    for (const x of there) await change(x, order);
    return rest;
  });
  return made && (async () => {
    for (const x of made) await api.del(path(x)).catch(passOver);
    for (const x of there) await change(x, x).catch(passOver);
  });
}

async function reverse(back) {
  try {
    await back();
    forgetAuthors();
    toast({text: t('block.undone')});
  } catch (e) {
    complain(e, t('act.undo_failed'));
  }
}

/** Whether it was done. */
async function enter(chosen, order, item) {
  if (!chosen.length) return true;
  const entries = chosen.map(({kind, value}) => ({kind, value, ...order}));
  try {
    const back = await put(entries, order, item.site?.name);
    if (!back) return false;
    toast({
      text: t(`block.done.${order.effect}`,
        {name: fmt.list(chosen.map((c) => c.value))}),
      action: {label: t('act.undo'), run: () => reverse(back)},
    });
    return true;
  } catch (e) {
    complain(e);
    return false;
  } finally {
    forgetAuthors();
  }
}
