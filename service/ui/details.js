/*
 * All about one comment, beside the list or over it: why, who, links, what
 * stands around it, what was done with it.
 */
import {api, ofComment} from './api.js';
import {authorOf, authorPanel} from './author.js';
import {bdi, button, fill, h, pill} from './dom.js';
import {fmt, t} from './i18n.js';
import {authorName, bar, body, grouped, kindOf, say, when}
  from './item.js';
import {keys} from './keys.js';
import {isWeb, linkButton} from './links.js';
import {trouble} from './problem.js';
import {linksIn} from './text.js';

function scores(v) {
  const entries = Object.entries(v.scores || {});
  if (!entries.length) return h('p', {}, t('why.unjudged'));
  return h('dl', {class: 'scores'}, entries.map(([head, x]) => [
    h('dt', {}, t(`head.${head}`)),
    h('dd', {}, bar(x, x >= 0.8 ? 'high' : x >= 0.5 ? 'mid' : 'low'),
      h('b', {class: 'num'}, fmt.percent(x, 1)))]));
}

const SIGNED = {minimumFractionDigits: 2, maximumFractionDigits: 2,
  signDisplay: 'always'};

/** One reason, and the words it stands on. */
function reasonRow({reason, weight, list}, most) {
  const kind = kindOf(reason);
  const quotes = reason.code === 'other' ? [] : list.filter((r) => r.quote);
  return h('li', {class: kind},
    h('span', {}, say(reason)),
    kind === 'rule' ? pill(t('why.rule')) : h('span', {class: 'weight'},
      bar(Math.abs(weight) / most, kind),
      h('span', {class: 'num'}, fmt.number(weight, SIGNED)),
      h('span', {class: 'sr'}, t(`why.${kind}`))),
    quotes.length ? h('span', {class: 'quotes'}, quotes.map((r) =>
      h('q', {dir: 'auto', class: kind,
        title: fmt.number(r.weight, SIGNED)}, r.quote))) : null);
}

/** The verdict in plain words, the strongest reason first. */
function why(item) {
  const v = item.verdict || {};
  const groups = grouped(item);
  const most = Math.max(...groups.map((g) => Math.abs(g.weight)), 1e-9);
  return [
    scores(v),
    v.degraded?.length ? h('p', {class: 'note warn'}, t('why.degraded',
      {what: fmt.list(v.degraded.map((d) => t(`degraded.${d}`)))})) : null,
    h('ol', {class: 'reasons'}, groups.map((g) => reasonRow(g, most))),
    h('p', {class: 'muted small'}, v.model ?
      [t('why.model'), ' ', bdi(v.model)] : t('why.no_model'),
    item.action ? [' · ', t(`action.${item.action}`)] : null),
  ];
}

function links(item) {
  const found = [item.author?.url, item.thread, ...linksIn(item.content)]
    .filter((u) => u && isWeb(u));
  if (!found.length) return null;
  return section('links', h('ul', {class: 'plain'},
    [...new Set(found)].map((u) => h('li', {}, linkButton(u)))));
}

function past(d) {
  const by = d.key || t.or(`history.${d.actor}`, d.actor);
  return h('li', {class: d.undone_at ? 'undone' : ''},
    h('b', {}, t(`did.${d.decision || d.kind}`)), ' ',
    by ? [t('history.by'), ' ', bdi(by), ' '] : null, when(d.at),
    d.learn === false ? [' ', pill(t('history.not_learned'))] : null,
    d.reason ? [' ', pill(t.or(`cause.${d.reason}`, d.reason))] : null,
    d.undone_at ? [' ', pill(t('history.undone'))] : null,
    d.note ? h('p', {dir: 'auto', class: 'said'}, d.note) : null);
}

function noted(n) {
  return h('li', {}, bdi(n.by), ' ', when(n.at),
    h('p', {dir: 'auto', class: 'said'}, n.note));
}

function history([record, {notes}]) {
  const all = [
    ...record.history.map((d) => [d.at, past(d)]),
    ...notes.map((n) => [n.at, noted(n)]),
  ].sort(([a], [b]) => a < b ? -1 : 1);
  return all.length ? h('ul', {class: 'plain history'}, all.map(([, el]) =>
    el)) : h('p', {class: 'muted'}, t('history.none'));
}

/**
 * What readers complained of. Who they are nobody is told; a few signs tell
 * one from the other.
 */
function complaints({reports}) {
  return h('ul', {class: 'plain'}, reports.map((r) => h('li', {},
    h('b', {}, t(`report.${r.reason}`)), ' ',
    bdi(r.reporter.slice(0, 6), 'muted'), ' ', when(r.at),
    r.note ? h('p', {dir: 'auto', class: 'said'}, r.note) : null)));
}

function section(name, ...children) {
  return h('section', {class: `part ${name}`},
    h('h2', {}, t(`part.${name}`)), children);
}

/** Fills when it arrives, unless something else is shown by then. */
async function later(el, promise, make) {
  el.setAttribute('aria-busy', 'true');
  try {
    fill(el, make(await promise));
  } catch (e) {
    fill(el, h('p', {class: 'muted'}, e.status === 404 ? t('app.unknown') :
      trouble(e)));
  } finally {
    el.removeAttribute('aria-busy');
  }
}

/** One comment of a thread, small. */
function turn(item, here) {
  return h('li', {class: here ? 'here' : ''},
    h('div', {class: 'muted small'}, authorName(item), ' ',
      when(item.created_at || item.received_at), ' ',
      here ? null : pill(t(`state.${item.state}`), item.state)),
    body(item));
}

/** What stands before and after it. */
async function thread(item) {
  const c = await api.get(ofComment(item, '/context'));
  const before = [c.parent, ...c.before.reverse()].filter(Boolean)
    .filter((x, i, all) => all.findIndex((y) => y.id === x.id) === i);
  return h('ol', {class: 'turns'}, before.map((x) => turn(x)),
    turn(item, true), c.after.map((x) => turn(x)));
}

/**
 * The panel of one comment.
 * @param {{id: string, label: string, run: Function}[]} acts its buttons
 */
export function details(item, acts, {raw} = {}) {
  const model = raw ? h('div', {class: 'said', dir: 'auto'}) : null;
  const author = h('div', {});
  const past = h('div', {});
  const said = h('div', {});
  const around = h('div', {hidden: true});
  const el = h('div', {class: 'details'},
    acts.length ? h('div', {class: 'bar-acts', role: 'toolbar',
      'aria-label': t('part.acts')}, acts.map((a) => button({
      label: t(a.label), key: keys.of(a.id), run: a.run}))) : null,
    model ? section('model', model) : null,
    item.reports ? section('reports', said) : null,
    section('why', why(item)),
    item.author?.key ? section('author', author) : null,
    links(item),
    section('thread', around, button({
      label: t('part.show'), key: keys.of('act.thread'), class: 'link more',
      run: () => show('thread')})),
    section('history', past));
  /** What costs a question is asked when somebody stays. */
  function load() {
    if (model) {
      later(model, api.get(ofComment(item, '/normalised')), (x) => x.content);
    }
    if (item.author?.key) {
      later(author, authorOf(item.author.key, item.site?.name),
        (a) => authorPanel(a, item));
    }
    if (item.reports) {
      later(said, api.get(ofComment(item, '/reports')), complaints);
    }
    later(past, Promise.all([api.get(ofComment(item)),
      api.get(ofComment(item, '/notes'))]), history);
  }
  function show(name) {
    if (name === 'thread' && around.hidden) {
      around.hidden = false;
      el.querySelector('.thread .more')?.remove();
      later(around, thread(item), (x) => x);
    }
    const part = el.querySelector(`.part.${name}`);
    const box = el.closest('.aside, dialog'); // the page stays where it is
    if (!part || !box) return;
    const head = box.querySelector('header')?.offsetHeight ?? 0;
    box.scrollTop += part.getBoundingClientRect().top -
      box.getBoundingClientRect().top - head - 8;
  }
  return {el, load, show};
}
