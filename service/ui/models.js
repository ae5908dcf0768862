/*
 * The models that this installation has: what they are, how they compare on
 * the comments that came, which of them judges.
 */
import {api} from './api.js';
import {button, fill, h, pill, select} from './dom.js';
import {fmt, t} from './i18n.js';
import {say} from './item.js';
import {changedComments, compared, transitions} from './models_compare.js';
import {at, attempt, card, failure, named, pages, sure, table, unfold}
  from './panel.js';
import {trouble} from './problem.js';

const PERIODS = [7, 30, 90];
const path = (name, what = '') =>
  `/v1/models/${encodeURIComponent(name)}${what}`;
const href = (name) => `#/models/${encodeURIComponent(name)}`;
const share = (v) => typeof v === 'number' ? fmt.percent(v, 2) : '–';
const plain = (v) => typeof v === 'number' ?
  fmt.number(v, {maximumFractionDigits: 4}) : '–';

/** What of a row of figures is shown, and how. */
const FIGURES = {rows: plain, recall: share, blocked: share,
  precision: share, auc: plain};

/** Of what is held, as far as that is known: else of margins from 0 on. */
const HELD = {recall: ['caught', 'missed'], blocked: ['blocked', 'passed'],
  precision: ['caught', 'blocked']};

const held = (r) => ({...r, ...Object.fromEntries(
  Object.entries(r.at_hold ? HELD : {}).map(([name, [some, rest]]) =>
    [name, r.at_hold[some] / (r.at_hold[some] + r.at_hold[rest])]))});

const head = (x) => t.or(`head.${x}`, x);

/** Rows of figures; `first(row)` says what each is of. */
const figures = (caption, rows, label, first) => table({
  caption, rows: rows.map(held), none: t('chart.none'),
  columns: [{label, cell: first}, ...Object.entries(FIGURES).map(
    ([name, write]) => ({label: t(`models.${name in HELD &&
      rows.some((r) => r.at_hold) ? 'held' : 'figure'}.${name}`),
    class: 'num', cell: (r) => write(r[name])}))],
});

const ofHeads = (o) => figures(t('models.figures'),
  Object.entries(o || {}).map(([name, row]) => ({...row, head: name})),
  t('models.head'), (r) => h('span', {}, head(r.head), ' ',
    h('small', {class: 'muted'}, t.or(`models.rows.${r.group}`, r.group))));

const hasFigures = (m) => Object.keys(m.figures || {}).length > 0;

// what can be done

/** Where something speaks against it, only who insists gets it. */
async function promote(m) {
  try {
    return await api.post(path(m.name, ':promote'));
  } catch (e) {
    if (e.status !== 409 || !await sure({label: t('models.promote'),
      title: t('models.force', m), body: h('p', {}, trouble(e))})) throw e;
    return api.post(path(m.name, ':promote?force=yes'));
  }
}

/** what → [whether it can be done, how, the looks of its button] */
const ACTS = {
  promote: [(m) => m.state !== 'active' && m.fits,
    promote, 'primary'],
  shadow: [(m) => m.state === 'available' && m.fits,
    (m) => api.post(path(m.name, ':shadow'))],
  unshadow: [(m) => m.state === 'shadow',
    (m) => api.del(path(m.name, '/shadow'))],
  rollback: [(m, all) => m.state === 'active' && all.previous,
    () => api.post('/v1/models:rollback'), 'danger'],
};

/** Who promotes what speaks against itself is told so once more. */
const warned = ({proposal: p}) => p?.verdict === 'worse' ? h('p',
  {class: 'error'}, t('models.proposal.against', {n: p.objections.length})) :
  null;

function acts(m, all, again) {
  const values = {name: m.name, active: all.active,
    previous: all.previous ?? ''};
  const run = async (what) => {
    if (!await sure({title: t(`models.${what}_title`, values),
      danger: what === 'rollback', body: [t(`models.${what}_body`, values),
        what === 'promote' ? warned(m) : null].filter(Boolean),
      label: t(`models.${what}`)})) return;
    if (await attempt(() => ACTS[what][1](m),
      t(`models.${what}_done`, values))) await again();
  };
  return h('p', {class: 'row acts-of'},
    Object.entries(ACTS).filter(([, [can]]) => can(m, all))
      .map(([what, [, , cls]]) => button({label: t(`models.${what}`),
        class: cls, run: () => run(what),
        'aria-label': `${t(`models.${what}`)}: ${m.name}`})),
    m.figures ? h('a', {class: 'btn', rel: 'noopener', target: '_blank',
      href: path(m.name, '/report')}, t('models.report')) : null);
}

// what speaks for it

/** Each objection in words; the figures are on the proposal's page. */
const objection = ({code, on}) => h('li', {},
  t(`models.proposal.${code}_objection`, {
    on: t(`models.proposal.${on.replace(' ', '_')}`)}));

/** One sentence on a model that was proposed, and where more is told. */
function proposed({name, proposal: p}, all) {
  if (!p) return null;
  const old = p.old === all.active ? t('models.proposal.in_use') : p.old;
  return h('div', {class: 'stacked'},
    h('p', {}, t('models.proposal.from', {n: p.labels,
      verdict: t(`models.proposal.${p.verdict}`, {old})})),
    p.objections.length ?
      h('ul', {class: 'bullets'}, p.objections.map(objection)) : null,
    // of what was compared with nothing, no verdict changes
    p.verdict === 'unknown' ? null : h('p', {}, p.page ?
      h('a', {rel: 'noopener', target: '_blank',
        href: path(name, '/proposal')}, t('models.changed')) :
      t('models.proposal.no_page')));
}

// old against new

/** Compares on demand: it judges every comment of those days again. */
function compareCard(m) {
  const out = h('div', {class: 'stacked', 'aria-live': 'polite'});
  const days = select({value: 30, 'aria-label': t('figures.period'),
    options: PERIODS.map((n) => [n, t('figures.last', {n})])});
  const run = async () => {
    fill(out, h('p', {class: 'muted'}, t('models.comparing')));
    try {
      fill(out, compared(await api.get(path(m.name, '/compare'),
        {days: days.value})));
    } catch (e) {
      fill(out, failure(e));
    }
  };
  return card(t('models.compare'), h('p', {class: 'muted'},
    t('models.compare_about')), h('p', {class: 'row'}, days,
    button({label: t('models.compare_run'), run})), out);
}

/** What a shadow would have done otherwise, since it runs. */
async function shadowCard(m) {
  const counts = h('div', {});
  const list = await pages({
    load: async (cursor) => {
      const got = await api.get(path(m.name, '/shadow'), {cursor});
      fill(counts, h('p', {}, t('models.both', got)),
        transitions(got.counts));
      return {rows: got.items, next: got.next};
    },
    show: changedComments,
  }).catch(failure);
  return card(t('models.shadow_seen'), m.shadow_since ?
    h('p', {class: 'muted'}, t('models.since'), ' ', at(m.shadow_since)) :
    null, counts, list);
}

// drift

/** What a measure is, in words. */
function measured(name) {
  const code = name.replace(/^reason\./, '');
  return code === name ? t(`models.drift.${name.replace('.', '_')}`) :
    t('models.drift.reason', {code: say({code, weight: 1, text: code})});
}

/** One plain sentence, when something has left its band. */
async function drifted(name) {
  const got = await api.get(path(name, '/drift')).catch(() => null);
  if (!['watch', 'changed'].includes(got?.state)) return null;
  const worst = got.measures.find((m) => m.name === got.worst);
  // a card is of other places: that differs from the first day on
  const unlike = got.source === 'card' && got.worst !== 'overrides';
  const changed = got.state === 'changed' && !unlike;
  return h('p', {class: changed ? 'error' : 'notice', role: 'status'},
    t(`models.drift.${unlike ? 'unlike' : got.state}`,
      {what: measured(got.worst), psi: plain(worst.psi),
        // decisions are held to these, whatever its card says
        against: t(`models.drift.against.${got.worst === 'overrides' ?
          'first_days' : got.source}`)}));
}

// one model

const cutoffs = (heads) => table({
  caption: t('models.cutoffs'), none: t('chart.none'),
  rows: Object.entries(heads || {}),
  columns: [
    {label: t('models.head'), cell: ([name]) => head(name)},
    ...['hold', 'reject', 'discard'].map((level) => ({
      label: t(`models.action.${level}`), class: 'num',
      cell: ([, x]) => share(x.cutoffs?.[level])})),
    {label: t('models.trained_on'), class: 'num', cell: ([, x]) =>
      plain(x.trained_on)},
  ],
});

const data = (rows) => table({
  caption: t('models.data'), rows, none: t('chart.none'),
  columns: [
    {label: t('models.set'), cell: (d) => named(d.set)},
    {label: t('models.what'), cell: (d) =>
      h('span', {dir: 'auto'}, d.what)},
    {label: t('models.licence'), cell: (d) =>
      h('span', {dir: 'auto'}, d.licence)},
  ],
});

const moreFigures = (o) => Object.entries(o)
  .filter(([, rows]) => Array.isArray(rows) && rows.length)
  .map(([name, rows]) => [
    h('h3', {class: 'group'}, h('code', {}, name)),
    figures(name, rows, t('models.group'), (r) => h('span', {},
      named(r.group), ' ', h('small', {class: 'muted'}, head(r.head))))]);

/** The card: what it is for, where it is weak, what it learnt from. */
function cardOf(c) {
  if (!c) return null;
  const about = [
    c.purpose && h('p', {dir: 'auto'}, c.purpose),
    c.licence && h('p', {class: 'muted', dir: 'auto'}, c.licence),
    c.weaknesses?.length && [h('h3', {}, t('models.weaknesses')),
      h('ul', {class: 'bullets'}, c.weaknesses.map((w) =>
        h('li', {dir: 'auto'}, w)))],
  ].filter(Boolean);
  return [
    about.length ? card(t('models.card'), about) : null,
    c.data?.length ? unfold(t('models.data'), data(c.data)) : null,
    c.figures ? unfold(t('models.more_figures'), moreFigures(c.figures)) :
      null,
  ];
}

const title = (m, tag, name) => h(tag, {}, name, ' ',
  pill(t(`models.state.${m.state}`),
    {active: 'allow', shadow: 'hold'}[m.state] || ''));

const facts = (m) => [
  h('p', {class: 'muted small'}, m.title && m.title !== m.name ?
    [named(m.title), ' · '] : null,
    t(m.promoted_at ? 'models.promoted' : 'models.created'), ' ',
    at(m.promoted_at || m.created_at)),
  m.fits ? null : h('p', {class: 'error'}, m.why || t('models.unfit')),
];

/** In use first, then beside it, then the newest. */
const STATES = ['active', 'shadow', 'available'];
const inOrder = (list) => [...list].sort((a, b) =>
  STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
  (b.created_at ?? '').localeCompare(a.created_at ?? ''));

async function one(main, name) {
  const again = () => one(main, name);
  const [m, all] = await Promise.all([api.get(path(name)),
    api.get('/v1/models')]);
  const [shadow, drift] = await Promise.all([
    m.state === 'shadow' ? shadowCard(m) : null,
    m.state === 'active' ? drifted(name) : null]);
  fill(main, h('div', {class: 'page'},
    h('p', {}, h('a', {href: '#/models'}, t('models.title'))),
    title(m, 'h1', named(m.name)), facts(m), drift, proposed(m, all),
    m.card?.from ? h('p', {}, t('models.from', {name: m.card.from})) : null,
    acts(m, all, again),
    hasFigures(m) ? card(t('models.figures'), ofHeads(m.figures)) : null,
    shadow,
    m.state === 'active' || !m.fits ? null : compareCard(m),
    card(t('models.cutoffs'), cutoffs(m.heads)), cardOf(m.card)));
}

async function every(main) {
  const again = () => every(main);
  const all = await api.get('/v1/models');
  const drift = all.active ? await drifted(all.active) : null;
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('models.title')),
    h('p', {class: 'muted'}, t('models.about')), drift,
    inOrder(all.models).map((m) => h('section', {class: 'card', 'data-id': m.name},
      title(m, 'h2', h('a', {href: href(m.name)}, named(m.name))), facts(m),
      proposed(m, all), hasFigures(m) ? ofHeads(m.figures) : null,
      acts(m, all, again)))));
}

/** Opens the view; see app.js. */
export async function open(main, {rest}) {
  if (rest) await one(main, rest);
  else await every(main);
}
