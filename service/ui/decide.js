/*
 * Decisions: at once on the page, then to the service, and all of them can
 * be taken back, the last one first.
 */
import {api, ofComment} from './api.js';
import {announce, ask, button, field, h, select, toast} from './dom.js';
import {t} from './i18n.js';
import {since} from './item.js';
import {keys} from './keys.js';
import {complain} from './problem.js';
import {contentOf} from './text.js';

/** kind → what state it leads to, its key, and that for a selection */
export const KINDS = {
  approve: {state: 'published', key: 'a', bulk: 'Shift+A'},
  spam: {state: 'rejected', key: 's', bulk: 'Shift+S'},
  abuse: {state: 'rejected', key: 'd', bulk: 'Shift+D'},
  trash: {state: 'trashed', key: '#', bulk: 'Shift+Delete'},
  hold: {state: 'held', key: 'u', bulk: 'Shift+U'},
};
const REASONS = ['advertising', 'off_topic', 'insult', 'hate', 'personal_data',
  'illegal', 'repeat', 'unreadable', 'other'];
/** What a reason is one of, if not abuse. */
const KIND_OF = {advertising: 'spam'};
const IDS_MAX = 1000;
/** What was typed and has not arrived: "note ID", "reason ID" → that. */
const drafts = new Map();
const done = []; // what can be taken back, the last at the end
let open = null; // the view that shows comments, if there is one
let untoast = () => {};

addEventListener('somebody', () => { // neither is theirs
  drafts.clear();
  done.length = 0;
});
keys.add([{id: 'act.undo', key: 'z', label: 'act.undo', run: undo,
  when: () => !open && done.length}]); // the views have a row of their own

/** The first words, to be recognised by. */
function words(item) {
  const text = (item.content || item.author?.name || '').trim()
    .replace(/\s+/g, ' ');
  const cut = [...text].slice(0, 32).join('');
  return cut.length < text.length ? `${cut}…` : cut;
}

/** "approved by Ana 2 minutes ago" @returns {Child} */
export function conflictText(c) {
  if (!c.state) return t('problem.type.not-found');
  return since('queue.conflict', c.at, {
    state: t(`state.${c.state}`).toLocaleLowerCase(),
    by: c.by || t('queue.somebody'),
  });
}

/** Orders about so many as one may be, each of them for one state. */
function ordersOf(items) {
  const orders = [];
  for (const state of new Set(items.map((x) => x.state))) {
    const ids = items.filter((x) => x.state === state).map((x) => x.id);
    for (let i = 0; i < ids.length; i += IDS_MAX) {
      orders.push({ids: ids.slice(i, i + IDS_MAX), if_state: state});
    }
  }
  return orders;
}

/** Gives all orders. @returns what was done, what was not, and why */
async function giveAll(orders, wish) {
  const said = await Promise.allSettled(orders.map((order) =>
    api.once('/v1/queue/decisions', {...order, ...wish})));
  const done = said.filter((x) => x.value).map((x) => x.value);
  return {
    batches: done.map((x) => x.batch),
    conflicts: done.flatMap((x) => x.conflicts),
    undecided: orders.filter((_, i) => said[i].reason).flatMap((o) => o.ids),
    trouble: said.find((x) => x.reason)?.reason,
  };
}

/** Takes decisions made at once back. @returns those that were left alone */
async function takeBack(batches) {
  const left = [];
  for (const batch of batches) {
    left.push(...(await api.del(`/v1/queue/decisions/${batch}`)).conflicts);
  }
  return left;
}

/** Into the list that they left; what is shown instead is loaded anew. */
function restore(back, items) {
  if (!back(items, true)) open?.reload(items);
}

const tellLeft = (n) => toast({text: t('act.left', {n}), kind: 'bad'});

function show(entry) {
  untoast();
  untoast = entry.hide = toast({
    text: entry.text,
    action: {label: t('act.undo'), key: keys.of('act.undo'), run: undo},
  });
}

/** `entry.back()` takes it back: how many it had to leave; null: nothing. */
function remember(entry) {
  done.push(entry);
  if (done.length > 200) done.shift();
  show(entry);
}

function forget(entry) {
  const at = done.indexOf(entry);
  if (at >= 0) done.splice(at, 1);
  entry.hide();
}

/** Takes the last one back. */
export async function undo() {
  const entry = done.pop();
  untoast();
  if (!entry) {
    toast({text: t('act.nothing_to_undo'), ms: 2500});
    return;
  }
  try {
    const left = await entry.back();
    if (left) tellLeft(left);
    else if (left === 0) {
      untoast = toast({text: t('act.undone', {text: entry.text}), ms: 4000});
    }
  } catch (e) {
    if (e.status !== 404) done.push(entry);
    complain(e, t('act.undo_failed'));
  }
}

/**
 * @param {Object} view what happens in the list:
 *   took(items, kind) they leave it, returns what puts some of them back:
 *   back(some, focus), which is false when it shows something else by then;
 *   select(ids); clashed(item, conflict); reload(items) of which some are new
 */
export function desk(view) {
  open = view;

  /** Somebody else was faster with some of these: they say so. */
  function clash(items, conflicts) {
    const of = new Map(conflicts.map((c) => [c.id, c]));
    for (const i of items) if (of.has(i.id)) view.clashed(i, of.get(i.id));
    return conflicts.length;
  }

  /** One comment. */
  function decide(item, kind, {learn = true, reason, note} = {}) {
    const before = item.state;
    const back = view.took([item], kind);
    const entry = {
      text: t(`did_text.${kind}`, {text: words(item)}),
      async back() {
        const made = await entry.sent;
        if (!made) return null; // what is there is not ours
        const left = [];
        try {
          await api.del(ofComment(item, '/decision',
            {decision: made.decision.id}));
        } catch (e) {
          if (e.status !== 409) throw e;
          left.push({...e.body, id: item.id});
        }
        restore(back, [item]);
        return clash([item], left);
      },
    };
    entry.sent = api.once(ofComment(item, '/decision'), {
      decision: kind, learn, if_state: before,
      ...(reason ? {reason} : {}), ...(note ? {note} : {}),
    }).then((answer) => {
      drafts.delete(`reason ${item.id}`);
      return answer;
    }).catch((e) => {
      forget(entry);
      back([item]);
      if (e.status === 409) view.clashed(item, e.body);
      else complain(e);
    });
    remember(entry);
    return entry.sent;
  }

  /** Several, as one that can be taken back. */
  function decideAll(items, kind, options = {}) {
    const orders = ordersOf(items);
    const back = view.took(items, kind);
    const entry = {
      text: t(`did_n.${kind}`, {n: items.length}),
      async back() {
        const {batches} = await entry.sent;
        if (!batches.length) return null;
        const left = await takeBack(batches);
        restore(back, items.filter((i) => !i.gone));
        return clash(items, left);
      },
    };
    /** These come back; what was done with the others stays. */
    const putBack = (ids, undecided) => {
      const some = items.filter((i) => ids.has(i.id));
      const n = items.length - some.length;
      if (back(some)) view.select(undecided);
      if (!n) return forget(entry);
      entry.text = t(`did_n.${kind}`, {n});
      if (done.at(-1) === entry) show(entry);
    };
    entry.sent = giveAll(orders, {decision: kind, ...options})
      .then((answer) => {
        const {conflicts, undecided, trouble} = answer;
        const ids = new Set([...conflicts.map((c) => c.id), ...undecided]);
        if (ids.size) putBack(ids, undecided);
        if (clash(items, conflicts)) tellLeft(conflicts.length);
        if (trouble) complain(trouble);
        return answer;
      });
    remember(entry);
    return entry.sent;
  }

  /** All that match; asks first, with their number. @returns whether */
  async function decideMatching(filter, kind, options = {}) {
    const order = {filter, decision: kind, ...options};
    try {
      const {n} = await api.post('/v1/queue/decisions',
        {...order, dry_run: true});
      const sure = await ask({
        title: t(`bulk.title.${kind}`, {n}),
        body: h('p', {}, t('bulk.sure', {n})),
        actions: [{label: t(`act.${kind}`), value: true, class: 'primary'},
          {label: t('app.cancel'), value: null}],
      });
      if (!sure) return false;
      const answer = await api.once('/v1/queue/decisions',
        {...order, expect: n});
      remember({
        text: t(`did_n.${kind}`, {n: answer.n}),
        async back() {
          const left = await takeBack([answer.batch]);
          open?.reload();
          return left.length;
        },
      });
      view.reload();
      return true;
    } catch (e) {
      complain(e);
      return false;
    }
  }

  return {
    decide, decideAll, decideMatching,
    close() {
      if (open === view) open = null;
    },
  };
}

/**
 * Asks for a decision with its reason: 1–9 choose, Enter decides. `wanted`:
 * whether it is to be learned from, so far.
 */
export async function askReason(item, wanted = true) {
  const draft = drafts.get(`reason ${item.id}`) || {kind: 'abuse', reason: '',
    note: '', learn: true};
  let {reason} = draft;
  const note = h('textarea', {rows: 3, maxlength: 2048, name: 'note'},
    draft.note);
  const learn = h('input', {type: 'checkbox', checked: draft.learn && wanted,
    name: 'learn'});
  let {chosen} = draft; // the decision, by hand
  const kinds = select({
    name: 'kind', value: draft.kind, on: {change: () => {
      chosen = true;
    }},
    options: Object.keys(KINDS).map((k) => [k, t(`act.${k}`)]),
  });
  const choices = REASONS.map((code, i) => h('label', {class: 'choice'},
    h('input', {type: 'radio', name: 'reason', value: code,
      checked: code === reason, on: {
        change: () => {
          reason = code;
          if (!chosen) kinds.value = KIND_OF[code] || 'abuse';
        },
      }}), h('kbd', {}, String(i + 1)), h('span', {}, t(`cause.${code}`))));
  const sure = await ask({
    title: t('act.reason'),
    body: [
      h('blockquote', {class: 'quote', dir: 'auto'},
        contentOf({...item, verdict: null}, {say: String})),
      h('fieldset', {class: 'choices'},
        h('legend', {}, t('reason_dialog.why')), choices),
      field({label: t('reason_dialog.decision'), control: kinds}),
      field({label: t('reason_dialog.note'), control: note}),
      h('label', {class: 'check'}, learn, h('span', {}, t('act.learn'))),
    ],
    actions: [{label: t('reason_dialog.send'), value: true,
      class: 'primary', key: '⏎'}, {label: t('app.cancel'), value: null}],
    started: (close, form) => {
      (form.querySelector(':checked[type=radio]') ||
        choices[0].firstElementChild).focus();
      form.addEventListener('keydown', (e) => {
        const at = '123456789'.indexOf(e.key);
        if (at < 0 || e.target === note || e.target === kinds) return;
        e.preventDefault();
        choices[at].firstElementChild.click();
        choices[at].firstElementChild.focus();
      });
    },
  });
  const said = {kind: kinds.value, chosen, reason, note: note.value.trim(),
    learn: learn.checked};
  drafts.set(`reason ${item.id}`, sure ? said : {...said, learn: draft.learn});
  return sure && said;
}

/** Asks for a note and adds it. @returns whether it did */
export async function addNote(item) {
  const draft = `note ${item.id}`;
  const text = h('textarea', {rows: 4, maxlength: 2048, required: true},
    drafts.get(draft));
  const sure = await ask({
    title: t('act.note'),
    body: field({label: t('note.label'), hint: t('note.hint'),
      control: text}),
    actions: [{label: t('note.add'), value: true, class: 'primary'},
      {label: t('app.cancel'), value: null}],
    started: () => text.focus(),
  });
  const note = text.value.trim();
  drafts.set(draft, text.value);
  if (!sure || !note) return false;
  try {
    await api.post(ofComment(item, '/notes'), {note});
    drafts.delete(draft);
    announce(t('note.added'));
    return true;
  } catch (e) {
    complain(e);
    return false;
  }
}

/** Buttons that decide; `run(kind)`. */
export function verdictButtons(run, kinds = Object.keys(KINDS)) {
  return kinds.map((kind) => button({
    label: t(`act.${kind}`), key: keys.of(`act.${kind}`), class: kind,
    run: () => run(kind),
  }));
}
