/*
 * One comment by its address, #/item/ID, to be passed on to somebody.
 */
import {api, ofComment} from './api.js';
import {desk, verdictButtons, askReason, KINDS, conflictText, undo}
  from './decide.js';
import {details} from './details.js';
import {fill, h, toast} from './dom.js';
import {t} from './i18n.js';
import {card, clamp} from './item.js';
import {keys} from './keys.js';
import {complain} from './problem.js';

/** Opens the view; see app.js. */
export async function open(main, {rest, params, app}) {
  const name = params.get('site');
  const get = async () => (await api.get(
    ofComment({id: rest, site: {name}}, '/context'))).item;
  const item = await get();
  if (!item) throw new Error(t('app.unknown'));
  const place = h('div', {class: 'feed'});
  const panel = h('div', {class: 'card panel'});
  const d = desk({
    took(items, kind) {
      const {state, decision} = item;
      become({state: KINDS[kind].state,
        decision: {kind, at: new Date().toISOString()}});
      return () => {
        become({state, decision});
        about();
        return place.isConnected;
      };
    },
    clashed(one, c) {
      item.state = c.state;
      show();
      toast({text: conflictText(c), kind: 'bad'});
    },
    reload: () => get().then(become).then(about).catch(complain),
  });

  const may = () => app.can('moderator', item.site?.name);

  async function decide(kind, more) {
    if (!app.may('moderator', item.site?.name)) return;
    await d.decide({...item}, kind, more);
    about(); // what became of it is history by now
  }

  function become(values) {
    Object.assign(item, values);
    show();
  }

  function show() {
    const made = card(item, {sites: true});
    made.tabIndex = 0;
    made.querySelector('footer').append(h('div', {class: 'acts'},
      may() ? verdictButtons((kind) => decide(kind)) : null));
    clamp(made);
    fill(place, made);
  }

  /** All that is known of it. */
  function about() {
    const all = details(item, may() ? [{id: 'act.reason', label: 'act.reason',
      run: reason}] : []);
    fill(panel, all.el);
    all.load();
  }

  async function reason() {
    if (!app.may('moderator', item.site?.name)) return;
    const got = await askReason(item);
    if (got) decide(got.kind, got);
  }

  const off = keys.add([
    ...Object.entries(KINDS).map(([kind, {key}]) => ({
      id: `act.${kind}`, key, label: `act.${kind}`, run: () => decide(kind),
    })),
    {id: 'act.undo', key: 'z', label: 'act.undo', run: undo},
    {id: 'act.reason', key: 'r', label: 'act.reason', run: reason},
    {id: 'look.whole', key: 'o', label: 'look.whole',
      run: () => place.querySelector('.unclamp')?.click()},
  ]);
  fill(main, h('div', {class: 'page'}, h('h1', {}, t('item.title')), place,
    panel));
  show();
  about();
  return () => {
    off();
    d.close();
  };
}
