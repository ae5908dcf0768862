/*
 * Who may sign in, to what; the one-time links by which they do so first.
 */
import {api} from './api.js';
import {button, fill, h, pill, toast} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {at, attempt, card, named, pages, refill, secret, sitesOf, sure,
  table, unfold} from './panel.js';

const ROLES = ['viewer', 'moderator', 'admin'];

const invitation = (name, link) => secret({
  title: t('users.link_title', {name}),
  // the service knows not by which address it is reached from outside
  value: `${location.origin}/#link=${encodeURIComponent(link.token)}`,
  note: [t('users.link_note'), ' ', t('users.link_until'), ' ',
    at(link.expires_at)],
});

const roles = (list) => list.map((r) => [r, t(`users.role.${r}`)]);

/** A role, and on which sites; an operator's is all of them. */
const roleFields = (sites, app) => [
  {name: 'role', kind: 'choice', label: t('users.the_role'),
    value: 'moderator', options: roles([...ROLES,
      ...(app.can('operator') ? ['operator'] : [])])},
  {name: 'sites', kind: 'flags', label: t('users.sites'),
    value: sites.map((s) => s.name),
    options: sites.map((s) => [s.name, s.name])},
];

/** What the API wants: operators have no sites of their own. */
const order = ({sites, ...values}) =>
  values.role === 'operator' ? values : {...values, sites};

const path = (user, what = '') =>
  `/v1/users/${encodeURIComponent(user.name)}${what}`;

function newForm(sites, app, sent) {
  return form({
    label: t('users.add'),
    fields: [{name: 'name', label: t('users.name'),
      hint: t('users.name_hint'), more: {required: true, maxlength: 32,
        autocapitalize: 'none', spellcheck: 'false'}},
    ...roleFields(sites, app)],
    send: (values) => api.post('/v1/users', order(values)), sent,
  });
}

/** What changes, one by one; whom nothing is left is seen no more. */
async function change(user, sites, {operator, on = {}}) {
  if (operator !== undefined) {
    await api.patch(path(user), {role: operator ? 'operator' : 'none'});
  }
  const changed = operator ? [] : Object.entries(on);
  const last = ([, role]) => role === 'none';
  for (const [i, role] of changed.sort((x, y) => last(x) - last(y))) {
    await api.patch(path(user), {role, sites: [sites[i].name]});
  }
}

/** A role a site; an operator's is all of them. */
function changeForm(user, sites, app, sent, cancel) {
  const held = new Map((user.sites || []).map((s) => [s.name, s.role]));
  const el = form({
    label: t('app.save'), class: 'grid', cancel, sent,
    fields: [
      app.can('operator') ? {name: 'operator', kind: 'flag',
        label: t('users.operator'), value: user.role === 'operator'} : null,
      h('h3', {class: 'group'}, t('users.on_sites')),
      ...sites.map((s, i) => ({name: `on/${i}`, kind: 'choice',
        label: named(s.name), value: held.get(s.name) || 'none',
        options: roles(['none', ...ROLES])})),
    ],
    send: (values, changed) => change(user, sites, changed),
  });
  const operator = el.elements.operator;
  const free = () => {
    for (const x of el.querySelectorAll('select')) x.disabled =
      operator.checked;
  };
  operator?.addEventListener('change', free);
  if (operator) free();
  return el;
}

function acts(u, app, {edit, told, again}) {
  const link = async () => {
    const got = await attempt(() => api.post(path(u, ':link')));
    if (got) told(invitation(u.name, got.link || got));
  };
  const reset = async () => {
    if (!await sure({title: t('users.reset_title', {name: u.name}),
      body: t('users.reset_body'), label: t('users.reset')})) return;
    await attempt(() => api.patch(path(u), {totp: false}),
      t('users.reset_done'));
    await again();
  };
  const remove = async () => {
    if (!await sure({title: t('users.remove_title', {name: u.name}),
      body: t('users.remove_body'), label: t('users.remove')})) return;
    await attempt(() => api.del(path(u)),
      t('users.removed', {name: u.name}));
    await again();
  };
  const one = (key, run, cls) => button({label: t(key), class: cls, run,
    'aria-label': `${t(key)}: ${u.name}`});
  return h('span', {class: 'row acts-of'}, one('lists.edit', () => edit(u)),
    one('users.link', link),
    u.totp ? one('users.reset', reset) : null,
    u.name === app.session.name ? null :
      one('users.remove', remove, 'danger'));
}

const list = (rows, app, does) => table({
  caption: t('users.title'), rows, none: t('users.nobody'), key: (u) => u.name,
  columns: [
    {label: t('users.name'), cell: (u) => named(u.name)},
    {label: t('users.roles'), cell: (u) => h('span', {class: 'pills'},
      u.role === 'operator' ? pill(t('users.role.operator'), 'hold') : null,
      (u.sites || []).map((s) => h('span', {class: 'pill'}, named(s.name),
        ': ', t(`users.role.${s.role}`))))},
    {label: t('users.totp'), cell: (u) => u.totp ?
      pill(t('users.on'), 'allow') : pill(t('users.off'))},
    {label: t('users.link_open'), cell: (u) => at(u.link_expires_at)},
    {label: t('panel.acts'), hide: true, cell: (u) => acts(u, app, does)},
  ],
});

/** Opens the view; see app.js. */
export async function open(main, {app}) {
  const sites = (await sitesOf(app)).filter((s) => app.can('admin', s.name));
  const shown = h('div', {});
  const edited = h('div', {});
  const rows = h('div', {});
  const adder = h('div', {});
  const told = (node) => fill(shown, node);
  const again = async () => refill(rows, await pages({
    load: async (after) => {
      const got = await api.get('/v1/users', {after});
      return {rows: got.users, next: got.next};
    },
    show: (users) => list(users, app, {told, again, edit}),
  }));
  const edit = (u) => {
    const over = () => fill(edited);
    fill(edited, card(t('users.edit', {name: u.name}),
      changeForm(u, sites, app, async () => {
        over();
        toast({text: t('users.changed', {name: u.name})});
        await again();
      }, over)));
    edited.querySelector('input, select').focus();
  };
  const fresh = () => fill(adder, unfold(t('users.add'),
    newForm(sites, app, async (u) => {
      fresh();
      await again();
      if (u.link) told(invitation(u.name, u.link));
    })));
  await again();
  fresh();
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('users.title')),
    h('p', {class: 'muted'}, t('users.about')), shown, adder, edited,
    card(null, rows)));
}
