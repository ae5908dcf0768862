/*
 * Forms that send to the API. What the API says is wrong stands at the field
 * it is about: a field's name is the JSON pointer of its value without the
 * first "/".
 */
import {ApiError} from './api.js';
import {announce, check, field, fill, h, select} from './dom.js';
import {t} from './i18n.js';
import {misfit, trouble} from './problem.js';

let serial = 0;

const blank = (text) => text.trim() === '' ? null : text.trim();

/** An instant as datetime-local wants it, in the reader's time zone. */
function local(iso) {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at - at.getTimezoneOffset() * 60000)
    .toISOString().slice(0, 16);
}

/** The other way round; of a year of five digits the API says what it wants. */
const instant = (text) => /^\d{4}-/.test(text) ?
  `${new Date(text).toISOString().slice(0, 19)}Z` : text || null;

const line = (type, read = blank, write = (v) => v) => ({
  make: (f) => h('input', {type, name: f.name, autocomplete: 'off',
    value: write(f.value ?? ''), ...f.more}),
  read: (el) => read(el.value),
});

/** kind → how it is made, and what its value is */
const KINDS = {
  line: line('text'),
  url: line('url'),
  search: line('search'),
  password: line('password', (v) => v || null),
  number: {...line('number'), read: (el) => {
    if (el.validity.badInput) return el.value; // the API says what it wants
    return el.value === '' ? null : Number(el.value);
  }},
  time: line('datetime-local', instant, local),
  text: {
    make: (f) => {
      const el = h('textarea', {name: f.name, rows: 4, ...f.more});
      el.value = f.value ?? '';
      return el;
    },
    read: (el) => blank(el.value),
  },
  choice: {
    make: (f) => select({name: f.name, value: f.value ?? '',
      options: f.options.map(([v, label]) => [v ?? '', label]), ...f.more}),
    // an option's value need not be a string
    read: (el, f) => f.options[el.selectedIndex][0],
  },
};

/** A labelled control: {el, read, mark} of its row. */
function single(f) {
  const kind = KINDS[f.kind || 'line'];
  const control = kind.make(f);
  const el = field({label: f.label, hint: f.hint, class: f.class, control});
  return {el, control, read: () => kind.read(control, f)};
}

/** One box to check. */
function flag(f) {
  const el = h('div', {class: 'field'},
    check({label: f.label, name: f.name, checked: f.value}),
    f.hint ? h('small', {class: 'muted'}, f.hint) : null);
  const control = el.querySelector('input');
  return {el, control, read: () => control.checked};
}

/** Several of a set, as a list of their values. */
function flags(f) {
  const boxes = f.options.map(([value, label, hint]) => h('label',
    {class: 'choice'}, h('input', {type: 'checkbox', name: f.name, value,
      checked: (f.value || []).includes(value)}),
    h('span', {}, label, hint ? h('small', {class: 'muted'}, ` ${hint}`) :
      null)));
  const inputs = boxes.map((b) => b.firstElementChild);
  const el = h('fieldset', {class: 'choices'}, h('legend', {}, f.label),
    boxes);
  return {el, control: inputs[0],
    read: () => inputs.filter((i) => i.checked).map((i) => i.value)};
}

const ROWS = {flag, flags};

/** A row with the place for what is wrong with it. */
function row(f) {
  const made = (ROWS[f.kind] || single)(f);
  const id = `e${++serial}`;
  const error = h('p', {class: 'error', id, hidden: true});
  made.el.append(error);
  const {control} = made;
  const noted = control.getAttribute('aria-describedby');
  return {...made, name: f.name, mark: (text) => {
    fill(error, text);
    error.hidden = !text;
    const described = [text ? id : null, noted].filter(Boolean).join(' ');
    if (text) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
    if (described) control.setAttribute('aria-describedby', described);
    else control.removeAttribute('aria-describedby');
  }};
}

/** {a: {b: 1}} of [['a/b', 1]] */
function nest(pairs) {
  const whole = {};
  for (const [name, value] of pairs) {
    const path = name.split('/');
    const last = path.pop();
    let at = whole;
    for (const part of path) at = at[part] ??= {};
    at[last] = value;
  }
  return whole;
}

/** The row that a pointer leads to, or into. */
const rowOf = (rows, pointer) => rows.find((r) =>
  pointer === `/${r.name}` || pointer.startsWith(`/${r.name}/`)) ||
  rows.find((r) => pointer && `/${r.name}`.startsWith(`${pointer}/`));

/** Puts each error where it belongs; what is left is of the whole form. */
function place(rows, whole, error) {
  const rest = [];
  let first = null;
  for (const e of error.body?.errors || []) {
    const found = rowOf(rows, e.pointer);
    if (found) {
      found.mark(misfit(e, error.path));
      first ??= found.control;
    } else {
      rest.push(rest.length ? ' · ' : '', misfit(e, error.path));
    }
  }
  const said = first ? rest : trouble(error);
  fill(whole, said);
  whole.hidden = said.length === 0;
  if (first) first.focus();
  else whole.focus();
  announce(t('form.wrong'));
}

/**
 * A form. Fields: {name, label, kind?, hint?, value?, options?, more?} or a
 * node between them. `send(values, changed)` gives what `sent` is told;
 * `changed` are only those that differ from what the form began with.
 * @param {{fields: Object[], label: string, send: Function, sent?: Function,
 *   class?: string, cancel?: Function, danger?: boolean}} o
 */
export function form({fields, label, send, sent, class: cls, cancel,
  danger}) {
  const made = fields.filter(Boolean)
    .map((f) => f instanceof Node ? {el: f} : row(f));
  const rows = made.filter((r) => r.read);
  const began = rows.map((r) => JSON.stringify(r.read()));
  const whole = h('p', {class: 'error', hidden: true, tabindex: '-1'});
  const button = h('button', {type: 'submit',
    class: `btn ${danger ? 'danger' : 'primary'}`}, label);

  async function submit(e) {
    e.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    rows.forEach((r) => r.mark(''));
    whole.hidden = true;
    try {
      const pairs = rows.map((r) => [r.name, r.read()]);
      const changed = pairs.filter(([, v], i) =>
        JSON.stringify(v) !== began[i]);
      const got = await send(nest(pairs), nest(changed));
      button.disabled = false;
      sent?.(got);
    } catch (error) {
      if (!(error instanceof ApiError)) console.error(error);
      button.disabled = false;
      place(rows, whole, error);
    }
  }
  return h('form', {class: `form ${cls || ''}`.trim(), novalidate: true,
    on: {submit}}, made.map((r) => r.el), whole,
  h('p', {class: 'row'}, button, cancel ? h('button', {type: 'button',
    class: 'btn quiet', on: {click: cancel}}, t('app.cancel')) : null));
}
