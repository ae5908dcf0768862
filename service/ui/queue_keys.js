/*
 * The keys of the queue, in the order of the `?` sheet. A row says what it
 * does to the queue that is open; `needs` when it works: with an item in
 * focus ("item"), one of several alike ("campaign"), or a selection
 * ("some"). Those with `beside` have a button by the item too: in the panel
 * beside it, in the bar below, in the panel over the page. What `decides` is
 * not for those who may only look: its key says so, and there is no button.
 */
import {KINDS, undo} from './decide.js';
import {campaignHash} from './item.js';

const row = (id, key, run, more = {}) => ({id, key, label: id, run,
  ...more});
const ALWAYS = 'aside bottom dialog';
const one = (id, key, run, beside) => row(id, key, run,
  {needs: 'item', beside});
const deed = (...what) => ({...one(...what), decides: true});

export const COMMANDS = [
  row('list.next', 'j', (q) => q.list.step(1)),
  row('list.previous', 'k', (q) => q.list.step(-1)),
  one('list.select', 'x', (q) => q.pick(q.list.current)),
  row('list.select_all', 'Shift+X', (q) => q.pickAll()),
  row('list.clear', 'Escape', (q) => q.list.pickAll(false),
    {needs: 'some'}),
  row('list.fresh', '.', (q) => q.reload()),
  row('list.search', '/', (q) => q.tools.focus()),
  ...Object.entries(KINDS).map(([kind, {key}]) =>
    deed(`act.${kind}`, key, (q) => q.decide(kind))),
  row('act.undo', 'z', undo, {beside: 'bottom', decides: true}),
  one('look.why', 'w', (q) => q.beside.look('why'), 'bottom'),
  deed('act.reason', 'r', (q) => q.reason(), ALWAYS),
  deed('act.note', 'n', (q) => q.note(), ALWAYS),
  deed('act.block', 'b', (q) => q.block(), ALWAYS),
  deed('act.hold_learning', 'l', (q) => q.setLearn(!q.learn)),
  ...Object.entries(KINDS).map(([kind, {bulk}]) => row(`bulk.${kind}`, bulk,
    (q) => q.decideSelected(kind),
    {label: `bulk.act.${kind}`, decides: true})),
  one('look.author', 'h', (q) => q.beside.look('author'), 'bottom'),
  one('act.thread', 't', (q) => q.beside.look('thread'), 'aside bottom'),
  one('look.model', 'm', (q) => q.setRaw(), ALWAYS),
  one('look.whole', 'o', (q) => q.toggleText()),
  one('look.page', 'Enter', (q) => q.openAlone()),
  row('look.campaign', 'c',
    (q) => q.app.go(campaignHash(q.list.current.campaign)),
    {needs: 'campaign'}),
  one('look.thread_only', 'Shift+T',
    (q) => q.narrow('thread', q.list.current.thread)),
  one('look.author_only', 'Shift+H',
    (q) => q.narrow('author', q.list.current.author?.key)),
];

const NEEDS = {
  item: (q) => Boolean(q.list.current),
  campaign: (q) => q.list.current?.campaign?.size > 1,
  some: (q) => q.list.selected.size > 0,
};

/** The site that a row is about; undefined: any. */
const siteOf = (c, q) => c.needs === 'item' ? q.list.current?.site?.name :
  undefined;

/** The rows as keys.js takes them, for the queue `q`. */
export const commandsOf = (q) => COMMANDS.map((c) => {
  const when = () => !c.needs || NEEDS[c.needs](q);
  const may = (how) => !c.decides || q.app[how]('moderator', siteOf(c, q));
  return {...c, when, offered: () => when() && may('can'),
    run: () => when() && may('may') && c.run(q)};
});
