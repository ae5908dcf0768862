/*
 * The models that this installation has: what they are, how they compare on
 * the comments that came, which of them judges.
 */
import {api} from './api.js';
import {button, fill, h, select} from './dom.js';
import {fmt, t} from './i18n.js';
import {at, attempt, card, failure, named, pill, sure, table}
  from './panel.js';

const PERIODS = [7, 30, 90];
const path = (name, what = '') =>
  `/v1/models/${encodeURIComponent(name)}${what}`;
const href = (name) => `#/models/${encodeURIComponent(name)}`;

const statePill = (m) => pill(t(`models.state.${m.state}`),
  {active: 'allow', shadow: 'hold'}[m.state] || '');

/** A figure: shares have a point in them. */
function figure(v) {
  if (typeof v !== 'number') return String(v ?? '–');
  return fmt.number(v, {maximumFractionDigits: 4});
}

/** {spam: {auc: 1}} as [['spam auc', 1]] */
function flat(o, before = '') {
  return Object.entries(o || {}).flatMap(([k, v]) =>
    v && typeof v === 'object' && !Array.isArray(v) ?
      flat(v, `${before}${k} `) : [[`${before}${k}`, v]]);
}

const word = (name) => {
  const key = `models.figure.${name.replaceAll(/[ .]/g, '_')}`;
  return t.has(key) ? t(key) : name.replaceAll('_', ' ');
};

// what can be done

function acts(m, all, again) {
  const active = all.models.find((x) => x.state === 'active');
  const change = async (what, name, values, url, danger) => {
    if (!await sure({title: t(`models.${what}_title`, values), danger,
      body: t(`models.${what}_body`, values),
      label: t(`models.${what}`)})) return;
    if (await attempt(() => api.post(url),
      t(`models.${what}_done`, values))) await again();
  };
  const values = {name: m.name, active: active?.name ?? '–',
    previous: all.previous ?? '–'};
  return h('p', {class: 'row acts-of'},
    m.state === 'active' ? null : button({label: t('models.promote'),
      class: 'primary', run: () => change('promote', m.name, values,
        path(m.name, ':promote'), false)}),
    m.state === 'available' ? button({label: t('models.shadow'),
      run: () => change('shadow', m.name, values, path(m.name, ':shadow'),
        false)}) : null,
    m.state === 'active' && all.previous ? button({
      label: t('models.rollback'), class: 'danger', run: () =>
        change('rollback', m.name, values, '/v1/models:rollback', true),
    }) : null,
    m.report === false ? null : h('a', {class: 'btn', rel: 'noopener',
      target: '_blank', href: path(m.name, '/report')},
    t('models.report')));
}

// old against new

const verdict = (v) => h('span', {class: 'entry'},
  pill(t(`models.action.${v.action}`), {publish: 'allow', hold: 'hold',
    reject: 'block', discard: 'block'}[v.action]),
  typeof v.score === 'number' ? h('small', {class: 'num muted'},
    fmt.percent(v.score, 1)) : null);

const changed = (rows) => table({
  caption: t('models.changed'), rows, none: t('models.unchanged'),
  key: (r) => r.id || r.item?.id,
  columns: [
    {label: t('item.title'), cell: (r) => {
      const item = r.item || r;
      return h('a', {href: `#/item/${item.id}`, dir: 'auto',
        class: 'excerpt'}, [...(item.content || t('item.empty'))]
        .slice(0, 140).join(''));
    }},
    {label: t('models.old'), cell: (r) => verdict(r.old)},
    {label: t('models.new'), cell: (r) => verdict(r.new)},
    {label: t('models.decided'), cell: (r) => {
      const d = (r.item || r).decision;
      return d ? pill(t(`did.${d.kind || d.decision}`)) : '–';
    }},
  ],
});

function twoFigures(figures) {
  const before = new Map(flat(figures?.old));
  const after = new Map(flat(figures?.new));
  const rows = [...new Set([...before.keys(), ...after.keys()])];
  return table({
    caption: t('models.figures'), rows, none: t('chart.none'),
    columns: [
      {label: t('models.figure_name'), cell: (k) => word(k)},
      {label: t('models.old'), class: 'num', cell: (k) =>
        figure(before.get(k))},
      {label: t('models.new'), class: 'num', cell: (k) =>
        figure(after.get(k))},
    ],
  });
}

/** Compares on demand: it judges every comment of those days again. */
function compare(m) {
  const out = h('div', {class: 'stacked', 'aria-live': 'polite'});
  const days = select({value: 30, 'aria-label': t('figures.period'),
    options: PERIODS.map((n) => [n, t('figures.last', {n})])});
  const run = async () => {
    fill(out, h('p', {class: 'muted'}, t('models.comparing')));
    try {
      const got = await api.get(path(m.name, '/compare'),
        {days: days.value});
      fill(out, h('p', {}, t('models.compared',
        {n: got.n ?? 0, changed: got.changed?.n ?? got.items?.length ?? 0})),
      got.figures ? twoFigures(got.figures) : null,
      changed(got.items || []));
    } catch (e) {
      fill(out, failure(e));
    }
  };
  return card(t('models.compare'), h('p', {class: 'muted'},
    t('models.compare_about')), h('p', {class: 'row'}, days,
    button({label: t('models.compare_run'), run})), out);
}

// one model, all of them

function facts(o) {
  const rows = flat(o).filter(([, v]) => v !== null && v !== '');
  return rows.length ? h('dl', {class: 'pairs'}, rows.map(([k, v]) =>
    [h('dt', {}, word(k)), h('dd', {class: 'num', dir: 'auto'},
      Array.isArray(v) ? v.join(', ') : figure(v))])) : null;
}

async function one(main, name) {
  const again = () => one(main, name);
  const [m, all] = await Promise.all([api.get(path(name)),
    api.get('/v1/models')]);
  fill(main, h('div', {class: 'page'},
    h('p', {}, h('a', {href: '#/models'}, t('models.title'))),
    h('h1', {}, named(m.name), ' ', statePill(m)),
    acts(m, all, again),
    m.figures ? card(t('models.figures'), facts(m.figures)) : null,
    m.state === 'active' ? null : compare(m),
    m.card ? card(t('models.card'), h('pre', {class: 'plain-text',
      dir: 'auto', tabindex: '0'}, m.card)) : null,
    m.manifest ? card(t('models.manifest'), facts(m.manifest)) : null));
}

async function every(main) {
  const again = () => every(main);
  const all = await api.get('/v1/models');
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('models.title')),
    h('p', {class: 'muted'}, t('models.about')),
    all.models.map((m) => h('section', {class: 'card', 'data-id': m.name},
      h('h2', {}, h('a', {href: href(m.name)}, named(m.name)), ' ',
        statePill(m)),
      m.promoted_at || m.created_at ? h('p', {class: 'muted small'},
        t(m.promoted_at ? 'models.promoted' : 'models.created'), ' ',
        at(m.promoted_at || m.created_at)) : null,
      facts(m.figures), acts(m, all, again)))));
}

/** Opens the view; see app.js. */
export async function open(main, {rest}) {
  if (rest) await one(main, rest);
  else await every(main);
}
