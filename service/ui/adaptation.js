/*
 * What a site's own decisions made of the model, on the site's page.
 */
import {api} from './api.js';
import {h} from './dom.js';
import {fmt, t} from './i18n.js';
import {card, failure, table} from './panel.js';

const PARTS = ['model', 'mixed', 'site'];

const headTable = (heads) => table({
  caption: t('adapted.title'), none: '',
  rows: Object.entries(heads).filter(([, of]) => of),
  key: ([head]) => head,
  columns: [
    {label: t('adapted.head'), cell: ([head]) => t(`head.${head}`)},
    {label: t('adapted.labels'), class: 'num', cell: ([, of]) =>
      t('adapted.of', {bad: of.bad, n: of.labels})},
    ...PARTS.map((part) => ({label: t(`adapted.part.${part}`), class: 'num',
      cell: ([, of]) => fmt.percent(of.shares[part])})),
    {label: t('adapted.auc'), class: 'num', cell: ([, of]) =>
      `${fmt.percent(of.auc.model, 1)} → ${fmt.percent(of.auc.chosen, 1)}`},
  ],
});

/** In a sentence: whether it judges, and what it waits for. */
function standing({adapt, needed, labels}) {
  if (!adapt) return t('adapted.off');
  return labels ? t('adapted.on', {n: labels}) : t('adapted.none', {n: needed});
}

/** @returns {Promise<HTMLElement>} a card */
export async function adaptationCard(site) {
  const got = await api.get('/v1/adaptation', {site}).catch((e) => ({e}));
  if (got.e) return card(t('adapted.title'), failure(got.e));
  return card(t('adapted.title'), h('p', {}, standing(got)),
    got.labels ? [headTable(got.heads),
      h('p', {class: 'muted'}, t('adapted.about'))] : null);
}
