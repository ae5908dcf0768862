/*
 * Keys: which does what, on this page, for this person. Never while
 * somebody types, with Ctrl, Alt or Meta, or while an IME composes
 * (WCAG 2.1.4: they can be changed and switched off).
 */
import {ask, h, hint} from './dom.js';
import {t} from './i18n.js';

/**
 * @typedef {{id: string, key: string, label: string, run: Function,
 *   when?: () => boolean, typing?: boolean}} Command
 *   key: "a", "Shift+A", "g q"; label: a key of the catalogue
 */

/** @type {Set<Command>} the later added come first */
const commands = new Set();
const SEQUENCE_MS = 1200;
let prefs = {};
let first = ''; // of a sequence
let timer = 0;

/** What the person wants: {keys_off, keys: {id: key}}. */
export const keys = {
  configure(p) {
    prefs = p || {};
  },

  /** @param {Command[]} list */
  add(list) {
    for (const c of list) commands.add(c);
    return () => list.forEach((c) => commands.delete(c));
  },

  /** The key of a command; '' when it has none. */
  of(id) {
    if (prefs.keys_off) return '';
    const found = [...commands].find((c) => c.id === id);
    return found ? wanted(found) : '';
  },

  /** All that work now. */
  commands() {
    return usable().reverse()
      .map((c) => ({...c, key: wanted(c), label: t(c.label)}));
  },

  /** The sheet of all keys. */
  show() {
    const groups = new Map();
    for (const c of keys.commands().filter((c) => c.key)) {
      const group = c.id.split('.')[0];
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(c);
    }
    return ask({
      title: t('keys.title'), class: 'wide',
      body: [
        prefs.keys_off ? h('p', {class: 'muted'}, t('keys.off')) : null,
        h('div', {class: 'sheet'}, [...groups].map(([group, list]) =>
          h('section', {}, h('h3', {}, t(`keys.group.${group}`)),
            h('dl', {}, list.map((c) => h('div', {},
              h('dt', {}, c.key.split(' ').map(hint)),
              h('dd', {}, c.label))))))),
      ],
    });
  },
};

function wanted(c) {
  return prefs.keys?.[c.id] ?? c.key;
}

function usable() {
  return [...commands].reverse().filter((c) => !c.when || c.when());
}

/** "Shift+A", "a", "?": a sign that needs Shift says so itself. */
export function keyName(e) {
  const letter = /^\p{L}$/u.test(e.key);
  if (e.shiftKey && (letter || e.key.length > 1)) {
    return `Shift+${letter ? e.key.toUpperCase() : e.key}`;
  }
  return letter ? e.key.toLowerCase() : e.key;
}

function typing(el) {
  return el.isContentEditable ||
    (el.matches('input, textarea, select') &&
     !el.matches('[type=checkbox], [type=radio], [type=button]'));
}

/** Buttons and links keep what is theirs. */
function own(el, key) {
  return (key === 'Enter' || key === ' ') &&
    el.closest('button, a[href], summary, label, input');
}

function ignored(e) {
  return e.defaultPrevented || e.isComposing || e.keyCode === 229 ||
    e.ctrlKey || e.altKey || e.metaKey || prefs.keys_off ||
    typing(e.target) || document.querySelector('dialog[open]') ||
    own(e.target, e.key);
}

function pressed(e) {
  if (!(e.target instanceof Element) || ignored(e)) return;
  const key = keyName(e);
  const whole = first ? `${first} ${key}` : key;
  const list = usable();
  const c = list.find((x) => wanted(x) === whole);
  clearTimeout(timer);
  first = '';
  if (c) {
    e.preventDefault();
    c.run(e);
  } else if (list.some((x) => wanted(x).startsWith(`${whole} `))) {
    first = whole;
    timer = setTimeout(() => {
      first = '';
    }, SEQUENCE_MS);
  }
}

document.addEventListener('keydown', pressed);
