/*
 * Campaigns: nearly the same text, again and again, by whomever; one
 * decision for those that are there and those to come.
 */
import {api} from './api.js';
import {ask, bdi, button, field, fill, h, pill, select, svg, toast}
  from './dom.js';
import {fmt, t} from './i18n.js';
import {campaignHash, card, clamp, itemHash, when} from './item.js';
import {complain} from './problem.js';

const KINDS = ['spam', 'abuse', 'approve', 'trash'];
const DAYS = [1, 7, 30, 90];
const COMPARED = 400; // words and what stands between them

/** How it spread over time: a bar a piece, with the same as text. */
function spread(points) {
  const values = points || [];
  if (!values.length) return null;
  const most = Math.max(...values, 1);
  return svg('svg', {viewBox: `0 0 ${values.length * 4} 24`, class: 'spread',
    role: 'img', preserveAspectRatio: 'none',
    'aria-label': t('campaigns.spread', {list: fmt.list(
      values.map((n) => fmt.number(n)))})},
  values.map((n, i) => svg('rect', {x: i * 4, width: 3,
    y: 24 - Math.max(1, 24 * n / most), height: Math.max(1, 24 * n / most)})));
}

const words = (text) => (text || '').match(/\s+|[^\s]+/g) || [];

/** Words of `b` that `a` has too, by the longest common subsequence. */
function common(a, b) {
  const rows = Array.from({length: a.length + 1}, () =>
    new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 :
        Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  const kept = new Set();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      kept.add(j++);
      i++;
    } else if (rows[i + 1][j] >= rows[i][j + 1]) {
      i++;
    } else {
      j++;
    }
  }
  return kept;
}

/** How many words both begin with. */
function together(a, b) {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/**
 * A member with what differs from the template marked. What is compared is
 * bounded: the first words after those that both begin with.
 */
function difference(template, text) {
  const a = words(template);
  const b = words(text);
  const from = together(a, b);
  const to = from + COMPARED;
  const kept = common(a.slice(from, to), b.slice(from, to));
  return [b.slice(0, from).join(''),
    ...b.slice(from, to).map((w, j) => kept.has(j) || /^\s/.test(w) ? w :
      h('ins', {}, w)),
    b.slice(to).join('')];
}

/** A campaign; in the list a link to its page, where it can be opened. */
function row(c, alone) {
  const said = c.parts.map((p) => p.common ? p.text : h('ins', {}, p.text));
  const more = {class: 'text', id: `c${c.id}`, dir: 'auto'};
  return h('article', {class: 'item campaign', 'aria-labelledby': `c${c.id}`},
    h('header', {},
      h('b', {class: 'num big'}, t('campaigns.size', {n: c.size || 0})),
      h('span', {class: 'facts'},
        ...['authors', 'links'].filter((of) => c[of] > 0).map((of) =>
          h('span', {}, t(`campaigns.${of}`, {n: c[of]}))),
        h('span', {}, t('campaigns.sites', {n: c.sites.length})),
        h('span', {}, when(c.first_at), ' – ', when(c.last_at))),
      h('span', {class: 'badges'}, c.decision ? pill(t('campaigns.acting',
        {kind: t(`did.${c.decision.decision}`)})) : null,
      c.held ? pill(t('campaigns.held', {n: c.held}), 'held') : null),
      spread(c.spread)),
    alone ? h('div', {class: 'clamp'}, h('div', more, said)) : h('a', {...more,
      href: campaignHash(c)}, said));
}

async function all(main) {
  const got = await api.get('/v1/campaigns');
  const list = got.items;
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('campaigns.title')),
    h('p', {class: 'muted'}, t('campaigns.about')),
    list.length ? h('div', {class: 'feed'}, list.map((c) => row(c))) :
      h('p', {class: 'end none'}, h('b', {}, t('campaigns.none')))));
}

function tested(n) {
  return h('dl', {class: 'pairs'}, Object.entries(n || {})
    .filter(([, v]) => typeof v === 'number').map(([k, v]) => [
      h('dt', {}, t.or(`campaigns.tested.${k}`, k)),
      h('dd', {class: 'num'}, fmt.number(v))]));
}

/** What is wanted: {decision, until, apply_to_present}, or null. */
async function wish(c) {
  const kind = select({value: 'spam', options: KINDS.map((k) =>
    [k, t(`act.${k}`)])});
  const days = select({value: 7, options: DAYS.map((d) =>
    [d, fmt.days(d)])});
  const present = h('input', {type: 'checkbox', checked: true});
  const sure = await ask({
    title: t('campaigns.decide'),
    body: [
      field({label: t('reason_dialog.decision'), control: kind}),
      field({label: t('campaigns.until'), control: days}),
      h('label', {class: 'check'}, present,
        h('span', {}, t('campaigns.present', {n: c.size}))),
    ],
    actions: [{label: t('campaigns.test'), value: true, class: 'primary'},
      {label: t('app.cancel'), value: null}],
  });
  return sure && {decision: kind.value, apply_to_present: present.checked,
    until: new Date(Date.now() + days.value * 864e5).toISOString()};
}

/** What it would have done; a refusal says the same. */
async function tried(path, order) {
  try {
    return await api.post(path, {...order, dry_run: true});
  } catch (e) {
    if (e.status === 409 && e.body.disagree) return e.body;
    throw e;
  }
}

/** Asks, tries it on the last 30 days, asks again, does it. */
async function decide(c, again) {
  const order = await wish(c);
  if (!order) return;
  const path = `/v1/campaigns/${encodeURIComponent(c.id)}/decision`;
  try {
    const trial = await tried(path, order);
    const against = trial.disagree > 0;
    const really = await ask({
      title: t('campaigns.tested.title'),
      body: [h('p', {}, t('campaigns.tested.about')), tested(trial),
        against ? h('p', {class: 'note warn'},
          t('campaigns.tested.against')) : null,
        (trial.examples || []).slice(0, 5).map((x) => h('p', {class: 'row'},
          pill(t(`state.${x.state}`), x.state),
          h('a', {href: itemHash({id: x.id, site: c.sites.length === 1 ?
            c.sites[0] : null}), dir: 'auto'},
          [...x.content].slice(0, 120).join(''))))],
      actions: [{label: t(`act.${order.decision}`), value: true,
        class: against ? 'danger' : 'primary'},
      {label: t('app.cancel'), value: null}],
    });
    if (!really) return;
    await api.post(path, against ? {...order, force: true} : order);
    toast({text: t('campaigns.done'), action: {label: t('act.undo'),
      run: () => reverse(c, again)}});
    again();
  } catch (e) {
    complain(e);
  }
}

async function reverse(c, again) {
  try {
    await api.del(`/v1/campaigns/${encodeURIComponent(c.id)}/decision`);
    toast({text: t('campaigns.reversed')});
    again();
  } catch (e) {
    complain(e);
  }
}

function names(title, list) {
  if (!Array.isArray(list) || !list.length) return null;
  return h('section', {class: 'part'}, h('h2', {}, title),
    h('ul', {class: 'plain'}, list.slice(0, 20).map((x) => h('li', {},
      bdi(x.name || x.host), x.n ? h('span',
        {class: 'num muted'}, ` ${fmt.number(x.n)}`) : null))));
}

async function one(main, id, app) {
  const c = await api.get(`/v1/campaigns/${encodeURIComponent(id)}`);
  // a toast may outlive the view
  const again = () => page.isConnected && one(main, id, app);
  const members = c.members || [];
  const whole = row(c, true);
  clamp(whole);
  const page = h('div', {class: 'page'},
    h('p', {}, h('a', {href: '#/campaigns'}, t('campaigns.title'))),
    h('h1', {}, t('campaigns.size', {n: c.size || members.length})),
    whole,
    app.can('moderator') ? h('p', {class: 'row'},
      button({label: t('campaigns.decide'), class: 'primary',
        run: () => decide(c, again)}),
      c.decision ? button({label: t('campaigns.reverse'), class: 'danger',
        run: () => reverse(c, again)}) : null) : null,
    h('div', {class: 'columns'}, names(t('author.hosts'), c.hosts),
      names(t('campaigns.where'), c.sites)),
    h('h2', {}, t('campaigns.members')),
    h('div', {class: 'feed'}, members.map((m) => {
      const el = card(m, {sites: true});
      fill(el.querySelector('.text'),
        difference(c.template, m.content));
      clamp(el);
      return el;
    })));
  fill(main, page);
}

/** Opens the view; see app.js. */
export function open(main, {rest, app}) {
  return rest ? one(main, rest, app).then(() => null) :
    all(main).then(() => null);
}
