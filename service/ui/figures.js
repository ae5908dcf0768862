/*
 * What came, what was judged, what people said about it, and how long that
 * took: the tallies of the service as pictures.
 */
import {api} from './api.js';
import {chart, rowBar} from './chart.js';
import {fill, h, select} from './dom.js';
import {queueHash} from './filter.js';
import {fmt, t} from './i18n.js';
import {say} from './item.js';
import {card, siteView, table} from './panel.js';

const DAYS = [7, 30, 90];
const HEADS = ['spam', 'abuse'];
const VERDICTS = [['published', 'good-of'], ['held', 'warn-of'],
  ['rejected', 'bad-of'], ['discarded', 'c5']];
const KINDS = [['approve', 'good-of'], ['spam', 'bad-of'], ['abuse', 'c5'],
  ['trash', 'soft-of'], ['hold', 'warn-of']];

const sum = (list, of) => list.reduce((n, x) => n + (of(x) || 0), 0);
const came = (d) => sum(VERDICTS, ([v]) => d[v]);
const decided = (d) => sum(KINDS, ([k]) => d.decided?.[k]);
const share = (n, of) => of ? n / of : null;
const duration = (s) => s === null || s === undefined ? '–' :
  fmt.duration(Math.round(s));

/** "12 Nov" at the axis, the whole date beside it. */
function dayRow(d, values) {
  const day = new Date(`${d.date}T12:00:00`);
  return {name: fmt.date(day), values,
    short: new Intl.DateTimeFormat(document.documentElement.lang,
      {day: 'numeric', month: 'short'}).format(day)};
}

const overDays = (days, key, kind, series, values, more) => chart({
  title: t(`figures.${key}`), about: t(`figures.${key}_about`), kind,
  first: t('figures.day'), series: series.map(([name, cls]) =>
    ({name: t(`figures.of.${name}`), class: cls})),
  rows: days.map((d) => dayRow(d, values(d))), ...more,
});

/** How many comments had which score, and from where on something is done. */
function histogram(stats, head) {
  const bins = stats.scores?.[head] || [];
  const cuts = stats.cutoffs?.[head] || {};
  const edge = (i) => fmt.percent(i / bins.length);
  return chart({
    title: t(`figures.scores_${head}`), kind: 'bars', joined: true, log: true,
    about: t(stats.cutoffs ? 'figures.scores_about' :
      'figures.scores_all'), first: t('figures.score'),
    series: [{name: t('figures.comments'), class: 'c1'}],
    rows: bins.map((n, i) => ({name: `${edge(i)} – ${edge(i + 1)}`,
      short: edge(i), values: [n]})),
    end: edge(bins.length),
    marks: [['hold', 'warn-of'], ['reject', 'bad-of']]
      .filter(([name]) => typeof cuts[name] === 'number')
      .map(([name, cls]) => ({at: cuts[name], class: cls,
        label: t(`figures.cut.${name}`, {at: fmt.percent(cuts[name], 1)})})),
  });
}

function reasons(list) {
  const most = Math.max(1, ...list.map((r) => r.n));
  return card(t('figures.reasons'),
    h('p', {class: 'muted small'}, t('figures.reasons_about')), table({
      caption: t('figures.reasons'), rows: list, none: t('chart.none'),
      key: (r) => r.code,
      columns: [
        {label: t('figures.reason'), cell: (r) => h('a', {href:
          queueHash(`is:held reason:${r.code}`)},
        say({code: r.code, weight: 1, text: r.code}))},
        {label: t('figures.comments'), class: 'num', cell: (r) =>
          fmt.number(r.n)},
        {label: t('figures.much'), hide: true, class: 'bars',
          cell: (r) => rowBar(r.n / most)},
      ],
    }));
}

const tile = (name, value, note) => h('div', {class: 'tile'},
  h('dt', {}, t(`figures.tile.${name}`)),
  h('dd', {}, h('b', {class: 'num', 'data-figure': name}, value),
    note ? h('small', {class: 'muted'}, note) : null));

function tiles(stats) {
  const days = stats.days || [];
  const all = sum(days, came);
  const bad = sum(days, (d) => d.rejected + d.discarded);
  const done = sum(days, decided);
  const over = sum(days, (d) => d.overrides);
  const time = stats.decision_seconds || {};
  const oldest = stats.queue?.oldest_at;
  return h('dl', {class: 'tiles'},
    tile('waiting', fmt.number(stats.queue?.held ?? 0), oldest ?
      t('figures.oldest', {ago: fmt.ago(oldest)}) : t('figures.empty')),
    tile('came', fmt.number(all)),
    tile('spam', all ? fmt.percent(bad / all, 1) : '–',
      t('figures.n', {n: bad})),
    tile('decided', fmt.number(done)),
    tile('overrides', done ? fmt.percent(over / done, 1) : '–',
      t('figures.n', {n: over})),
    tile('time', duration(time.p50), time.p90 === undefined ||
      time.p90 === null ? null :
      t('figures.p90', {duration: duration(time.p90)})));
}

async function show(body, {site, params, to}) {
  const days = Number(params.get('days')) || 30;
  const stats = await api.get('/v1/stats', {site, days});
  const list = stats.days || [];
  const wide = h('div', {class: 'charts'},
    overDays(list, 'verdicts', 'bars', VERDICTS,
      (d) => VERDICTS.map(([v]) => d[v] || 0)),
    overDays(list, 'share', 'lines', [['refused', 'bad-of'],
      ['held', 'warn-of']], (d) => [
      share(d.rejected + d.discarded, came(d)), share(d.held, came(d))],
    {share: true}),
    overDays(list, 'decisions', 'bars', KINDS,
      (d) => KINDS.map(([k]) => d.decided?.[k] || 0)),
    overDays(list, 'overrides', 'bars', [['overrides', 'c5']],
      (d) => [d.overrides || 0]),
    HEADS.filter((head) => stats.scores?.[head])
      .map((head) => histogram(stats, head)));
  fill(body, h('p', {class: 'row'}, h('label', {class: 'inline'},
    h('span', {}, t('figures.period')), select({value: days,
      options: DAYS.map((n) => [n, t('figures.last', {n})]),
      on: {change: (e) => to({days: e.target.value})}}))),
  tiles(stats), wide, reasons((stats.reasons || [])
    .filter((r) => r.code !== 'other')));
}

/** Opens the view; see app.js. */
export async function open(main, {params, app}) {
  await siteView(main, {name: 'figures', app, params, all: true}, show);
}
