/*
 * The others at work: who looks at what, what they decided, what is new.
 */
import {api, live, ofComment} from './api.js';
import {h} from './dom.js';
import {t} from './i18n.js';

const LEASE_MS = 900; // in focus for so long, an item is one's own
const LEASE_AGAIN_MS = 120000;
const ECHO_MS = 15000; // for which one's own decisions are no news

/** @param {Object} queue the queue that is open */
export function others(queue) {
  const decided = new Set();
  const leases = new Map(); // id → name
  const me = queue.app.session.name;
  let at = null; // the item in focus
  let held = null; // the item that is one's own
  let timer = 0;

  /** What is reported stays published when somebody says that it may. */
  const settles = (item, e) => e.state !== item.state ||
    (e.kind === 'decided' && queue.filter.state === 'reported');

  /** Whether it may be of the site that is asked for. */
  const isThere = ({site}) => !queue.filter.site ||
    [queue.filter.site, undefined].includes(queue.app.nameOf(site));

  /** What is told of a report is that it brings a comment there. */
  const belongs = (e) => isThere(e) && queue.filter.state ===
    (e.kind === 'reported' ? 'reported' : e.state);

  function happened(e) {
    if (decided.has(e.id)) return;
    if (!e.id) { // many at once
      if (e.by !== me) queue.missed();
      return;
    }
    const item = queue.list.items.get(e.id);
    if (item && e.state && settles(item, e) && !item.gone) {
      queue.clashed(item, {state: e.state, by: e.by,
        at: e.at || new Date().toISOString()});
    } else if (!item && belongs(e)) {
      queue.came(e.n || 1);
    }
  }

  function leased({id, by}) {
    if (by === me) return;
    if (by) leases.set(id, by);
    else leases.delete(id);
    const article = queue.list.articleOf(id);
    if (article) markLease(article);
  }

  function markLease(article) {
    const by = leases.get(article.dataset.id);
    article.querySelector('.lease')?.remove();
    if (!by) return;
    article.querySelector('.badges').prepend(h('span', {
      class: 'pill lease', dir: 'auto'}, t('queue.looking', {name: by})));
  }

  async function take(item) {
    try {
      const got = await api.post(ofComment(item, '/lease'));
      if (!got.yours) leased({id: item.id, by: got.by});
      if (item !== at) { // the focus was faster than the answer
        if (got.yours) give(item);
        return;
      }
      if (got.yours) held = item;
      timer = setTimeout(() => take(item), LEASE_AGAIN_MS);
    } catch {
      // two may look at once; the decision itself is guarded
    }
  }

  function give(item) {
    api.del(ofComment(item, '/lease')).catch(() => null);
  }

  /** The focus went to another item, or to none. */
  function leave(to) {
    clearTimeout(timer);
    at = to;
    if (held && held !== to) {
      give(held);
      held = null;
    }
    if (to && queue.app.can('moderator')) {
      timer = setTimeout(() => take(to), LEASE_MS);
    }
  }

  const off = [live.on('queue', happened), live.on('lease', leased)];
  return {
    markLease, leave,

    isMine: (id) => decided.has(id),

    /** What happens to these in a moment is one's own doing. */
    mine(items) {
      for (const {id} of items) {
        decided.add(id);
        setTimeout(() => decided.delete(id), ECHO_MS);
      }
    },

    close() {
      leave(null);
      for (const stop of off) stop();
    },
  };
}
