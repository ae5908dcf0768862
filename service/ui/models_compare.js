/*
 * Two models on the same comments: their figures side by side, what would be
 * done otherwise, and to which comments.
 */
import {h} from './dom.js';
import {fmt, t} from './i18n.js';
import {pill, table} from './panel.js';

const EXCERPT = 140;
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
    {label: t('item.title'), cell: (r) => h('a', {href: `#/item/${r.id}`,
      dir: 'auto', class: 'excerpt'}, [...(r.content ||
      t('item.empty'))].slice(0, EXCERPT).join(''))},
    {label: t('models.old'), cell: (r) => verdict(r.old)},
    {label: t('models.new'), cell: (r) => verdict(r.new)},
    {label: t('models.decided'), cell: (r) => decided(r.decision)},
  ],
});

/** From which verdict to which, how often. */
export const transitions = (rows) => table({
  caption: t('models.transitions'), rows: rows || [],
  none: t('models.unchanged'),
  columns: [
    {label: t('models.old'), cell: (r) => action(r.before)},
    {label: t('models.new'), cell: (r) => action(r.after)},
    {label: t('figures.comments'), class: 'num', cell: (r) =>
      fmt.number(r.n)},
  ],
});

const word = (name) => t.has(`models.figure.${name}`) ?
  t(`models.figure.${name}`) : h('code', {}, name);

const SHARES = new Set(['recall', 'blocked', 'precision', 'accuracy']);

const number = (v, name) => typeof v !== 'number' ? '–' :
  SHARES.has(name) ? fmt.percent(v, 2) :
    fmt.number(v, {maximumFractionDigits: 4});

/** The figures at one cut-off, and whether the difference is by chance. */
function level(name, {old: before = {}, new: after = {}, mcnemar}) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return [
    h('h3', {}, t(`models.level.${name}`)),
    table({
      caption: t(`models.level.${name}`), rows: names, none: t('chart.none'),
      columns: [
        {label: t('models.figure_name'), cell: word},
        {label: t('models.old'), class: 'num', cell: (k) =>
          number(before[k], k)},
        {label: t('models.new'), class: 'num', cell: (k) =>
          number(after[k], k)},
      ],
    }),
    mcnemar ? h('p', {class: 'muted small'}, t('models.mcnemar', {
      old: mcnemar.only_old, new: mcnemar.only_new,
      p: number(mcnemar.p)})) : null,
  ];
}

/** What GET /v1/models/{name}/compare answers, as elements. */
export const compared = (got) => [
  h('p', {}, t('models.compared', {n: got.n, changed: got.changed,
    decided: got.decided})),
  got.missing?.length ? h('p', {class: 'muted small'},
    t('models.missing', {list: fmt.list(got.missing)})) : null,
  ...Object.entries(got.levels || {}).map(([name, x]) => level(name, x)),
  h('h3', {}, t('models.transitions')), transitions(got.actions),
  h('h3', {}, t('models.changed')), changedComments(got.items || []),
];
