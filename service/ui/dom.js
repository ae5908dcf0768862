/*
 * Elements from data. Everything that comes from outside becomes a text node
 * or the value of an attribute on a list, so that nothing is ever markup.
 */
import {t} from './i18n.js';

const ATTRIBUTES = new Set(('id role hidden disabled type name value checked ' +
  'for lang dir title open tabindex href target rel colspan rowspan scope ' +
  'placeholder autocomplete inputmode min max step maxlength minlength ' +
  'pattern required multiple selected readonly rows cols size datetime ' +
  'spellcheck autocapitalize autofocus method novalidate src sandbox low ' +
  'high optimum list accept enterkeyhint popover').split(' '));
const SVG_ATTRIBUTES = new Set(('class id role x y x1 x2 y1 y2 cx cy r rx ry ' +
  'width height d points viewBox transform preserveAspectRatio dx dy ' +
  'text-anchor dominant-baseline focusable tabindex').split(' '));

/** @typedef {string|number|Node|null|undefined|false|Child[]} Child */

/** Whether a URL stays on this page's server. */
const isLocal = (url) => /^(#|\/(?!\/))/.test(url);

/** Sets one attribute; throws on those that are not on the list. */
function set(el, name, value, allowed) {
  if (value === null || value === undefined || value === false) return;
  if (!allowed.has(name) && !/^(aria|data)-[a-z-]+$/.test(name)) {
    throw new TypeError(`attribute ${name}`);
  }
  if ((name === 'href' || name === 'src') && !isLocal(value)) {
    throw new TypeError(`${name} leads elsewhere`);
  }
  el.setAttribute(name, value === true ? '' : String(value));
}

/** @param {Child[]} children */
function append(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    el.append(child instanceof Node ? child : String(child));
  }
  return el;
}

/** aria-… are strings: false means something there. */
function asAria(name, value) {
  return name.startsWith('aria-') && typeof value === 'boolean' ?
    String(value) : value;
}

/**
 * An element of HTML: h('p', {class: 'muted', on: {click}}, 'text', node).
 * @param {string} tag
 * @param {Object} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  if (/^(script|style|iframe|object|embed|base|meta|link)$/i.test(tag) &&
      !(tag === 'iframe' && 'sandbox' in props)) {
    throw new TypeError(`element ${tag}`);
  }
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === 'class') {
      if (value) el.className = value;
    } else if (name === 'on') {
      for (const [type, fn] of Object.entries(value)) {
        el.addEventListener(type, fn);
      }
    } else {
      set(el, name, asAria(name, value), ATTRIBUTES);
    }
  }
  return append(el, children);
}

/** An element of SVG, likewise. */
export function svg(tag, props = {}, ...children) {
  const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) {
    set(el, name, asAria(name, value), SVG_ATTRIBUTES);
  }
  return append(el, children);
}

/** Replaces what is in an element. */
export function fill(el, ...children) {
  el.replaceChildren();
  return append(el, children);
}

/** A name that keeps its direction to itself. */
export function bdi(text, cls) {
  return h('bdi', {class: cls}, text);
}

/** A word or two in a frame. */
export function pill(text, cls) {
  return h('span', {class: `pill ${cls || ''}`.trim()}, text);
}

/** A button that shows its key. */
export function button({label, key, class: cls, run, ...more}) {
  return h('button', {
    type: 'button', class: `btn ${cls || ''}`.trim(),
    'aria-keyshortcuts': key || null, on: {click: run}, ...more,
  }, h('span', {}, label), key ? hint(key) : null);
}

/** How a key is written: Shift+a as ⇧A. */
export function hint(key) {
  const text = key.replace('Shift+', '⇧').replace('Delete', 'Del')
    .replace('Escape', 'Esc').replace('Enter', '⏎');
  return h('kbd', {'aria-hidden': 'true'}, text);
}

let serial = 0;

/** A control with its label, and what else there is to say of it. */
export function field({label, hint: note, control, class: cls}) {
  control.id = `f${++serial}`;
  const id = `${control.id}n`;
  if (note) control.setAttribute('aria-describedby', id);
  return h('div', {class: `field ${cls || ''}`.trim()},
    h('label', {for: control.id}, label), control,
    note ? h('small', {id, class: 'muted'}, note) : null);
}

/** A <select> with [value, label] options. */
export function select({options, value, ...props}) {
  return h('select', props, options.map(([v, label]) =>
    h('option', {value: v, selected: String(v) === String(value)}, label)));
}

/** A check-box with its label behind. */
export function check({label, key, ...props}) {
  return h('label', {class: 'check'}, h('input', {type: 'checkbox', ...props}),
    h('span', {}, label), key ? hint(key) : null);
}

/**
 * A modal dialog; Esc, the cross and the buttons close it.
 * @param {{title: string, body: Child, class?: string,
 *   actions?: {label, value, class?, key?}[], started?: Function}} o
 *   `started(close, form)`: it is open
 * @returns {Promise<*>} an action's value, or null
 */
export function ask({title, body, actions = [], class: cls, started}) {
  const before = document.activeElement;
  const id = `d${++serial}`;
  return new Promise((resolve) => {
    let value = null;
    let pressed = null;
    const close = (v = null) => {
      value = v;
      box.close();
    };
    const form = h('form', {method: 'dialog', on: {
      submit: (e) => {
        e.preventDefault();
        const chosen = actions[Number(e.submitter?.value ?? 0)];
        if (chosen) close(chosen.value);
      },
    }},
    h('header', {}, h('h2', {id}, title), button({
      label: '×', class: 'quiet icon', 'aria-label': t('app.close'),
      run: () => close(),
    })),
    h('div', {class: 'body'}, body),
    actions.length ? h('footer', {}, actions.map((a, i) => h('button', {
      type: 'submit', class: `btn ${a.class || ''}`.trim(), value: i,
    }, a.label, a.key ? hint(a.key) : null))) : null);
    const box = h('dialog', {class: cls, 'aria-labelledby': id, on: {
      close: () => {
        box.remove();
        if (before instanceof HTMLElement && before.isConnected) {
          before.focus({preventScroll: true});
        }
        resolve(value);
      },
      pointerdown: (e) => {
        pressed = e.target;
      },
      click: (e) => { // the backdrop, and not where a drag ends
        if (e.target === box && pressed === box) close();
      },
    }}, form);
    document.body.append(box);
    box.showModal();
    if (started) started(close, form);
  });
}

const spoken = h('div', {class: 'sr', role: 'status', 'aria-live': 'polite'});
const toasts = h('div', {class: 'toasts'});

/** Both belong to the page as long as it lives. */
export const notices = [spoken, toasts];

/** Says it to those who listen instead of look. */
export function announce(text) {
  // the same words twice are said twice
  spoken.textContent = spoken.textContent === text ? `${text} ` : text;
}

/**
 * A word at the edge of the page, said aloud too; the newest three stay.
 * @param {{text: Child, action?: Object, kind?: string, ms?: number}} o
 * @returns {Function} takes it away
 */
export function toast({text, action, kind = '', ms = 7000}) {
  const gone = () => box.remove();
  const box = h('div', {class: `toast ${kind}`.trim()}, h('span', {}, text),
    action ? button({
      label: action.label, key: action.key, class: 'link',
      run: () => {
        gone();
        action.run();
      },
    }) : null,
    button({label: '×', class: 'quiet icon', 'aria-label': t('app.close'),
      run: gone}));
  toasts.append(box);
  while (toasts.childElementCount > 3) toasts.firstElementChild.remove();
  let timer = setTimeout(gone, ms);
  // who is about to click has all the time (WCAG 2.2.1)
  for (const type of ['pointerenter', 'focusin']) {
    box.addEventListener(type, () => clearTimeout(timer));
  }
  for (const type of ['pointerleave', 'focusout']) {
    box.addEventListener(type, () => {
      clearTimeout(timer); // pointer and focus leave one after the other
      timer = setTimeout(gone, ms);
    });
  }
  announce(box.firstElementChild.textContent);
  return gone;
}
