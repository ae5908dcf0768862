/*
 * Two models on the same comments: their figures side by side, what would be
 * done otherwise, and to which comments.
 */
import {h, pill} from './dom.js';
import {fmt, t} from './i18n.js';
import {itemHash} from './item.js';
import {table} from './panel.js';

const EXCERPT = 140;
const LEAST = 0.001;
const LOOKS = {publish: 'allow', hold: 'hold', reject: 'block',
  discard: 'block'};

const action = (a) => pill(t(`models.action.${a}`), LOOKS[a]);

const verdict = (v) => v ? h('span', {class: 'entry'}, action(v.action),
  typeof v.score === 'number' ? h('small', {class: 'num muted'},
    fmt.percent(v.score, 1)) : null) : null;

const decided = (d) => d ? pill(t(`did.${d.kind || d.decision}`)) :
  h('span', {class: 'muted'}, '–');

/** The very comments whose verdict differs. */
export const changedComments = (rows) => table({
  caption: t('models.changed'), rows, none: t('models.unchanged'),
  key: (r) => r.id,
  columns: [
    {label: t('item.title'), cell: (r) => h('a', {href: itemHash(r),
      dir: 'auto', class: 'excerpt'}, [...(r.content ||
      t('item.empty'))].slice(0, EXCERPT).join(''))},
    {label: t('models.old'), cell: (r) => verdict(r.old)},
    {label: t('models.new'), cell: (r) => verdict(r.new)},
    {label: t('models.decided'), cell: (r) => decided(r.decision)},
  ],
});

/** From which verdict to which other one, how often. */
export const transitions = (rows) => table({
  caption: t('models.transitions'),
  rows: rows.filter((r) => r.before !== r.after),
  none: t('models.unchanged'),
  columns: [
    {label: t('models.old'), cell: (r) => action(r.before)},
    {label: t('models.new'), cell: (r) => action(r.after)},
    {label: t('figures.comments'), class: 'num', cell: (r) =>
      fmt.number(r.n)},
  ],
});

/** What each did right and wrong, in this order. */
const SIDES = ['caught', 'missed', 'blocked', 'passed', 'recall', 'precision',
  'false_positives'];

/** A count, or a share with the interval that it is in. */
function figure(side, name) {
  const v = side[name];
  const within = side[`${name}95`];
  if (typeof v !== 'number') return '–';
  if (!within) return fmt.number(v);
  return [fmt.percent(v, 2), ' ', h('small', {class: 'muted'},
    t('models.within', {low: fmt.percent(within[0], 1),
      high: fmt.percent(within[1], 1)}))];
}

/** "= 0.04", or "< 0.001": nobody counts noughts. */
const chance = (p) => p < LEAST ? `< ${fmt.number(LEAST)}` :
  `= ${fmt.number(p, {maximumSignificantDigits: 2})}`;

/** The figures at one cut-off, and whether the difference is by chance. */
const level = (name, {old: before, new: after, mcnemar}) => [
  h('h3', {}, t(`models.level.${name}`)),
  table({
    caption: t(`models.level.${name}`), rows: SIDES, none: t('chart.none'),
    columns: [
      {label: t('models.figure_name'), cell: (k) => t(`models.side.${k}`)},
      {label: t('models.old'), class: 'num', cell: (k) =>
        figure(before, k)},
      {label: t('models.new'), class: 'num', cell: (k) => figure(after, k)},
    ],
  }),
  h('p', {class: 'muted small'}, t('models.mcnemar', {
    old: mcnemar.only_old, new: mcnemar.only_new,
    p: chance(mcnemar.p)})),
];

/** What GET /v1/models/{name}/compare answers, as elements. */
export const compared = (got) => [
  h('p', {}, t('models.compared', {n: got.n, changed: got.changed,
    decided: got.decided})),
  got.known ? h('p', {class: 'notice'},
    t('models.known', {n: got.known})) : null,
  got.missing?.length ? h('p', {class: 'muted small'},
    t('models.missing', {list: fmt.list(got.missing)})) : null,
  ...Object.entries(got.decided ? got.levels : {})
    .map(([name, x]) => level(name, x)),
  h('h3', {}, t('models.transitions')), transitions(got.actions),
  h('h3', {}, t('models.changed')), changedComments(got.items || []),
];
