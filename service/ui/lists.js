/*
 * Who and what a site allows, always holds or blocks; and which entries a
 * comment would meet.
 */
import {api} from './api.js';
import {button, fill, h, pill, select, toast} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {at, attempt, card, named, pages, refill, siteView, sure,
  table, unfold} from './panel.js';

const KINDS = ['author', 'email', 'ip', 'host', 'phrase', 'thread', 'regex'];
const EFFECTS = ['block', 'hold', 'allow'];
const kind = (k) => t(`lists.kind.${k}`);
const effect = (e) => t(`effect.${e}`);
const where = (site) => `?site=${encodeURIComponent(site)}`;

const entryFields = (e) => [
  {name: 'effect', kind: 'choice', label: t('lists.effect'),
    value: e?.effect || 'block', options: EFFECTS.map((x) => [x, effect(x)])},
  {name: 'kind', kind: 'choice', label: t('lists.what'),
    value: e?.kind || 'host', options: KINDS.map((x) => [x, kind(x)])},
  {name: 'value', label: t('lists.value'), value: e?.value,
    hint: t('lists.value_hint'), class: 'wide', more: {required: true,
      maxlength: 512, spellcheck: 'false', autocapitalize: 'none',
      dir: 'auto'}},
  {name: 'note', label: t('lists.note'), value: e?.note,
    more: {maxlength: 512}},
  {name: 'expires_at', kind: 'time', label: t('lists.expires'),
    value: e?.expires_at, hint: t('lists.expires_hint')},
];

/** The form for a new entry, or for one that is there. */
function entryForm(site, e, sent, cancel) {
  return form({
    label: e ? t('app.save') : t('lists.add'), class: 'grid',
    fields: entryFields(e), cancel,
    send: (values, changed) => e ?
      api.patch(`/v1/lists/${e.id}${where(site)}`, changed) :
      api.post(`/v1/lists${where(site)}`, values),
    sent,
  });
}

function acts(e, site, {edit, again}) {
  const about = `${kind(e.kind)} ${e.value}`;
  const remove = async () => {
    if (!await sure({title: t('lists.remove_title'),
      body: [h('p', {}, t('lists.remove_body')),
        h('p', {class: 'quote'}, named(e.value))],
      label: t('lists.remove')})) return;
    await attempt(() => api.del(`/v1/lists/${e.id}${where(site)}`),
      t('lists.removed'));
    await again();
  };
  return h('span', {class: 'row acts-of'},
    button({label: t('lists.edit'), 'aria-label': `${t('lists.edit')}: ${
      about}`, run: () => edit(e)}),
    button({label: t('lists.remove'), class: 'danger', run: remove,
      'aria-label': `${t('lists.remove')}: ${about}`}));
}

const entries = (rows, site, may) => table({
  caption: t('lists.title'), rows, none: t('lists.none'), key: (e) => e.id,
  columns: [
    {label: t('lists.value'), cell: (e) => h('span', {class: 'entry'},
      named(e.value), e.note ? h('small', {class: 'muted', dir: 'auto'},
        e.note) : null)},
    {label: t('lists.what'), cell: (e) => kind(e.kind)},
    {label: t('lists.effect'), cell: (e) => pill(effect(e.effect),
      e.effect)},
    {label: t('lists.expires'), cell: (e) => at(e.expires_at)},
    {label: t('lists.added'), cell: (e) => [at(e.created_at), ' ',
      h('small', {class: 'muted'}, named(e.created_by))]},
    may ? {label: t('panel.acts'), hide: true,
      cell: (e) => acts(e, site, may)} : null,
  ].filter(Boolean),
});

/** What the entries say of a comment: the strongest, then each match. */
function matches(got) {
  return h('div', {class: 'tried', role: 'status'},
    h('p', {}, got.effect ? [t('lists.try_effect'), ' ',
      pill(effect(got.effect), got.effect)] : t('lists.try_nothing')),
    got.untried ? h('p', {}, t('reason.untried.against')) : null,
    h('ul', {class: 'plain'}, got.matches.map((m) => h('li', {},
      pill(effect(m.entry.effect), m.entry.effect), ' ', kind(m.entry.kind),
      ' ', named(m.entry.value),
      m.quote ? [' ', h('q', {dir: 'auto', class: 'matched'}, m.quote)] :
        null))));
}

const TRIED = [['author/name', 'line'], ['author/email', 'line'],
  ['author/url', 'line'], ['author/ip', 'line'], ['thread', 'line']];

function tryCard(site) {
  const out = h('div', {});
  return unfold(t('lists.try'), h('p', {class: 'muted'}, t('lists.try_about')),
    form({
      label: t('lists.try_run'), class: 'grid',
      fields: [
        {name: 'content', kind: 'text', class: 'wide', value: '',
          label: t('lists.try_content'), more: {dir: 'auto'}},
        ...TRIED.map(([name, k]) => ({name, kind: k,
          label: t(`lists.tried.${name.replace('/', '_')}`)})),
      ],
      send: (values) => api.post(`/v1/lists:try${where(site)}`,
        {...values, content: values.content ?? ''}),
      sent: (got) => fill(out, matches(got)),
    }), out);
}

/** What of the list is shown; it is in the URL. */
function filters(params, to) {
  const choice = (name, label, options) => h('label', {class: 'inline'},
    h('span', {}, label), select({value: params.get(name) ?? '',
      options: [['', t('lists.all')], ...options],
      on: {change: (e) => to({[name]: e.target.value})}}));
  const q = h('input', {type: 'search', name: 'q', dir: 'auto',
    autocomplete: 'off', value: params.get('q') ?? '',
    'aria-label': t('lists.search'), placeholder: t('lists.search')});
  return h('form', {class: 'row filters', role: 'search', on: {
    submit: (e) => {
      e.preventDefault();
      to({q: q.value.trim()});
    },
  }}, q, choice('kind', t('lists.what'), KINDS.map((k) => [k, kind(k)])),
  choice('effect', t('lists.effect'), EFFECTS.map((k) => [k, effect(k)])));
}

async function show(body, {site, params, to, app}) {
  const list = h('div', {});
  const edited = h('div', {});
  const may = app.can('moderator', site) && {
    again: () => again(),
    edit: (e) => {
      const over = () => fill(edited);
      fill(edited, card(t('lists.edit'), entryForm(site, e, async () => {
        over();
        await again();
      }, over)));
      edited.querySelector('input, select').focus();
    },
  };
  const again = async () => refill(list, await pages({
    load: async (after) => {
      const got = await api.get('/v1/lists', {site, after, limit: 100,
        kind: params.get('kind'), effect: params.get('effect'),
        q: params.get('q')});
      return {rows: got.entries, next: got.next};
    },
    show: (rows) => entries(rows, site, may),
  }));
  await again();
  const adder = h('div', {});
  const fresh = () => fill(adder, unfold(t('lists.add'),
    entryForm(site, null, async () => {
      toast({text: t('lists.done')});
      fresh();
      await again();
      adder.querySelector('summary').focus();
    })));
  fresh();
  fill(body, h('p', {class: 'muted'}, t('lists.about')),
    may ? adder : null, may ? tryCard(site) : null, edited,
    card(null, filters(params, to), list));
}

/** Opens the view; see app.js. */
export async function open(main, {params, app}) {
  await siteView(main, {name: 'lists', app, params, role: 'moderator'}, show);
}
