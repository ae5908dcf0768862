/*
 * An author, a host or a network on a list of the site, straight from a
 * comment; and what of theirs still waits goes with it.
 */
import {api, query} from './api.js';
import {authorOf, forgetAuthors} from './author.js';
import {ask, field, h, select, toast} from './dom.js';
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
    ...DAYS.map((d) => [d, fmt.duration(d * 86400)])]});
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
  await enter(list.filter((c, i) => whom[i].firstElementChild.checked), {
    effect, note: note.value.trim(), expires_at: expiry(Number(days.value)),
  }, item);
  if (rest.checked && REST[effect]) {
    decideRest({state: 'held', author: item.author.key,
      ...(item.site ? {site: item.site.name} : {})}, REST[effect]);
  }
}

async function enter(chosen, order, item) {
  if (!chosen.length) return;
  const site = query({site: item.site?.name});
  const entries = chosen.map(({kind, value}) => ({kind, value, ...order}));
  try {
    const got = await api.post(`/v1/lists${site}`, {entries});
    const made = got.entries || [got];
    forgetAuthors();
    toast({
      text: t(`block.done.${order.effect}`,
        {name: fmt.list(chosen.map((c) => c.value))}),
      action: {label: t('act.undo'), run: async () => {
        for (const e of made) await api.del(`/v1/lists/${e.id}${site}`);
        forgetAuthors();
        toast({text: t('block.undone')});
      }},
    });
  } catch (e) {
    complain(e);
  }
}
