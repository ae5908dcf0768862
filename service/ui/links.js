/*
 * The one place where something leads off this page: only after it was
 * asked for, with the whole address in sight.
 */
import {ask, button, h} from './dom.js';
import {t} from './i18n.js';

function parsed(url) {
  try {
    const u = new URL(url);
    return /^https?:$/.test(u.protocol) ? u : null;
  } catch {
    return null;
  }
}

/** Whether it is an address of the web. */
export const isWeb = (url) => parsed(url) !== null;

function anchor(u) {
  const a = h('a', {class: 'btn danger', target: '_blank',
    rel: 'noopener noreferrer nofollow'}, t('link.open'));
  a.href = u.href; // dom.js lets nobody else lead away
  a.referrerPolicy = 'no-referrer';
  return a;
}

/** Shows where a link leads, and lets it be opened. */
function offer(url) {
  const u = parsed(url);
  return ask({
    title: t('link.title'),
    body: [
      h('p', {class: 'address', dir: 'ltr'}, url),
      u ? h('p', {}, t('link.host'), ' ', h('b', {dir: 'ltr'}, u.host)) :
        h('p', {}, t('link.odd')),
      h('p', {class: 'muted'}, t('link.beware')),
      h('p', {class: 'row'}, u ? anchor(u) : null,
        button({label: t('link.copy'),
          run: () => navigator.clipboard?.writeText(url)})),
    ],
  });
}

/** An address as a text that offers to be opened. */
export function linkButton(url, cls = '') {
  return button({label: url, class: `link address ${cls}`, dir: 'ltr',
    title: t('link.ask'), run: () => offer(url)});
}
