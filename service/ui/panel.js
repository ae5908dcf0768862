/*
 * What the views of administration have in common: the choice of a site,
 * tables that fit a phone, questions before what cannot be undone, secrets
 * that are shown once.
 */
import {api} from './api.js';
import {ask, bdi, button, fill, h, select, toast} from './dom.js';
import {fmt, t} from './i18n.js';
import {complain, trouble} from './problem.js';

/** What went wrong, in the place of what should be there. */
export const failure = (e) =>
  h('p', {class: 'error', role: 'alert'}, trouble(e));

/**
 * Puts something else there; the focus that went with what was there goes to
 * the place itself.
 */
export function refill(el, ...children) {
  const had = el.contains(document.activeElement);
  fill(el, ...children);
  if (had && document.activeElement === document.body) {
    el.tabIndex = -1;
    el.focus({preventScroll: true});
  }
}

/** Does it; says by a toast whether it went well. */
export async function attempt(run, done) {
  try {
    const got = await run();
    if (done) toast({text: done});
    return got ?? true;
  } catch (e) {
    complain(e);
    return null;
  }
}

/** Asks once, saying what will happen. @returns {Promise<boolean>} */
export const sure = async ({title, body, label, danger = true}) =>
  await ask({title, body: [].concat(body).map((x) =>
    typeof x === 'string' ? h('p', {}, x) : x), actions: [
    {label, value: true, class: danger ? 'danger' : 'primary'},
    {label: t('app.cancel'), value: null}]}) === true;

/** The moment, and how long ago that is. */
export const at = (iso) => iso ?
  h('time', {datetime: iso, title: fmt.ago(iso)}, fmt.time(iso)) :
  h('span', {class: 'muted'}, '–');

/** All that a paged list has, to be bounded by the caller's needs. */
async function allOf(path, member, values = {}) {
  const list = [];
  let after = null;
  do {
    const got = await api.get(path, {...values, after, limit: 500});
    list.push(...got[member]);
    after = got.next;
  } while (after && list.length < 5000);
  return list;
}

/** The sites that this person may see: [{id, name, …}]. */
export async function sitesOf(app) {
  if (app.can('admin')) {
    try {
      return await allOf('/v1/sites', 'sites');
    } catch (e) {
      if (e.status !== 403) throw e;
    }
  }
  return app.session.sites || [];
}

/**
 * A view of one site: its heading, the choice of the site where there are
 * several, and what `show(body, {site, params, to, app})` puts below. The
 * choice is in the URL, as all that `to({name: value})` sets; `all`: no site
 * is a choice, too.
 */
export async function siteView(main, {name, app, params, role, all}, show) {
  const sites = (await sitesOf(app))
    .filter((s) => !role || app.can(role, s.name));
  const body = h('div', {class: 'stacked'});
  const chosen = () => params.get('site') ?? (all ? '' :
    sites[0]?.name ?? '');
  const turn = async () => {
    body.setAttribute('aria-busy', 'true');
    try {
      await show(body, {site: chosen() || null, params, to, app});
    } catch (e) {
      fill(body, failure(e));
    }
    body.removeAttribute('aria-busy');
  };
  const to = (values) => {
    for (const [k, v] of Object.entries(values)) {
      if (v === null || v === '') params.delete(k);
      else params.set(k, v);
    }
    app.replace(`#/${name}${params.size ? `?${params}` : ''}`);
    return turn();
  };
  const choice = sites.length + (all ? 1 : 0) > 1 ? h('label',
    {class: 'inline'}, h('span', {}, t('panel.site')), select({
      value: chosen(), options: [...(all ? [['', t('panel.all_sites')]] : []),
        ...sites.map((s) => [s.name, s.name])],
      on: {change: (e) => to({site: e.target.value})},
    })) : null;
  fill(main, h('div', {class: 'page'}, h('div', {class: 'heading'},
    h('h1', {}, t(`${name}.title`)), choice), body));
  if (!sites.length && !all) fill(body, h('p', {}, t('panel.no_site')));
  else await turn();
}

/** One element for a cell, or nothing, so that it fits beside its label. */
const within = (content) => content instanceof Element || !content ?
  content : h('span', {}, content);

/**
 * A table that becomes a list of cards where it is narrow.
 * @param {{caption: string, columns: {label: string, cell: Function,
 *   class?: string, hide?: boolean}[], rows: Object[], none: string,
 *   key?: Function}} o hide: the label is for those who listen
 */
export function table({caption, columns, rows, none, key}) {
  if (!rows.length) return h('p', {class: 'muted none'}, none);
  const head = h('thead', {role: 'rowgroup'}, h('tr', {role: 'row'},
    columns.map((c) => h('th', {role: 'columnheader', scope: 'col',
      class: c.class}, c.hide ? h('span', {class: 'sr'}, c.label) :
      c.label))));
  const line = (r) => h('tr', {role: 'row', 'data-id': key?.(r) ?? null},
    columns.map((c, i) => h(i ? 'td' : 'th', {
      role: i ? 'cell' : 'rowheader', scope: i ? null : 'row',
      class: c.class, 'data-label': c.hide ? null : c.label,
    }, within(c.cell(r)))));
  return h('table', {class: 'data', role: 'table'},
    h('caption', {class: 'sr'}, caption), head,
    h('tbody', {role: 'rowgroup'}, rows.map(line)));
}

/**
 * A list by pages, with a button for the next one.
 * @param {{load: (cursor) => Promise<{rows, next}>, show: (rows) => Node}} o
 *   show: as table() makes it
 */
export async function pages({load, show}) {
  const list = h('div', {});
  const foot = h('div', {});
  const more = async (cursor) => {
    const {rows, next} = await load(cursor);
    const made = show(rows);
    const lines = [...made.querySelectorAll('tbody > tr')];
    const there = list.querySelector('tbody');
    if (cursor && there) {
      there.append(...lines);
      lines[0]?.querySelector('button, a')?.focus();
    } else {
      fill(list, made);
    }
    fill(foot, next ? button({label: t('panel.more'),
      run: () => attempt(() => more(next))}) : null);
  };
  await more(null);
  return h('div', {class: 'stacked'}, list, foot);
}

export function copyButton(value) {
  return button({label: t('panel.copy'), class: 'copy', run: () => attempt(
    () => navigator.clipboard.writeText(value), t('panel.copied'))});
}

/** What is shown only now; it has the focus, and goes when it is closed. */
export function secret({title, value, note}) {
  const box = h('section', {class: 'card secret', tabindex: '-1',
    'aria-label': title},
  h('h3', {}, title), h('output', {class: 'value', dir: 'ltr'}, value),
  h('p', {}, note || t('panel.once')),
  h('p', {class: 'row'}, copyButton(value), button({label: t('panel.kept'),
    class: 'quiet', run: () => box.remove()})));
  requestAnimationFrame(() => box.focus());
  return box;
}

/** A card with a heading of its own. */
export const card = (title, ...children) => h('section', {class: 'card'},
  title ? h('h2', {}, title) : null, ...children);

/** What opens on demand, a form mostly. */
export function unfold(label, ...children) {
  return h('details', {class: 'card unfold'}, h('summary', {}, label),
    h('div', {class: 'inside'}, ...children));
}

export const named = (text) => bdi(text ?? '–');
