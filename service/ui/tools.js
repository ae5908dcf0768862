/*
 * What stands over the list: the filter, the order, how a view is kept.
 */
import {ask, button, field, h, hint, select} from './dom.js';
import {FILTER_NAMES, ORDERS, queueHash} from './filter.js';
import {t} from './i18n.js';

/** Asks for a name and keeps the URL under it. */
async function save(app, line) {
  const name = h('input', {required: true, maxlength: 60});
  const sure = await ask({
    title: t('queue.save'),
    body: field({label: t('queue.save_name'), hint: line,
      control: name}),
    actions: [{label: t('app.save'), value: true, class: 'primary'},
      {label: t('app.cancel'), value: null}],
    started: () => name.focus(),
  });
  if (!sure || !name.value.trim()) return;
  const query = location.hash || queueHash(line);
  const view = {name: name.value.trim(), query};
  app.setPrefs(({views = []}) => ({views: [...views, view]}));
}

/** `changed()`: somebody wants what the tools say now. */
export function tools(app, changed) {
  let shown = '';
  const search = h('input', {
    type: 'search', id: 'search', name: 'q', autocomplete: 'off',
    spellcheck: 'false', autocapitalize: 'none', enterkeyhint: 'search',
    dir: 'auto', placeholder: t('search.placeholder'), list: 'filters',
    'aria-label': t('search.label'), 'aria-keyshortcuts': '/',
    on: {keydown: (e) => {
      if (e.key !== 'Escape') return;
      e.preventDefault();
      search.value = shown;
      changed();
    }},
  });
  const order = select({
    id: 'order', 'aria-label': t('queue.order'), value: '',
    options: ORDERS.map((o) => [o, t(`order.${o}`)]), on: {change: changed},
  });
  const el = h('form', {class: 'tools', role: 'search', on: {
    submit: (e) => {
      e.preventDefault();
      changed();
    },
  }},
  h('div', {class: 'search'}, search, hint('/'),
    h('datalist', {id: 'filters'}, FILTER_NAMES.map((n) =>
      h('option', {value: `${n}:`})))),
  order,
  button({label: t('queue.save'), class: 'quiet',
    run: () => save(app, shown)}),
  button({label: t('queue.density'), class: 'quiet', run: () =>
    app.setPrefs({density: app.prefs.density === 'compact' ? 'comfy' :
      'compact'})}));
  return {
    el,
    focus() {
      search.focus();
      search.select();
    },
    said: () => ({line: search.value.trim(), order: order.value}),
    show(line, by) {
      shown = line;
      search.value = line;
      order.value = by;
    },
  };
}
