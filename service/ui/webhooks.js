/*
 * Whom a site tells of its decisions, what it told them, and how that went.
 */
import {api} from './api.js';
import {button, fill, h, pill, toast} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {itemHash} from './item.js';
import {at, attempt, pages, refill, secret, siteView, sure, table, unfold}
  from './panel.js';

const EVENTS = ['comment.held', 'comment.decided', 'comment.undone'];
const LOOK_MS = 700; // for what becomes of a delivery that is due
const LOOKS = 15;
const event = (e) => t(`webhooks.event.${e.replace('.', '_')}`);
const where = (site) => `?site=${encodeURIComponent(site)}`;

function stateOf(w) {
  if (w.inactive_because) return pill(t('webhooks.gone'), 'block');
  if (!w.active) return pill(t('webhooks.inactive'), 'hold');
  if (w.paused_until) return pill(t('webhooks.paused'), 'block');
  return pill(t('webhooks.active'), 'allow');
}

function hookForm(site, w, sent, cancel) {
  return form({
    label: w ? t('app.save') : t('webhooks.add'), cancel,
    fields: [
      {name: 'url', kind: 'url', label: t('webhooks.url'), value: w?.url,
        hint: t('webhooks.url_hint'), more: {required: true, dir: 'ltr',
          maxlength: 1024, placeholder: 'https://'}},
      {name: 'events', kind: 'flags', label: t('webhooks.events'),
        value: w?.events || EVENTS, options: EVENTS.map((e) =>
          [e, event(e)])},
      w ? {name: 'active', kind: 'flag', label: t('webhooks.is_active'),
        value: w.active} : null,
    ],
    send: (values, changed) => w ?
      api.patch(`/v1/webhooks/${w.id}${where(site)}`, changed) :
      api.post(`/v1/webhooks${where(site)}`, values),
    sent,
  });
}

// what was told

const DELIVERED = {done: 'allow', due: 'hold', failed: 'block',
  withdrawn: ''};

function deliveries(rows, site, replayed) {
  const replay = async (d) => {
    const got = await attempt(() =>
      api.post(`/v1/deliveries/${d.id}:replay${where(site)}`),
    t('webhooks.replayed'));
    if (got) await replayed();
  };
  return table({
    caption: t('webhooks.log'), rows, none: t('webhooks.log_none'),
    key: (d) => d.id,
    columns: [
      {label: t('webhooks.what'), cell: (d) => event(d.type)},
      {label: t('webhooks.state'), cell: (d) => pill(
        t(`webhooks.delivery.${d.state}`), DELIVERED[d.state])},
      {label: t('webhooks.answer'), cell: (d) => h('span', {class: 'entry'},
        d.status ? h('code', {}, d.status) : null,
        d.error ? h('small', {dir: 'auto'}, d.error) : null)},
      {label: t('webhooks.attempts'), class: 'num',
        cell: (d) => t('webhooks.times', {n: d.attempts})},
      {label: t('webhooks.created'), cell: (d) => at(d.created_at)},
      {label: t('webhooks.comment'), cell: (d) => d.comment ?
        h('a', {href: itemHash({id: d.comment, site: {name: site}})},
          t('item.open')) : null},
      {label: t('panel.acts'), hide: true, cell: (d) =>
        d.state === 'due' ? null : button({label: t('webhooks.replay'),
          'aria-label': `${t('webhooks.replay')}: ${event(d.type)}`,
          run: () => replay(d)})},
    ],
  });
}

/** The log; `settle` looks again until nothing is due, for a while. */
function log(site, w) {
  const el = h('div', {class: 'log'});
  let first = [];
  const again = async () => refill(el, await pages({
    load: async (cursor) => {
      const got = await api.get(`/v1/webhooks/${w.id}/deliveries`,
        {site, cursor});
      if (!cursor) first = got.deliveries;
      return {rows: got.deliveries, next: got.next};
    },
    show: (rows) => deliveries(rows, site, settle),
  }));
  const settle = async () => {
    for (let i = 0; i < LOOKS && el.isConnected; i++) {
      await again();
      if (first.every((d) => d.state !== 'due')) return first[0];
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  };
  return {el, again, settle};
}

// one webhook

/** How the newest delivery went. */
const tell = (d) => d && toast({kind: d.state === 'done' ? '' : 'bad',
  text: [event(d.type), t(`webhooks.delivery.${d.state}`), d.status, d.error]
    .filter(Boolean).join(' · ')});

function acts(w, site, {shown, edit, told, again, settle}) {
  const path = `/v1/webhooks/${w.id}`;
  const test = async () => {
    const got = await attempt(() => api.post(`${path}:test${where(site)}`));
    if (got) tell(await settle());
  };
  const rotate = async () => {
    if (!await sure({title: t('webhooks.rotate_title'), danger: false,
      body: t('webhooks.rotate_body'), label: t('webhooks.rotate')})) return;
    const got = await attempt(() => api.post(`${path}:rotate${where(site)}`));
    if (got) fill(shown, told(got));
  };
  const remove = async () => {
    if (!await sure({title: t('webhooks.remove_title'),
      body: t('webhooks.remove_body', {url: w.url}),
      label: t('webhooks.remove')})) return;
    await attempt(() => api.del(`${path}${where(site)}`),
      t('webhooks.removed'));
    await again();
  };
  return h('p', {class: 'row'},
    button({label: t('webhooks.test'), class: 'primary', run: test}),
    button({label: t('lists.edit'), run: edit}),
    button({label: t('webhooks.rotate'), run: rotate}),
    button({label: t('webhooks.remove'), class: 'danger', run: remove}));
}

const told = (w) => secret({title: t('webhooks.secret'), value: w.secret,
  note: t('webhooks.secret_note')});

function hook(w, site, again) {
  const shown = h('div', {});
  const form = h('div', {});
  const {el, settle, again: look} = log(site, w);
  const edit = () => {
    fill(form, hookForm(site, w, again, () => fill(form)));
    form.querySelector('input').focus();
  };
  const opened = unfold(t('webhooks.log'), el);
  opened.addEventListener('toggle', () => {
    if (opened.open && !el.firstChild) attempt(look);
  });
  const open = () => {
    opened.open = true;
    return settle();
  };
  return h('section', {class: 'card hook', 'data-id': w.id},
    h('h2', {}, h('bdi', {dir: 'ltr'}, w.url)),
    h('p', {class: 'row'}, stateOf(w), h('span', {class: 'pills'},
      w.events.map((e) => pill(event(e)))),
    w.failures ? h('span', {class: 'bad'},
      t('webhooks.failures', {n: w.failures})) : null,
    w.old_secret_until ? h('span', {class: 'muted'},
      t('webhooks.old_until'), ' ', at(w.old_secret_until)) : null),
    shown, form,
    acts(w, site, {shown, edit, told, again, settle: open}), opened);
}

async function show(body, {site}) {
  const again = async () => show(body, {site});
  const {webhooks} = await api.get('/v1/webhooks', {site});
  const shown = h('div', {});
  refill(body, h('p', {class: 'muted'}, t('webhooks.about')), shown,
    webhooks.length ? webhooks.map((w) => hook(w, site, again)) :
      h('p', {class: 'muted none'}, t('webhooks.none')),
    unfold(t('webhooks.add'), hookForm(site, null, async (w) => {
      await again();
      body.children[1].append(told(w));
      toast({text: t('webhooks.added')});
    })));
}

/** Opens the view; see app.js. */
export async function open(main, {params, app}) {
  await siteView(main, {name: 'webhooks', app, params, role: 'admin'}, show);
}
