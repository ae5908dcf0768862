/*
 * What somebody looks for, as a line to type and as the API asks for it:
 * `is:held reason:links site:"My blog" score:>0.7 words`.
 */

/** In the line → in the API; `score` and `is` have rules of their own. */
const NAMES = {
  reason: 'reason', site: 'site', author: 'author',
  thread: 'thread', net: 'net', host: 'host', lang: 'lang',
  since: 'since', until: 'until',
};
export const FILTER_NAMES = ['is', 'score', ...Object.keys(NAMES)];
/** `is:` of the queue; what is reported is published. */
export const VIEWS = ['held', 'reported', 'rejected', 'published', 'trashed'];
export const ORDERS = ['risk', 'uncertain', 'newest', 'oldest'];

const TERM = /([a-z]+):("[^"]*"|\S+)|"[^"]*"|\S+/gu;

/** score:>0.7 · score:<0.2 · score:0.4..0.6; the API refuses all else. */
function score(value) {
  const [, sign, a, b] =
    /^([<>]?)=?(\d*\.?\d+)(?:\.\.(\d*\.?\d+))?$/.exec(value) || [];
  if (a === undefined) return {score_min: value || '?'};
  if (b !== undefined) return {score_min: a, score_max: b};
  return sign === '<' ? {score_max: a} : {score_min: a};
}

function term(name, value) {
  if (name === 'is') {
    if (value === 'disagreed') return {shadow: 'disagrees', state: 'any'};
    return [...VIEWS, 'any'].includes(value) ? {state: value} : null;
  }
  if (name === 'score') return score(value);
  return Object.hasOwn(NAMES, name) ? {[NAMES[name]]: value} : null;
}

/** The line as values for /v1/queue; what it does not know is text. */
export function parse(line) {
  const values = {state: 'held'};
  const words = [];
  for (const [all, name, quoted] of line.matchAll(TERM)) {
    const found = name && term(name, quoted.replace(/^"|"$/g, ''));
    if (found) Object.assign(values, found);
    else words.push(all);
  }
  if (words.length) values.q = words.join(' ');
  return values;
}

/** The queue that shows a line's answers. */
export const queueHash = (q, order) =>
  `#/queue?${new URLSearchParams({q, ...(order ? {order} : {})})}`;

/** One term, quoted where it must be. */
export function write(name, value) {
  return `${name}:${/\s/.test(value) ? `"${value}"` : value}`;
}

/** The line with that term in the place of any of its name. */
export function withTerm(line, name, value) {
  const kept = [...line.matchAll(TERM)]
    .filter(([, n]) => n !== name).map(([all]) => all);
  return [...(value === null ? [] : [write(name, value)]), ...kept]
    .join(' ');
}

/** Whether nothing but the state is asked for. */
export function isPlain(values) {
  return Object.keys(values).every((k) => k === 'state' || k === 'site');
}
