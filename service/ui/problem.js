/*
 * What went wrong, in the reader's language: by what the API was asked about,
 * and by the field or the type of the problem that it names. Its own words
 * are English; other readers get them where there are no others, small.
 */
import {ApiError} from './api.js';
import {h, toast} from './dom.js';
import {language, t} from './i18n.js';

/** Types that say all; the others have a reason of their own. */
const PLAIN = new Set(['unreachable', 'unanswered', 'unauthorized', 'forbidden',
  'not-found', 'timeout', 'too-large', 'too-many-requests', 'unavailable',
  'internal']);
const BAD_MS = 12000;

/** /v1/models/x:promote → models_promote, models */
function scopes(path) {
  const [, , part = ''] = path.split(/[/?]/);
  const verb = /:(\w+)/.exec(path)?.[1];
  const scope = part.split(':')[0];
  return [...(verb ? [`${scope}_${verb}`] : []), scope];
}

/** The words of the narrowest scope that has some. */
function words(path, name) {
  const key = [...scopes(path), 'any'].map((s) => `problem.${s}.${name}`)
    .find((k) => t.has(k));
  return key ? t(key) : null;
}

const english = () => language().startsWith('en');
const small = (detail) => [' ', h('small', {lang: 'en'}, detail)];

/** /settings/cutoffs/spam/hold: the whole name, else only its end. */
function ofField(path, pointer) {
  const names = pointer.split('/').filter((x) => x && !/^\d+$/.test(x));
  return names.map((_, i) => words(path, names.slice(i).join('_')))
    .find(Boolean) ?? null;
}

/** One entry of a problem's `errors`. @returns {Child[]} */
export function misfit({pointer, detail}, path) {
  const said = ofField(path, pointer);
  if (said) return [said];
  return english() ? [detail] : [t('problem.misfit'), small(detail)];
}

/** "score_min: expected …" is about a parameter. */
function ofParameter({path, body}) {
  const name = /^(\w+): /.exec(body.detail || '')?.[1];
  return name ? ofField(path, name) : null;
}

function ofType({path, body, type}) {
  const own = words(path, type);
  if (own) return [own];
  const said = t.or(`problem.type.${type}`, t('problem.type.internal'));
  if (PLAIN.has(type) || !body.detail) return [said];
  return english() ? [body.detail] : [said, small(body.detail)];
}

/** Anything that was thrown. @returns {Child[]} */
export function trouble(e) {
  if (!(e instanceof ApiError)) return [e.message];
  const fields = e.body.errors || [];
  if (fields.length) {
    return fields.flatMap((f, i) => [i ? ' · ' : '', misfit(f, e.path)]);
  }
  const said = ofParameter(e);
  return said ? [said] : ofType(e);
}

/** Says it at the edge of the page; `before` stands before it. */
export function complain(e, before) {
  toast({text: [before ? [before, ' '] : [], trouble(e)], kind: 'bad',
    ms: BAD_MS});
}
