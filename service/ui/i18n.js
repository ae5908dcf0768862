/*
 * Words, numbers and times in the reader's language. A catalogue is JSON:
 * {"queue": {"title": "…", "n": {"one": "…", "other": "… {n} …"}}}.
 */

const LANGUAGES = ['en', 'de'];
const PSEUDO = 'xx-rtl'; // for tests: long, accented, right to left

let words = {};
let plural = new Intl.PluralRules('en');
let tag = 'en';

/** The language that is spoken: a tag that Intl knows. */
export const language = () => tag;

const ACCENTS = {a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç', A: 'Á',
  E: 'É', I: 'Í', O: 'Ó', U: 'Ú', S: 'Š', s: 'š', y: 'ý', z: 'ž'};

/** A text that shows what is not translated and what has no room. */
function pseudo(text) {
  const odd = text.replace(/\{\w+\}|[a-zA-Z]/g, (c) => ACCENTS[c] || c);
  return `[${odd}${'·'.repeat(Math.ceil(text.length / 4))}]`;
}

function pseudoAll(value) {
  if (typeof value === 'string') return pseudo(value);
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, pseudoAll(v)]));
}

async function catalogue(name) {
  const got = await fetch(`/ui/${name}.json`);
  return got.json();
}

/** What was asked for, else the first of the browser's that there is. */
function choose(wish) {
  const asked = [wish, ...navigator.languages].filter(Boolean);
  for (const one of asked) {
    if (one === PSEUDO) return PSEUDO;
    if (LANGUAGES.includes(one.split('-')[0])) return one;
  }
  return 'en';
}

/**
 * Loads the catalogue, the only one: tests hold that all have the same
 * words. `wish` is a language tag, or nothing.
 */
export async function speak(wish) {
  const chosen = choose(wish);
  const name = chosen === PSEUDO ? 'en' : chosen.split('-')[0];
  const book = await catalogue(name);
  words = chosen === PSEUDO ? pseudoAll(book) : book;
  tag = chosen === PSEUDO ? 'en' : chosen;
  plural = new Intl.PluralRules(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = chosen === PSEUDO ? 'rtl' : 'ltr';
  formats = new Map();
}

function find(key, book) {
  return key.split('.').reduce((at, part) => at?.[part], book);
}

/**
 * The words for a key; {name} stands for a value of `values`, of which `n`
 * chooses the plural form and is written as a number.
 */
export function t(key, values = {}) {
  let text = find(key, words) ?? key;
  if (typeof text === 'object') {
    text = text[plural.select(values.n)] ?? text.other ?? key;
  }
  return text.replace(/\{(\w+)\}/g, (all, name) => {
    const v = values[name];
    if (v === undefined) return all;
    return typeof v === 'number' ? fmt.number(v) : String(v);
  });
}

t.has = (key) => find(key, words) !== undefined;

/** What there may be no words for. */
t.or = (key, otherwise) => t.has(key) ? t(key) : otherwise;

let formats = new Map();

/** Intl objects are dear to make. */
function made(kind, options) {
  const id = kind.name + JSON.stringify(options);
  if (!formats.has(id)) formats.set(id, new kind(tag, options));
  return formats.get(id);
}

const UNITS = [['year', 31557600], ['month', 2629800], ['day', 86400],
  ['hour', 3600], ['minute', 60], ['second', 1]];

/** The largest unit that fits: [n, unit]. */
function unit(seconds) {
  const [name, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) ||
    UNITS.at(-1);
  return [Math.trunc(seconds / size), name];
}

export const fmt = {
  number: (x, options = {}) => made(Intl.NumberFormat, options).format(x),
  percent: (x, digits = 0) => made(Intl.NumberFormat, {
    style: 'percent', maximumFractionDigits: digits,
  }).format(x),
  date: (x) => made(Intl.DateTimeFormat, {dateStyle: 'medium'})
    .format(new Date(x)),
  time: (x) => made(Intl.DateTimeFormat, {
    dateStyle: 'medium', timeStyle: 'short',
  }).format(new Date(x)),
  /** "5 minutes ago"; clocks differ by a little */
  ago: (x, style = 'long') => {
    const s = (new Date(x) - Date.now()) / 1000;
    return s > -60 && s < 5 ? t('app.now') :
      made(Intl.RelativeTimeFormat, {numeric: 'auto', style})
        .format(...unit(s));
  },
  /** "5 minutes" */
  duration: (seconds) => {
    const [n, name] = unit(seconds);
    return made(Intl.NumberFormat, {
      style: 'unit', unit: name, unitDisplay: 'long',
    }).format(n);
  },
  /** "90 days" */
  days: (n) => made(Intl.NumberFormat, {
    style: 'unit', unit: 'day', unitDisplay: 'long',
  }).format(n),
  /** "German" */
  language: (code) => made(Intl.DisplayNames, {type: 'language'}).of(code),
  list: (items) => made(Intl.ListFormat, {type: 'conjunction'})
    .format(items),
};
