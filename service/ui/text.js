/*
 * What somebody wrote, as elements: as its readers would see it, or as it
 * was sent with all that does not show. The bytes that reasons stand on are
 * marked. Text stays text: textContent is what was written.
 */
import {h} from './dom.js';
import {t} from './i18n.js';

/** Characters that do not show, or turn what stands around them. */
const HIDDEN = {
  0x00AD: 'SHY', 0x034F: 'CGJ', 0x061C: 'ALM', 0x115F: 'HCF', 0x1160: 'HJF',
  0x17B4: 'KIV', 0x17B5: 'KIV', 0x180E: 'MVS', 0x200B: 'ZWSP', 0x200C: 'ZWNJ',
  0x200D: 'ZWJ', 0x200E: 'LRM', 0x200F: 'RLM', 0x202A: 'LRE', 0x202B: 'RLE',
  0x202C: 'PDF', 0x202D: 'LRO', 0x202E: 'RLO', 0x2060: 'WJ', 0x2061: 'FA',
  0x2062: 'IT', 0x2063: 'IS', 0x2064: 'IP', 0x2066: 'LRI', 0x2067: 'RLI',
  0x2068: 'FSI', 0x2069: 'PDI', 0x206A: 'ISS', 0x206B: 'ASS', 0x206C: 'IAFS',
  0x206D: 'AAFS', 0x206E: 'NADS', 0x206F: 'NODS', 0x3164: 'HF', 0xFEFF: 'BOM',
  0xFFA0: 'HHF', 0xFFF9: 'IAA', 0xFFFA: 'IAS', 0xFFFB: 'IAT', 0x2028: 'LS',
  0x2029: 'PS',
};

/** The short name of a character that does not show; else null. */
function hiddenName(c) {
  if (HIDDEN[c]) return HIDDEN[c];
  if ((c < 0x20 && c !== 9 && c !== 10 && c !== 13) ||
      (c >= 0x7F && c < 0xA0)) {
    return `U+${c.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF)) {
    return 'VS';
  }
  return c >= 0xE0000 && c <= 0xE007F ? 'TAG' : null;
}

/** How many characters do not show; selectors of emoji are none. */
export function hiddenCount(text) {
  let n = 0;
  for (const ch of text) {
    const name = hiddenName(ch.codePointAt(0));
    if (name && name !== 'VS' && name !== 'ZWJ') n++;
  }
  return n;
}

/** Bytes of UTF-8 that a code point takes. */
const bytes = (c) => c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

/**
 * Offsets in UTF-8 as indices of the string: a Map of those asked for.
 * @param {string} text
 * @param {number[]} offsets
 */
function indices(text, offsets) {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const found = new Map();
  let at = 0;
  let i = 0;
  for (let k = 0; k < wanted.length; k++) {
    while (at < wanted[k] && i < text.length) {
      const c = text.codePointAt(i);
      at += bytes(c);
      i += c > 0xFFFF ? 2 : 1;
    }
    found.set(wanted[k], i);
  }
  return found;
}

/** The reasons that stand on a field, as ranges of its string. */
function ranges(text, reasons, field) {
  const here = reasons.filter((r) => r.field === field && r.end > r.start);
  const map = indices(text, here.flatMap((r) => [r.start, r.end]));
  return here.map((r) => ({
    start: map.get(r.start), end: map.get(r.end), reason: r,
  })).filter((r) => r.end > r.start);
}

/**
 * Cuts [0, n) where marks begin and end; of several on a piece the
 * strongest shows.
 */
function cut(n, marks) {
  const edges = [...new Set([0, n, ...marks.flatMap((m) =>
    [m.start, m.end])])].filter((x) => x <= n).sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, i) => {
    const end = edges[i + 1];
    const on = marks.filter((m) => m.start <= start && m.end >= end)
      .sort((a, b) => Math.abs(b.reason.weight) - Math.abs(a.reason.weight));
    return {start, end, reason: on[0]?.reason ?? null};
  });
}

/** Text with what does not show in frames that name it. */
function chips(text) {
  const out = [];
  let from = 0;
  for (let i = 0; i < text.length;) {
    const c = text.codePointAt(i);
    const size = c > 0xFFFF ? 2 : 1;
    const name = hiddenName(c);
    if (name) {
      if (i > from) out.push(text.slice(from, i));
      out.push(h('span', {
        class: 'chip-hidden', 'data-name': name, role: 'img',
        'aria-label': t('text.hidden', {name}),
      }, text.slice(i, i + size)));
      from = i + size;
    }
    i += size;
  }
  out.push(text.slice(from));
  return out;
}

const KNOWN = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0',
  hellip: '…', ndash: '–', mdash: '—', laquo: '«', raquo: '»', copy: '©'};
const BREAKS = /^<\/?(p|br|div|li|ul|ol|tr|h[1-6]|blockquote|pre)\b/i;
const HTML = new RegExp('<!--[\\s\\S]*?-->|<\\/?[a-z][^>]*>|' +
  '&(?:#(\\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));', 'gi');

function character(decimal, hex, name) {
  const code = decimal ? Number(decimal) : hex ? parseInt(hex, 16) : 0;
  if (name) return KNOWN[name.toLowerCase()] ?? null;
  return code > 0 && code < 0x110000 && !(code >= 0xD800 && code < 0xE000) ?
    String.fromCodePoint(code) : null;
}

/**
 * What is left of HTML for a reader, in pieces that know where they come
 * from: [{text, start, end}], in order.
 */
function readable(source) {
  const out = [];
  let from = 0;
  const put = (text, start, end) => text && out.push({text, start, end});
  for (const m of source.matchAll(HTML)) {
    const start = m.index;
    const end = start + m[0].length;
    const ch = m[0][0] === '&' ? character(m[1], m[2], m[3]) : '';
    if (ch === null) continue;
    put(source.slice(from, start), from, start);
    put(ch || (BREAKS.test(m[0]) ? '\n' : ''), start, end);
    from = end;
  }
  put(source.slice(from), from, source.length);
  return out;
}

/** The part of a piece of HTML that lies in [start, end). */
function partOf(piece, start, end) {
  const a = Math.max(piece.start, start);
  const b = Math.min(piece.end, end);
  if (a >= b) return '';
  const plain = piece.text.length === piece.end - piece.start;
  if (plain) return piece.text.slice(a - piece.start, b - piece.start);
  return a === piece.start ? piece.text : ''; // a reference, whole
}

function slices(item, raw) {
  const {content} = item;
  if (raw || item.format !== 'html') {
    return (start, end) => content.slice(start, end);
  }
  const pieces = readable(content);
  let first = 0; // pieces before are done: cuts come in order
  return (start, end) => {
    let out = '';
    while (first < pieces.length && pieces[first].end <= start) first++;
    for (let i = first; i < pieces.length && pieces[i].start < end; i++) {
      out += partOf(pieces[i], start, end);
    }
    return out;
  };
}

/** What a mark says when one looks at it. */
function marked(reason, say, children) {
  const kind = reason.weight > 0 ? 'against' : 'pro';
  return h('mark', {class: kind, title: say(reason)}, children);
}

/**
 * The content of a comment.
 * @param {{content: string, format: string, verdict: Object}} item
 * @param {{raw?: boolean, say: Function}} o raw: as the model gets it;
 *   say(reason): in words
 * @returns {Node[]}
 */
export function contentOf(item, {raw, say}) {
  const reasons = item.verdict?.reasons || [];
  const slice = slices(item, raw);
  return cut(item.content.length, ranges(item.content, reasons, 'content'))
    .map(({start, end, reason}) => {
      const text = slice(start, end);
      const shown = raw ? chips(text) : [text];
      return reason && text ? marked(reason, say, shown) : shown;
    }).flat();
}

/** Another field, such as author.name, with its marks. */
export function fieldOf(text, field, item, {raw, say}) {
  const reasons = item.verdict?.reasons || [];
  return cut(text.length, ranges(text, reasons, field))
    .map(({start, end, reason}) => {
      const part = text.slice(start, end);
      const shown = raw ? chips(part) : [part];
      return reason ? marked(reason, say, shown) : shown;
    }).flat();
}

const LINK = /\bhttps?:\/\/[^\s<>"'\])}]+/giu;

/** The addresses in a text that could be opened, each once. */
export function linksIn(text) {
  const found = [...text.matchAll(LINK)].map(([url]) =>
    url.replace(/[.,;:!?]+$/, ''));
  return [...new Set(found)].filter((u) => URL.canParse ?
    URL.canParse(u) : true).slice(0, 20);
}
