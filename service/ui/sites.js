/*
 * Sites, their settings and their keys. Which settings there are, and what
 * they may be, the API's own description says.
 */
import {adaptationCard} from './adaptation.js';
import {api} from './api.js';
import {ask, button, fill, h, pill, toast} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {at, attempt, card, failure, named, pages, refill, secret, sitesOf, sure,
  table, unfold} from './panel.js';

const SCOPES = ['check', 'feedback', 'moderate', 'admin'];
const href = (site) => `#/sites/${encodeURIComponent(site)}`;

/** A schema without its references and its null. */
function plain(schema, book) {
  if (schema.$ref) {
    const own = book[schema.$ref.split('/').pop()];
    return plain({...own, ...schema, $ref: undefined,
      description: schema.description}, book);
  }
  const kinds = schema.oneOf || schema.anyOf;
  if (!kinds) return schema;
  return {...plain(kinds.find((s) => s.type !== 'null'), book),
    description: schema.description};
}

const is = (schema, type) => [].concat(schema.type || []).includes(type);

/** The field of one setting. */
function setting(name, schema, value) {
  const label = t.or(`sites.set.${name.replaceAll('/', '_')}`, name);
  const hint = t.or(`sites.about.${name.split('/')[0]}`, schema.description);
  const base = {name: `settings/${name}`, label, value};
  if (schema.enum) {
    return {...base, hint, kind: 'choice', options: schema.enum
      .filter((v) => v !== null || value === null).map((v) =>
        [v, v === null ? t('sites.default') : t.or(`sites.value.${v}`, v)])};
  }
  if (is(schema, 'boolean')) {
    return {...base, hint, kind: 'flag', value: Boolean(value)};
  }
  if (!is(schema, 'integer') && !is(schema, 'number')) {
    return {...base, hint};
  }
  return {...base, hint, kind: 'number', more: {
    min: schema.minimum ?? schema.exclusiveMinimum ?? null,
    max: schema.maximum ?? schema.exclusiveMaximum ?? null,
    step: is(schema, 'integer') ? 1 : 'any', inputmode: 'decimal',
    placeholder: value === null ? t('sites.default') : null,
  }};
}

/** All fields below one schema; a group of them has a heading. */
function fieldsOf(properties, settings, book, path = '') {
  const list = Object.entries(properties)
    .map(([name, schema]) => [name, plain(schema, book)])
    .sort(([, a], [, b]) => Boolean(a.properties) - Boolean(b.properties));
  return list.flatMap(([name, s]) => {
    const here = `${path}${name}`;
    if (!s.properties) return [setting(here, s, settings?.[name] ?? null)];
    const group = t.or(`sites.group.${here.replaceAll('/', '_')}`, here);
    const about = t.or(`sites.about.${here}`, path ? null : s.description);
    return [
      h(path ? 'h4' : 'h3', {class: 'group'}, group,
        about ? h('small', {class: 'muted'}, about) : null),
      ...fieldsOf(s.properties, settings?.[name], book, `${here}/`)
        .map((f) => f instanceof Node ? f : {...f, hint: null}),
    ];
  });
}

let described = null; // the schemas, asked for once

async function schemas() {
  described ??= api.get('/openapi.json');
  try {
    return (await described).components.schemas;
  } catch (e) {
    described = null;
    throw e;
  }
}

async function settingsForm(site, book, saved) {
  return form({
    label: t('app.save'), class: 'grid',
    fields: fieldsOf(book.SiteSettings.properties, site.settings, book),
    send: (all, changed) =>
      api.patch(`/v1/sites/${site.id}`, changed),
    sent: saved,
  });
}

// keys

const keyState = (k) => pill(t(`sites.key.${k.state}`),
  {valid: 'allow', expired: 'hold', revoked: 'block'}[k.state]);

/** What can be done about a key; `told(node)` shows what came of it. */
function keyActs(k, site, told, again) {
  const about = k.label || k.id;
  const where = `?site=${encodeURIComponent(site)}`;
  const rotate = async () => {
    if (!await sure({title: t('sites.key.rotate_title'), danger: false,
      body: t('sites.key.rotate_body', {name: about}),
      label: t('sites.key.rotate')})) return;
    const got = await attempt(() =>
      api.post(`/v1/keys/${k.id}:rotate${where}`, {}));
    if (!got) return;
    await again();
    told(secret({title: t('sites.key.new_value', {name: about}),
      value: got.value}));
  };
  const revoke = async () => {
    if (!await sure({title: t('sites.key.revoke_title'),
      body: t('sites.key.revoke_body', {name: about}),
      label: t('sites.key.revoke')})) return;
    await attempt(() => api.del(`/v1/keys/${k.id}${where}`),
      t('sites.key.revoked_now', {name: about}));
    await again();
  };
  return h('span', {class: 'row acts-of'},
    k.expires_at ? null : button({label: t('sites.key.rotate'),
      'aria-label': `${t('sites.key.rotate')}: ${about}`, run: rotate}),
    button({label: t('sites.key.revoke'), class: 'danger', run: revoke,
      'aria-label': `${t('sites.key.revoke')}: ${about}`}));
}

function keyTable(rows, site, told, again) {
  return table({
    caption: t('sites.keys'), rows, none: t('sites.key.none'),
    key: (k) => k.id,
    columns: [
      {label: t('sites.key.id'), cell: (k) =>
        h('code', {class: 'whole'}, k.id)},
      {label: t('sites.key.label'), cell: (k) => named(k.label || '–')},
      {label: t('sites.key.scopes'), cell: (k) =>
        h('span', {class: 'pills'}, k.scopes.map((s) =>
          pill(t.or(`sites.scope.${s}`, s))))},
      {label: t('sites.key.state'), cell: keyState},
      {label: t('sites.key.created'), cell: (k) => at(k.created_at)},
      {label: t('sites.key.expires'), cell: (k) =>
        at(k.revoked_at || k.expires_at)},
      {label: t('panel.acts'), hide: true, cell: (k) =>
        k.state === 'valid' ? keyActs(k, site, told, again) : null},
    ],
  });
}

function keyForm(site, app, made) {
  const scopes = app.can('operator') ? [...SCOPES, 'operator'] : SCOPES;
  return form({
    label: t('sites.key.make'),
    fields: [
      {name: 'label', label: t('sites.key.label'),
        hint: t('sites.key.label_hint'), more: {maxlength: 63}},
      {name: 'scopes', kind: 'flags', label: t('sites.key.scopes'),
        value: ['check', 'feedback'], options: scopes.map((s) =>
          [s, t(`sites.scope.${s}`), t(`sites.scope_about.${s}`)])},
      {name: 'style', kind: 'choice', label: t('sites.key.style'),
        value: 'long', options: [['long', t('sites.key.long')],
          ['akismet', t('sites.key.akismet')]]},
      {name: 'expires_at', kind: 'time', label: t('sites.key.expires'),
        hint: t('sites.key.expires_hint')},
    ],
    send: (values) => api.post(`/v1/keys?site=${encodeURIComponent(site)}`,
      values),
    sent: made,
  });
}

async function keysCard(site, app) {
  const shown = h('div', {});
  const list = h('div', {});
  const told = (node) => fill(shown, node);
  const again = async () => refill(list, await pages({
    load: async (after) => {
      const got = await api.get('/v1/keys', {site, after});
      return {rows: got.keys, next: got.next};
    },
    show: (rows) => keyTable(rows, site, told, again),
  }));
  await again();
  const maker = h('div', {});
  const fresh = () => fill(maker, unfold(t('sites.key.make'),
    keyForm(site, app, async (k) => {
      fresh();
      await again();
      told(secret({title: t('sites.key.new_value', {name: k.label || k.id}),
        value: k.value}));
    })));
  fresh();
  return card(t('sites.keys'), shown, list, maker);
}

// one site

async function remove(site, app) {
  const name = h('input', {autocomplete: 'off', id: 'confirm-name',
    'aria-label': t('sites.delete_name')});
  const yes = await ask({
    title: t('sites.delete_title', {name: site.name}),
    body: [h('p', {}, t('sites.delete_body')),
      h('label', {for: 'confirm-name'}, t('sites.delete_name'), ' ',
        named(site.name)), name],
    actions: [{label: t('sites.delete'), value: true, class: 'danger'},
      {label: t('app.cancel'), value: null}],
  });
  if (!yes) return;
  const done = await attempt(() => api.del(`/v1/sites/${site.id}?confirm=${
    encodeURIComponent(name.value)}`), t('sites.deleted'));
  if (done) app.go('#/sites');
}

const renameForm = (site, app) => form({
  label: t('sites.rename'),
  fields: [{name: 'name', label: t('sites.name'), value: site.name,
    more: {maxlength: 64, required: true}}],
  send: (values) => api.patch(`/v1/sites/${site.id}`, values),
  sent: (s) => app.go(href(s.name)),
});

async function one(main, name, app) {
  const site = await api.get(`/v1/sites/${encodeURIComponent(name)}`);
  const settings = h('div', {});
  const set = async (s) => fill(settings, await settingsForm(s,
    await schemas(), async (changed) => {
      await set(changed);
      toast({text: t('sites.saved')});
      settings.querySelector('[type=submit]').focus();
    }));
  const [keys, adapted] = await Promise.all([
    keysCard(site.name, app).catch(failure), adaptationCard(site.name)]);
  await set(site);
  fill(main, h('div', {class: 'page'},
    h('p', {}, h('a', {href: '#/sites'}, t('sites.title'))),
    h('h1', {}, named(site.name)), keys,
    card(t('sites.settings'), settings), adapted,
    app.can('operator') ? unfold(t('sites.more'), renameForm(site, app),
      h('p', {}, button({label: t('sites.delete'), class: 'danger',
        run: () => remove(site, app)}))) : null));
}

// all of them

const newSite = (app) => unfold(t('sites.add'), form({
  label: t('sites.add'),
  fields: [{name: 'name', label: t('sites.name'), hint: t('sites.name_hint'),
    more: {maxlength: 64, required: true}}],
  send: (values) => api.post('/v1/sites', values),
  sent: (s) => app.go(href(s.name)),
}));

async function all(main, app) {
  const rows = (await sitesOf(app)).filter((s) => app.can('admin', s.name));
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('sites.title')),
    card(null, table({
      caption: t('sites.title'), rows, none: t('panel.no_site'),
      key: (s) => s.id,
      columns: [
        {label: t('sites.name'), cell: (s) =>
          h('a', {href: href(s.name)}, named(s.name))},
        {label: t('sites.created'), cell: (s) => at(s.created_at)},
        {label: t('sites.set.retention_days'), class: 'num', cell: (s) =>
          s.settings?.retention_days ? t('sites.days',
            {n: s.settings.retention_days}) : t('sites.for_ever')},
      ],
    })), app.can('operator') ? newSite(app) : null));
}

/** Opens the view; see app.js. */
export async function open(main, {rest, app}) {
  if (rest) await one(main, rest, app);
  else await all(main, app);
}
