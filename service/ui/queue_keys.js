/*
 * The keys of the queue, in the order of the `?` sheet. Those with `beside`
 * have a button by the item too.
 */
import {KINDS} from './decide.js';

/** @param {Object} q the queue that is open */
export function commandsOf(q, wide) {
  const one = () => Boolean(q.list.current);
  const some = () => q.list.selected.size > 0;
  const verdicts = Object.entries(KINDS).map(([kind, {key}]) => ({
    id: `act.${kind}`, key, label: `act.${kind}`, when: one,
    run: () => q.decide(kind)}));
  const bulk = Object.entries(KINDS).map(([kind, {key}]) => ({
    id: `bulk.${kind}`, label: `bulk.act.${kind}`,
    key: key === '#' ? 'Shift+Delete' : `Shift+${key.toUpperCase()}`,
    run: () => q.decideSelected(kind)}));
  const row = (id, key, run, more = {}) => ({id, key, label: id, run,
    ...more});
  return [
    row('list.next', 'j', () => q.list.step(1)),
    row('list.previous', 'k', () => q.list.step(-1)),
    row('list.select', 'x', () => q.pick(q.list.current), {when: one}),
    row('list.select_all', 'Shift+X', () => q.pickAll()),
    row('list.clear', 'Escape', () => q.list.pickAll(false),
      {when: some}),
    row('list.fresh', '.', () => q.reload()),
    row('list.search', '/', () => {
      q.tools.search.focus();
      q.tools.search.select();
    }),
    ...verdicts,
    row('act.undo', 'z', () => q.desk.undo()),
    row('act.reason', 'r', () => q.reason(), {when: one, beside: true}),
    row('act.note', 'n', () => q.note(), {when: one, beside: true}),
    row('act.block', 'b', () => q.block(), {when: one, beside: true}),
    row('act.hold_learning', 'l', () => q.setLearn(!q.learn),
      {when: one}),
    ...bulk,
    row('look.why', 'w', () => q.look('why'), {when: one,
      beside: !wide}),
    row('look.author', 'h', () => q.look('author'), {when: one,
      beside: !wide}),
    row('act.thread', 't', () => q.look('thread'), {when: one,
      beside: true}),
    row('look.model', 'm', () => q.setRaw(), {when: one, beside: true}),
    row('look.whole', 'o', () => q.toggleText(), {when: one}),
    row('look.page', 'Enter', () =>
      q.app.go(`#/item/${q.list.current.id}`), {when: one}),
    row('look.thread_only', 'Shift+T', () =>
      q.narrow('thread', q.list.current?.thread), {when: one}),
    row('look.author_only', 'Shift+H', () =>
      q.narrow('author', q.list.current?.author?.key), {when: one}),
  ];
}
