/*
 * Looks at the page as it is and returns what is wrong with it, as lines:
 * names, roles, references, headings, tables, contrast, size of targets.
 * What a person has to judge it does not.
 */
(() => {
  const found = [];
  const ROLES = new Set(('alert application article banner button cell ' +
    'checkbox columnheader combobox complementary dialog feed form grid ' +
    'gridcell group heading img link list listbox listitem log main ' +
    'navigation none note option presentation radio radiogroup region row ' +
    'rowgroup rowheader search searchbox separator slider status switch tab ' +
    'table tablist tabpanel textbox timer toolbar tooltip tree').split(' '));
  const REFERENCES = ['aria-labelledby', 'aria-describedby', 'aria-controls',
    'aria-activedescendant', 'aria-owns', 'for'];
  const USABLE = 'a[href], button, input:not([type=hidden]), select, ' +
    'textarea, summary, [role=slider], [role=option], [role=combobox], ' +
    '[tabindex="0"]';
  const say = (what, el, more = '') => found.push(`${what}: ${
    el.cloneNode(false).outerHTML.slice(0, 160)} ${more}`.trim());

  const visible = (el) => el.checkVisibility({checkOpacity: true,
    checkVisibilityCSS: true}) && el.getClientRects().length > 0;
  const hiddenFromAll = (el) => el.closest('[aria-hidden="true"]');
  const byIds = (ids) => ids.split(/\s+/).map((id) =>
    document.getElementById(id)?.textContent || '').join(' ').trim();

  /** What is read out; a part of the accessible name computation. */
  function name(el) {
    if (el.getAttribute('aria-labelledby')) {
      return byIds(el.getAttribute('aria-labelledby'));
    }
    if (el.getAttribute('aria-label')) return el.getAttribute('aria-label');
    if (el.labels?.length) {
      return [...el.labels].map((l) => l.textContent).join(' ').trim();
    }
    return el.matches('input, select, textarea') ? el.title || '' :
      el.textContent.trim() || el.title ||
      el.querySelector('[aria-label]')?.getAttribute('aria-label') || '';
  }

  function named() {
    for (const el of document.querySelectorAll(USABLE)) {
      if (!visible(el) && !el.closest('.sr, .skip')) continue;
      if (hiddenFromAll(el)) {
        if (el.tabIndex >= 0 && !el.disabled) {
          say('reached, but hidden from those who listen', el);
        }
      } else if (!name(el)) say('no name', el);
    }
    for (const el of document.querySelectorAll('svg, img, [role=img]')) {
      if (visible(el) && !hiddenFromAll(el) && !name(el)) {
        say('no alternative', el);
      }
    }
    for (const el of document.querySelectorAll(
      'dialog[open], nav, aside, [role=region], form[role=search]')) {
      if (el.matches('nav, dialog, [role=region]') && visible(el) &&
          !name(el)) say('no name', el);
    }
  }

  function referred() {
    const ids = new Set();
    for (const el of document.querySelectorAll('[id]')) {
      if (ids.has(el.id)) say('an id twice', el);
      ids.add(el.id);
    }
    for (const attribute of REFERENCES) {
      for (const el of document.querySelectorAll(`[${attribute}]`)) {
        for (const id of el.getAttribute(attribute).split(/\s+/)) {
          if (id && !document.getElementById(id)) {
            say(`${attribute} leads nowhere`, el);
          }
        }
      }
    }
    for (const el of document.querySelectorAll('[role]')) {
      if (!ROLES.has(el.getAttribute('role'))) say('no such role', el);
    }
    for (const el of document.querySelectorAll('[tabindex]')) {
      if (el.tabIndex > 0) say('an order of its own', el);
    }
  }

  function structured() {
    if (!document.documentElement.lang) found.push('no language');
    if (!document.title) found.push('no title');
    if (document.querySelectorAll('main').length !== 1) {
      found.push('not one main');
    }
    const levels = [...document.querySelectorAll('main h1, main h2, ' +
      'main h3, main h4')].filter((el) => visible(el) || el.closest('.sr'));
    if (levels.filter((el) => el.matches('h1')).length !== 1) {
      found.push(`not one h1: ${levels.map((el) => el.outerHTML)
        .join(' ').slice(0, 200)}`);
    }
    let last = 0;
    for (const el of levels) {
      const level = Number(el.tagName[1]);
      if (level > last + 1) say('a level is left out', el, el.textContent);
      last = level;
    }
    for (const el of document.querySelectorAll('table')) {
      if (!el.caption) say('no caption', el);
      if (!el.querySelector('th')) say('no headings', el);
    }
    for (const el of document.querySelectorAll('ul, ol')) {
      if ([...el.children].some((x) => !x.matches('li'))) {
        say('not only items', el);
      }
    }
    for (const el of document.querySelectorAll('fieldset')) {
      if (!el.querySelector('legend')) say('no legend', el);
    }
  }

  // contrast (WCAG 1.4.3): of text with what is under it

  const canvas = document.createElement('canvas').getContext('2d',
    {willReadFrequently: true});

  /** Answers are kept: pages have few colours and many words. */
  function kept(cache, fn) {
    return (key) => {
      if (!cache.has(key)) cache.set(key, fn(key));
      return cache.get(key);
    };
  }

  /** [r, g, b, a] of any colour that CSS can say. */
  const parse = kept(new Map(), (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  });

  const over = (top, under) => [0, 1, 2].map((i) =>
    top[i] * top[3] + under[i] * (1 - top[3])).concat(1);

  const background = kept(new Map(), (el) => {
    if (!el) {
      return parse(getComputedStyle(document.documentElement)
        .colorScheme.includes('dark') ? '#121212' : '#fff');
    }
    const c = parse(getComputedStyle(el).backgroundColor);
    return c[3] === 1 ? c : over(c, background(el.parentElement));
  });

  function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }

  function ratio(a, b) {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  }

  function contrasted() {
    const walker = document.createTreeWalker(document.body,
      NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const el = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || !visible(el) ||
          el.closest('.sr, :disabled, .skip, noscript, option')) continue;
      const style = getComputedStyle(el);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
      const under = background(el);
      const ink = over(parse(el.closest('svg') ? style.fill : style.color),
        under);
      const got = ratio(ink, under);
      if (got < (large ? 3 : 4.5)) {
        say(`contrast ${got.toFixed(2)}`, el,
          walker.currentNode.textContent.trim().slice(0, 40));
      }
    }
  }

  /** WCAG 2.5.8: 24 by 24, but for what stands in a line of text. */
  function reachable() {
    for (const el of document.querySelectorAll(USABLE)) {
      if (!visible(el) || el.closest('.sr, .skip, label')) continue;
      const box = el.getBoundingClientRect();
      const inLine = getComputedStyle(el).display.startsWith('inline') &&
        el.matches('a');
      if (!inLine && (box.width < 23.5 || box.height < 23.5)) {
        say(`small: ${box.width | 0} × ${box.height | 0}`, el);
      }
    }
  }

  named();
  referred();
  structured();
  contrasted();
  reachable();
  return found;
})();
