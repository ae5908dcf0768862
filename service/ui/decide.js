/*
 * Decisions: at once on the page, then to the service, and all of them can
 * be taken back, the last one first.
 */
import {api, ofComment} from './api.js';
import {ask, button, field, h, select, toast} from './dom.js';
import {fmt, t} from './i18n.js';
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
const IDS_MAX = 1000;

/** The first words, to be recognised by. */
function words(item) {
  const text = (item.content || item.author?.name || '').trim()
    .replace(/\s+/g, ' ');
  const cut = [...text].slice(0, 32).join('');
  return cut.length < text.length ? `${cut}…` : cut;
}

/** "approved by Ana 2 seconds ago" */
export function conflictText(c) {
  return t('queue.conflict', {
    state: t(`state.${c.state}`).toLocaleLowerCase(),
    by: c.by || t('queue.somebody'), ago: c.at ? fmt.ago(c.at) : '',
  });
}

/**
 * @param {Object} view what happens in the list:
 *   took(items, kind) they leave it, returns what puts them back;
 *   clashed(item, conflict); reload()
 */
export function desk(view) {
  const done = []; // what can be taken back, the last at the end
  let untoast = () => {};

  function remember(entry) {
    done.push(entry);
    if (done.length > 200) done.shift();
    untoast();
    untoast = toast({
      text: entry.text,
      action: {label: t('act.undo'), key: keys.of('act.undo'), run: undo},
    });
  }

  function forget(entry) {
    const at = done.indexOf(entry);
    if (at >= 0) done.splice(at, 1);
  }

  function failed(e, back) {
    back(false);
    complain(e);
  }

  /** One comment. */
  function decide(item, kind, {learn = true, reason, note} = {}) {
    const back = view.took([item], kind);
    const before = item.state;
    const entry = {
      text: t(`did_text.${kind}`, {text: words(item)}),
      sent: null,
      async back() {
        if (!await entry.sent) return; // what is there is not ours
        await api.del(ofComment(item, '/decision'));
        item.state = before;
        back(true);
      },
    };
    entry.sent = api.post(ofComment(item, '/decision'), {
      decision: kind, learn, if_state: before,
      ...(reason ? {reason} : {}), ...(note ? {note} : {}),
    }).catch((e) => {
      forget(entry);
      untoast();
      if (e.status !== 409) return failed(e, back);
      back(false);
      view.clashed(item, e.body);
    });
    remember(entry);
    return entry.sent;
  }

  /** Several, as one that can be taken back. */
  function decideAll(items, kind, options = {}) {
    const back = view.took(items, kind);
    const orders = [];
    for (let i = 0; i < items.length; i += IDS_MAX) {
      orders.push(items.slice(i, i + IDS_MAX).map((x) => x.id));
    }
    const entry = {
      text: t(`did_n.${kind}`, {n: items.length}),
      sent: null,
      async back() {
        for (const {batch} of await entry.sent || []) {
          await api.del(`/v1/queue/decisions/${batch}`);
        }
        back(true);
      },
    };
    entry.sent = Promise.all(orders.map((ids) =>
      api.post('/v1/queue/decisions', {ids, decision: kind, ...options})))
      .then((answers) => {
        for (const c of answers.flatMap((a) => a.conflicts || [])) {
          view.clashed(items.find((i) => i.id === c.id), c);
        }
        return answers;
      }).catch((e) => {
        forget(entry);
        failed(e, back);
      });
    remember(entry);
    return entry.sent;
  }

  /** All that match; asks first, with their number. */
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
      if (!sure) return;
      const answer = await api.post('/v1/queue/decisions',
        {...order, expect: n});
      remember({
        text: t(`did_n.${kind}`, {n: answer.n}),
        back: async () => {
          await api.del(`/v1/queue/decisions/${answer.batch}`);
          view.reload();
        },
      });
      view.reload();
    } catch (e) {
      complain(e);
    }
  }

  /** Takes the last one back. */
  async function undo() {
    const entry = done.pop();
    untoast();
    if (!entry) {
      toast({text: t('act.nothing_to_undo'), ms: 2500});
      return;
    }
    try {
      await entry.back();
      untoast = toast({text: t('act.undone', {text: entry.text}), ms: 4000});
    } catch (e) {
      if (e.status !== 409) done.push(entry);
      complain(e, t('act.undo_failed'));
    }
  }

  return {decide, decideAll, decideMatching, undo, remember};
}

/** Asks for a decision with its reason: 1–9 choose, Enter decides. */
export async function askReason(item) {
  let reason = '';
  const note = h('textarea', {rows: 3, maxlength: 2048, name: 'note'});
  const learn = h('input', {type: 'checkbox', checked: true, name: 'learn'});
  const kinds = select({
    name: 'kind', value: 'abuse',
    options: Object.keys(KINDS).map((k) => [k, t(`act.${k}`)]),
  });
  const choices = REASONS.map((code, i) => h('label', {class: 'choice'},
    h('input', {type: 'radio', name: 'reason', value: code, on: {
      change: () => {
        reason = code;
        if (code === 'advertising') kinds.value = 'spam';
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
      choices[0].firstElementChild.focus();
      form.addEventListener('keydown', (e) => {
        const at = '123456789'.indexOf(e.key);
        if (at < 0 || e.target === note || e.target === kinds) return;
        e.preventDefault();
        choices[at].firstElementChild.click();
        choices[at].firstElementChild.focus();
      });
    },
  });
  return sure ? {kind: kinds.value, reason, note: note.value.trim(),
    learn: learn.checked} : null;
}

/** Asks for a note. */
export async function askNote() {
  const text = h('textarea', {rows: 4, maxlength: 2048, required: true});
  const sure = await ask({
    title: t('act.note'),
    body: field({label: t('note.label'), hint: t('note.hint'),
      control: text}),
    actions: [{label: t('note.add'), value: true, class: 'primary'},
      {label: t('app.cancel'), value: null}],
    started: () => text.focus(),
  });
  return sure ? text.value.trim() : '';
}

/** Buttons that decide; `run(kind)`. */
export function verdictButtons(run, kinds = Object.keys(KINDS)) {
  return kinds.map((kind) => button({
    label: t(`act.${kind}`), key: keys.of(`act.${kind}`), class: kind,
    run: () => run(kind),
  }));
}
