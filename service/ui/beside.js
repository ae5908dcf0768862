/*
 * What is known of the item in focus: beside the list where there is room,
 * else over the page when it is asked for, with a bar of buttons below.
 */
import {details} from './details.js';
import {ask, button, fill, h} from './dom.js';
import {t} from './i18n.js';
import {keys} from './keys.js';

const STAY_MS = 250; // after which somebody is held to read
const WIDE = matchMedia('(min-width: 75rem)');

/** @param {Object} queue the queue that is open */
export function beside(queue) {
  const aside = h('aside', {class: 'aside', 'aria-label': t('queue.about')});
  const bottom = h('div', {class: 'bottom', role: 'toolbar',
    'aria-label': t('part.acts')});
  let below = []; // [command, its button in the bar]
  let panel = null; // of the item in focus; null: not made yet
  let framed = 0;
  let staying = 0;

  /** Buttons by the item; where: "aside", "bottom" or "dialog". */
  const acts = (where) => queue.commands.filter((c) =>
    c.beside?.includes(where) && (where === 'bottom' || c.offered()));

  function forget() {
    cancelAnimationFrame(framed);
    clearTimeout(staying);
    panel = null;
  }

  function make(item) {
    forget();
    if (!WIDE.matches) return;
    panel = details(item, acts('aside'), {raw: queue.raw});
    fill(aside, panel.el);
    staying = setTimeout(panel.load, STAY_MS);
  }

  function show(item) {
    forget();
    for (const [c, el] of below) el.hidden = !c.offered();
    bottom.hidden = below.every(([, el]) => el.hidden);
    if (!item) {
      fill(aside);
      return;
    }
    // the item itself is painted first; the old panel stays until then
    framed = requestAnimationFrame(() => {
      staying = setTimeout(() => make(item));
    });
  }

  /** A part of the panel; over the page where it is narrow. */
  function look(name) {
    const item = queue.list.current;
    if (!item) return;
    if (!panel) make(item);
    if (panel) {
      panel.show(name);
      return;
    }
    const own = details(item, [], {raw: queue.raw});
    panel = own;
    ask({title: t('queue.about'), class: 'wide', body: own.el,
      // whichever it is, the panel is gone before the comment is
      actions: acts('dialog').map((c) => ({label: t(c.label), value: c})),
      started: () => {
        own.load();
        own.show(name);
      }}).then((chosen) => {
      if (panel === own) panel = null;
      chosen?.run();
    });
  }

  /** For as much room as there is. */
  function layout() {
    fill(aside);
    below = WIDE.matches ? [] : acts('bottom').map((c) => [c, button({
      label: t(c.label), key: keys.of(c.id), class: 'quiet', run: c.run,
    })]);
    fill(bottom, below.map(([, el]) => el));
    show(queue.list.current || null);
  }

  WIDE.addEventListener('change', layout);
  return {
    elements: [aside, bottom], show, look, layout,
    close() {
      forget();
      WIDE.removeEventListener('change', layout);
    },
  };
}
