/*
 * All that can be done now, found by its name: Ctrl-K, a few letters, Enter.
 */
import {ask, fill, h, hint} from './dom.js';
import {queueHash} from './filter.js';
import {t} from './i18n.js';
import {keys} from './keys.js';

const SHOWN = 12;
const fold = (s) => s.toLocaleLowerCase().normalize('NFKD')
  .replace(/\p{M}/gu, '');

/** How well the words fit: where they stand; -1: they do not. */
function rank(label, words) {
  let sum = 0;
  for (const w of words) {
    const at = label.indexOf(w);
    if (at < 0) return -1;
    sum += at && label[at - 1] !== ' ' ? at + 20 : at;
  }
  return sum;
}

/** What fits, the best first; last, to look for the words in the queue. */
function found(list, typed, app) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const fits = list.map((c) => ({c, at: rank(fold(c.label), words)}))
    .filter((x) => x.at >= 0).sort((a, b) => a.at - b.at)
    .map((x) => x.c).slice(0, SHOWN);
  if (!typed.trim()) return fits;
  return [...fits, {id: 'search', label: t('palette.search', {text: typed}),
    run: () => app.go(queueHash(typed))}];
}

/**
 * All that there is: saved views are called what they are called, and of one
 * name for two things both say which is meant.
 */
function choices(app) {
  const list = keys.commands().map((c) => c.id.startsWith('view.') ?
    {...c, label: app.prefs.views[c.id.slice(5) - 1].name} : c);
  const alike = (c) => list.filter((x) => x.label === c.label).length > 1;
  return list.map((c) => alike(c) ? {...c, label: `${c.label} · ${
    t(`keys.group.${c.id.split('.')[0]}`)}`} : c);
}

/** Opens it; see app.js. */
export async function open(app) {
  const list = choices(app);
  let shown = [];
  let at = 0;
  const box = h('ul', {role: 'listbox', id: 'palette-list', class: 'palette',
    'aria-label': t('palette.title')});
  const input = h('input', {type: 'text', role: 'combobox', class: 'wide',
    autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none',
    'aria-label': t('palette.find'), 'aria-controls': 'palette-list',
    'aria-expanded': true, 'aria-autocomplete': 'list',
    placeholder: t('palette.find'), dir: 'auto'});
  const mark = () => {
    [...box.children].forEach((el, i) =>
      el.setAttribute('aria-selected', String(i === at)));
    box.children[at]?.scrollIntoView({block: 'nearest'});
    input.setAttribute('aria-activedescendant', shown.length ?
      `palette-${at}` : '');
  };
  const show = (close) => {
    shown = found(list, input.value, app);
    at = 0;
    fill(box, shown.map((c, i) => h('li', {role: 'option',
      id: `palette-${i}`, on: {click: () => close(c)}},
    h('span', {}, c.label), c.key ? c.key.split(' ').map(hint) : null)));
    mark();
  };
  const step = (n) => {
    at = (at + n + shown.length) % shown.length;
    mark();
  };
  const moves = {ArrowDown: 1, ArrowUp: -1};
  const chosen = await ask({
    title: t('palette.title'), body: [input, box],
    started: (close, form) => {
      input.addEventListener('input', () => show(close));
      input.addEventListener('keydown', (e) => {
        if (moves[e.key] && shown.length) step(moves[e.key]);
        else if (e.key === 'Enter' && !e.isComposing) close(shown[at]);
        else return;
        e.preventDefault();
      });
      form.parentElement.classList.add('commands');
      show(close);
      input.focus();
    },
  });
  chosen?.run();
}
