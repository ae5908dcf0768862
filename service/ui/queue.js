/*
 * The queue: a filter, a list, what is known of the item in focus, and the
 * keys that decide. The URL holds the filter and the order.
 */
import {forgetAuthors} from './author.js';
import {api, live} from './api.js';
import {beside} from './beside.js';
import {blockAuthor} from './block.js';
import {announce, button, fill, h, toast} from './dom.js';
import {addNote, askReason, conflictText, desk, KINDS, verdictButtons}
  from './decide.js';
import {isPlain, ORDERS, parse, queueHash, withTerm} from './filter.js';
import {t} from './i18n.js';
import {card, clamp, itemHash} from './item.js';
import {keys} from './keys.js';
import {itemList} from './list.js';
import {others} from './others.js';
import {complain, trouble} from './problem.js';
import {commandsOf} from './queue_keys.js';
import {tools} from './tools.js';

export {COMMANDS} from './queue_keys.js';

const PAGE = 50;
const PAGES = 200; // the largest that there is
const NEAR = 20; // items below the place that is come back to
const SLICE = 8; // items made at a time: keys are heard in between
const REST_MS = 400; // at an item, and that is where one is
const AHEAD = 20; // items below the focus before the next page is fetched
/** What most is to be done in a state; the keys do all in each. */
const BUTTONS = {
  held: ['approve', 'spam', 'abuse', 'trash'],
  reported: ['approve', 'spam', 'abuse', 'trash'],
  rejected: ['approve', 'hold', 'trash'],
  published: ['spam', 'abuse', 'trash', 'hold'],
  trashed: ['approve', 'spam', 'hold'],
  any: ['approve', 'spam', 'abuse', 'trash', 'hold'],
};
/** Whether there are `n` below it. */
function isFollowed(article, n) {
  let el = article;
  for (let i = 0; i < n && el; i++) el = el.nextElementSibling;
  return Boolean(el);
}

/** Opens the view on `main`; see app.js. */
export function open(main, {params, app}) {
  const view = new Queue(app);
  fill(main, view.elements());
  view.load(params);
  return {
    close: () => view.close(),
    update: ({params: now}) => view.load(now),
    keep: () => view.keepPlace(),
  };
}

class Queue {
  constructor(app) {
    this.app = app;
    this.raw = false; // as the model sees it
    this.learn = true;
    this.matching = false; // the selection is all that match
    this.fresh = 0;
    this.turn = 0; // of loading: only the last one counts
    this.fetching = 0; // the turn whose items are on their way
    this.near = false; // the end is nearly in sight
    this.closed = false; // what comes late changes nothing any more
    this.list = itemList({
      label: t('queue.title'),
      make: (item) => this.make(item),
      focused: (item, article) => this.focused(item, article),
      picked: (n) => this.picked(n),
    });
    this.desk = desk({
      took: (items, kind) => this.took(items, kind),
      select: (ids) => this.list.pickAll(true, ids),
      clashed: (item, c) => item && this.clashed(item, c),
      reload: (items) => this.reload(items && this.place(items)),
    });
    this.others = others(this);
    this.commands = commandsOf(this);
    this.off = [
      keys.add(this.commands),
      live.on('missed', () => this.missed()),
    ];
    this.beside = beside(this);
    this.beside.layout();
  }

  close() {
    this.closed = true;
    clearTimeout(this.resting);
    this.turn++;
    this.picked(0);
    for (const off of this.off) off();
    this.desk.close();
    this.beside.close();
    this.others.close();
    this.watcher?.disconnect();
  }

  // what is on the page

  elements() {
    this.tools = tools(this.app, () => this.ask());
    this.news = button({label: '', class: 'news', hidden: true,
      key: keys.of('list.fresh'), run: () => this.reload()});
    this.bulk = h('div', {class: 'bulk', role: 'region', hidden: true,
      'aria-label': t('bulk.label')});
    this.end = h('p', {class: 'end', tabindex: '-1'});
    this.watcher = new IntersectionObserver((seen) => {
      this.near = seen.at(-1).isIntersecting;
      if (this.near) this.more();
    }, {rootMargin: '1200px'});
    this.watcher.observe(this.end);
    return [
      h('div', {class: 'queue'},
        h('h1', {class: 'sr'}, t('queue.title')),
        this.tools.el, this.bulk, this.news, this.list.el, this.end),
      this.beside.elements,
    ];
  }

  make(item) {
    const article = card(item, {
      state: this.filter.state, sites: !this.filter.site, raw: this.raw,
      pick: (on) => this.pick(item, on),
    });
    article.querySelector('footer').append(
      h('div', {class: 'acts'}, verdictButtons((kind) => {
        this.list.setCurrent(this.list.articleOf(item.id));
        this.decide(kind);
      }, this.buttons(item.site?.name))));
    clamp(article);
    if (item.gone) this.mark(article, item.gone);
    this.others.markLease(article);
    return article;
  }

  /** What can be decided, by whoever is here. */
  buttons(site) {
    return this.app.can('moderator', site) ? BUTTONS[this.filter.state] : [];
  }

  // loading

  /** What the URL asks for. */
  load(params) {
    this.line = params.get('q') ?? 'is:held';
    this.filter = parse(this.line);
    this.by = ORDERS.includes(params.get('order')) ? params.get('order') :
      'risk';
    this.tools.show(this.line, this.by);
    return this.reload(history.state?.place);
  }

  /** Where one is, or would be with these. */
  place(items = []) {
    const ids = items.map(({id}) => id);
    for (let a = this.list.article; a && ids.length < NEAR;
      a = a.nextElementSibling) ids.push(a.dataset.id);
    return {ids, n: this.list.items.size};
  }

  /** For when one comes back to this address. */
  keepPlace() {
    history.replaceState({place: this.place()}, '');
  }

  /** To the first of those below that is still there. */
  comeBack({ids}, focus) {
    const id = ids.find((x) => this.list.items.has(x));
    if (id) this.list.setCurrent(this.list.articleOf(id), {focus});
  }

  /** What the tools say, into the URL. */
  ask() {
    const {line, order} = this.tools.said();
    const to = queueHash(line || 'is:held', order === 'risk' ? null : order);
    if (location.hash === to) this.reload();
    else this.app.go(to);
    this.list.article?.focus();
  }

  /** `place`: as place() told it. */
  async reload(place) {
    if (this.closed) return;
    const turn = ++this.turn;
    this.fetching = turn;
    this.list.el.setAttribute('aria-busy', 'true');
    this.matching = false;
    try {
      const page = await this.page(null, place?.n);
      if (turn !== this.turn) return;
      this.list.clear();
      this.setFresh(0);
      const focus = this.mayFocus();
      if (focus) scrollTo(0, 0);
      await this.put(page, focus);
      if (place && turn === this.turn) this.comeBack(place, focus);
      if (!this.list.items.size) this.end.focus({preventScroll: true});
    } catch (e) {
      if (turn !== this.turn) return;
      this.list.clear();
      fill(this.end, h('span', {class: 'bad'}, trouble(e)), ' ',
      button({label: t('app.retry'), run: () => this.reload()}));
    } finally {
      if (turn === this.turn) this.list.el.removeAttribute('aria-busy');
      if (!this.list.current) this.focused(null);
      this.fetched(turn);
    }
  }

  /** Nothing is on its way any more; there may be need for more. */
  fetched(turn) {
    if (this.fetching !== turn) return;
    this.fetching = 0;
    if (this.near) this.more();
  }

  /** A page may have nothing that fits, and yet not be the last. */
  async page(cursor, n = PAGE) {
    const limit = Math.min(PAGES, Math.max(PAGE, n));
    let got;
    do {
      got = await api.get('/v1/queue', {...this.filter, order: this.by,
        limit, cursor: got?.next ?? cursor});
    } while (!got.items.length && got.next);
    return got;
  }

  /** Whoever types goes on typing. */
  mayFocus() {
    return !this.tools.el.contains(document.activeElement);
  }

  /** A slice at a time; `focus`: where there is none yet, the first gets it. */
  async put({items, next}, focus) {
    const turn = this.turn;
    this.next = next;
    for (let i = 0; i < items.length; i += SLICE) {
      if (i) await new Promise((go) => setTimeout(go));
      if (turn !== this.turn) return;
      this.list.append(items.slice(i, i + SLICE));
      if (!this.list.article) {
        this.list.setCurrent(this.list.el.firstElementChild, {focus});
      }
    }
    if (this.matching) this.list.pickAll(true);
    this.showEnd();
  }

  showEnd() {
    const none = this.list.items.size === 0;
    fill(this.end, this.next ? t('queue.loading') :
      none && isPlain(this.filter) ?
        [h('b', {}, t(`empty.${this.filter.state}`)),
          h('span', {}, t('empty.rest'))] :
        none ? t('queue.nothing') : t('queue.end'));
    this.end.classList.toggle('none', none);
  }

  /** The next page, one at a time. */
  async more() {
    if (!this.next || this.fetching === this.turn) return;
    const turn = this.turn;
    this.fetching = turn;
    try {
      const page = await this.page(this.next);
      if (turn === this.turn) await this.put(page, this.mayFocus());
    } catch (e) {
      this.near = false;
      complain(e);
    } finally {
      this.fetched(turn);
    }
  }

  // the item in focus

  focused(item, article) {
    if (this.closed) return;
    clearTimeout(this.resting);
    // nobody is told before the browser goes forward
    this.resting = setTimeout(() => this.keepPlace(), REST_MS);
    this.others.leave(item);
    this.beside.show(item);
    if (item && !isFollowed(article, AHEAD)) this.more();
  }

  // deciding

  /** They leave the list, unless it shows what they become. */
  took(items, kind) {
    forgetAuthors();
    this.others.mine(items);
    const {turn} = this;
    const {state} = KINDS[kind];
    const decision = {kind, at: new Date().toISOString()};
    const back = [state, 'any'].includes(this.filter.state) ?
      this.keep(items, {state, decision}) : this.drop(items);
    return (...what) => {
      if (turn !== this.turn) return false;
      back(...what);
      return true;
    };
  }

  drop(items) {
    this.list.remove(items);
    this.emptied();
    return (some, focus) => {
      this.list.insert(some, focus);
      this.showEnd();
    };
  }

  keep(items, values) {
    const before = new Map(items.map((item) => [item,
      {state: item.state, decision: item.decision}]));
    const put = (item, now) => {
      Object.assign(item, now);
      this.list.renew(item);
    };
    for (const item of items) put(item, values);
    this.pass(items);
    return (some) => some.forEach((item) => put(item, before.get(item)));
  }

  /** They stay, and are done with. */
  pass(items) {
    this.list.pickAll(false, items.map(({id}) => id));
    if (items.includes(this.list.current)) this.list.step(1);
  }

  emptied() {
    this.showEnd();
    if (this.list.items.size) return;
    this.end.focus({preventScroll: true});
    if (this.next) this.more();
  }

  decide(kind) {
    const item = this.list.current;
    if (item.gone) {
      this.list.remove([item]);
      return;
    }
    this.desk.decide(item, kind, {learn: this.learn});
    this.setLearn(true);
  }

  async decideSelected(kind) {
    const items = [...this.list.selected].map((id) =>
      this.list.items.get(id)).filter(Boolean);
    if (!items.length) {
      toast({text: t('bulk.none'), ms: 3000});
      return;
    }
    const options = {learn: this.learn};
    const done = this.matching ?
      await this.desk.decideMatching(this.filter, kind, options) :
      this.desk.decideAll(items, kind, options);
    if (done) this.setLearn(true);
  }

  async reason() {
    const item = this.list.current;
    const got = await askReason(item, this.learn);
    if (!got) return;
    this.desk.decide(item, got.kind, got);
    this.setLearn(true);
  }

  async note() {
    const item = this.list.current;
    if (!await addNote(item)) return;
    item.notes = (item.notes || 0) + 1;
    this.list.renew(item);
  }

  block() {
    const item = this.list.current;
    blockAuthor(item, this.app, (filter, kind) =>
      this.desk.decideMatching(filter, kind));
  }

  setLearn(on) {
    this.learn = on;
    document.body.classList.toggle('no-learning', !on);
    if (!on) announce(t('act.no_learn'));
  }

  // selecting

  pick(item, on) {
    this.matching = false;
    this.list.pick(item.id, on ?? !this.list.selected.has(item.id));
  }

  pickAll() {
    const all = this.list.selected.size === this.list.items.size;
    this.matching = false;
    this.list.pickAll(!all);
  }

  picked(n) {
    this.bulk.hidden = n === 0;
    if (n === 0) this.matching = false;
    fill(this.bulk, n ? this.choice(n) : null);
    // what is gone to is shown below it
    document.documentElement.style.setProperty('--bulk',
      `${this.bulk.offsetHeight}px`);
  }

  /** What can be done with `n`. */
  choice(n) {
    const whole = n === this.list.items.size && this.next;
    return [
      h('b', {role: 'status'}, this.matching ? t('bulk.matching') :
        t('bulk.n', {n})),
      whole && !this.matching ? button({
        label: t('bulk.match'), class: 'link', run: () => {
          this.matching = true;
          this.picked(n);
        }}) : null,
      h('span', {class: 'grow'}),
      this.buttons().map((kind) => button({
        label: t(`act.${kind}`), class: kind, key: keys.of(`bulk.${kind}`),
        run: () => this.decideSelected(kind)})),
      button({label: t('bulk.clear'), class: 'quiet', key: 'Esc',
        run: () => this.list.pickAll(false)}),
    ];
  }

  // others

  /** Somebody else was faster: it stays, grey, and says so. */
  clashed(item, conflict) {
    item.gone = conflict;
    if (!this.list.items.has(item.id)) return;
    this.list.renew(item);
    if (item === this.list.current) {
      announce(this.list.article.querySelector('.notice').textContent);
    }
  }

  mark(article, conflict) {
    article.classList.add('gone');
    article.prepend(h('p', {class: 'notice', role: 'note'},
      conflictText(conflict)));
  }

  /** Something may have happened that nobody told: is there anything new? */
  async missed() {
    const turn = this.turn;
    const {items} = await this.page(null).catch(() => ({items: []}));
    if (turn !== this.turn) return;
    const n = items.filter(({id}) => !this.list.items.has(id) &&
      !this.others.isMine(id)).length;
    if (n && this.list.items.size === 0) await this.reload();
    else if (n > this.fresh) this.setFresh(n);
  }

  /** So many are new: behind a button, unless there is nothing to move. */
  async came(n) {
    const empty = this.list.items.size === 0;
    if (empty) await this.missed();
    if (!empty || this.list.items.size === 0) this.setFresh(this.fresh + n);
  }

  setFresh(n) {
    this.fresh = n;
    this.news.hidden = n === 0;
    this.news.firstElementChild.textContent =
      isPlain(this.filter) ? t('queue.fresh', {n}) : t('queue.fresh_some');
  }

  // the rest

  setRaw() {
    const top = () => this.list.article?.getBoundingClientRect().top ?? 0;
    const before = top();
    this.raw = !this.raw;
    for (const item of [...this.list.items.values()]) this.list.renew(item);
    scrollBy(0, top() - before); // what is looked at stays where it is
    this.beside.show(this.list.current || null);
    announce(t(this.raw ? 'item.raw_on' : 'item.raw_off'));
  }

  narrow(name, value) {
    if (!value) return;
    this.app.go(queueHash(withTerm(this.line, name, value)));
  }

  openAlone() {
    this.app.go(itemHash(this.list.current));
  }

  toggleText() {
    this.list.article?.querySelector('.unclamp')?.click();
  }
}
