/*
 * The list: one item is reached by Tab, with all that is in it, which moves
 * on; a selection; and items that come and go without the others moving more
 * than they must.
 */
import {h} from './dom.js';

const PAGES = {PageDown: 1, PageUp: -1}; // as readers of feeds expect

/** All that is in it is reached by Tab, or nothing, nor itself. */
function reach(article, on) {
  for (const el of [article, ...article.querySelectorAll('a, button, input')]) {
    el.tabIndex = on ? 0 : -1;
  }
}

/**
 * @param {Object} o make(item) → article; focused(item), picked(n)
 */
export function itemList({label, make, focused, picked}) {
  const items = new Map(); // id → item
  const order = new Set(); // the ids of all that were ever here
  const selected = new Set();
  const el = h('div', {class: 'feed', role: 'feed', 'aria-label': label});
  let current = null; // the article with the focus

  function made(item) {
    const article = make(item);
    reach(article, false);
    return article;
  }

  const itemOf = (article) => article && items.get(article.dataset.id);

  /** Moves the mark, and the focus with it; nothing is scrolled yet. */
  function mark(article, focus) {
    if (current && current !== article) {
      current.classList.remove('current');
      reach(current, false);
    }
    current = article;
    if (!article) return;
    reach(article, true);
    article.classList.add('current');
    if (focus) article.focus({preventScroll: true});
  }

  function setCurrent(article, {focus = true} = {}) {
    mark(article, focus);
    if (article && focus) show(article);
    focused(itemOf(article) || null, article);
  }

  /** In sight, below what sticks at the top; a long one by its beginning. */
  function show(article) {
    const {scrollPaddingTop: above, scrollPaddingBottom: below} =
      getComputedStyle(document.documentElement);
    const room = innerHeight - parseFloat(above) - parseFloat(below);
    article.scrollIntoView({block: article.offsetHeight > room ? 'start' :
      'nearest'});
  }

  /** The nearest that stays, those below first. */
  function staying(from, leaving) {
    for (const side of ['nextElementSibling', 'previousElementSibling']) {
      let to = from;
      while (to && leaving.has(to)) to = to[side];
      if (to) return to;
    }
    return null;
  }

  function number() {
    let i = 0;
    for (const article of el.children) {
      article.setAttribute('aria-posinset', String(++i));
      article.setAttribute('aria-setsize', '-1');
    }
  }

  function step(by) {
    const to = by > 0 ? current?.nextElementSibling :
      current?.previousElementSibling;
    if (to) setCurrent(to);
    else if (!current && el.firstElementChild) {
      setCurrent(el.firstElementChild);
    }
    return Boolean(to);
  }

  function paint(article) {
    const on = selected.has(article.dataset.id);
    article.classList.toggle('selected', on);
    const box = article.querySelector('.pick input');
    if (box) box.checked = on;
  }

  el.addEventListener('focusin', (e) => {
    const article = e.target.closest('article');
    if (article && article !== current) setCurrent(article, {focus: false});
  });
  el.addEventListener('keydown', (e) => {
    if (PAGES[e.key] && step(PAGES[e.key])) e.preventDefault();
  });
  el.addEventListener('click', (e) => {
    const article = e.target.closest('article');
    if (article && !e.target.closest('button, a, label, input') &&
        getSelection().isCollapsed) {
      setCurrent(article);
    }
  });

  const list = {
    el, items, selected, step, setCurrent,
    get current() {
      return itemOf(current);
    },
    get article() {
      return current;
    },
    articleOf: (id) => el.querySelector(`[data-id="${CSS.escape(id)}"]`),

    append(more) {
      for (const item of more) {
        if (items.has(item.id)) continue;
        items.set(item.id, item);
        order.delete(item.id);
        order.add(item.id);
        el.append(made(item));
      }
      number();
    },

    clear() {
      items.clear();
      order.clear();
      selected.clear();
      el.replaceChildren();
      current = null;
      picked(0);
    },

    /** Takes items out; the focus moves on. */
    remove(gone) {
      const had = el.contains(document.activeElement) ||
        document.activeElement === document.body;
      const before = selected.size;
      const leaving = new Set(gone.map(({id}) => list.articleOf(id)));
      const to = staying(current, leaving);
      const moves = to !== current;
      // one layout, not two: the focus leaves before its article does
      if (moves) mark(to, had);
      for (const article of leaving) article?.remove();
      for (const {id} of gone) {
        items.delete(id);
        selected.delete(id);
      }
      number();
      if (selected.size !== before) picked(selected.size);
      if (moves) setCurrent(to, {focus: had});
    },

    /** Where they were: behind all that are there and came before them. */
    insert(back, focus) {
      const wanted = new Map(back.map((item) => [item.id, item]));
      const articles = new Map([...el.children].map((a) => [a.dataset.id, a]));
      let first = null;
      let last = null;
      for (const id of order) {
        let article = articles.get(id);
        if (!article && wanted.has(id)) {
          items.set(id, wanted.get(id));
          article = made(wanted.get(id));
          if (last) last.after(article);
          else el.prepend(article);
          first ??= article;
        }
        last = article ?? last;
      }
      number();
      if (first && (focus || !current)) setCurrent(first);
    },

    /** Makes anew what is in an article; that itself, and its place, stay. */
    renew(item) {
      const article = list.articleOf(item.id);
      if (!article) return;
      const now = make(item);
      article.className = now.className;
      article.classList.toggle('current', article === current);
      const focus = article.contains(document.activeElement);
      article.replaceChildren(...now.childNodes);
      reach(article, article === current);
      if (focus) article.focus({preventScroll: true});
      paint(article);
    },

    pick(id, on) {
      if (on) selected.add(id);
      else selected.delete(id);
      const article = list.articleOf(id);
      if (article) paint(article);
      picked(selected.size);
    },

    pickAll(on, ids = items.keys()) {
      for (const id of ids) {
        if (on) selected.add(id);
        else selected.delete(id);
      }
      for (const article of el.children) paint(article);
      picked(selected.size);
    },
  };
  return list;
}
