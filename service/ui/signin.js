/*
 * Signing in: by a one-time link, or by name and password, with a code where
 * the account asks for one.
 */
import {api, authorize} from './api.js';
import {button, fill, h} from './dom.js';
import {form} from './form.js';
import {t} from './i18n.js';
import {failure} from './panel.js';

const frame = (title, ...children) => h('div', {class: 'signin card'},
  h('p', {class: 'brand', 'aria-hidden': 'true'}, t('app.name')),
  h('h1', {tabindex: '-1'}, title), ...children);

function show(main, ...children) {
  fill(main, ...children);
  (main.querySelector('input:not([value]), input[value=""]') ||
   main.querySelector('h1')).focus();
}

const name = (value) => ({name: 'name', label: t('signin.name'), value,
  more: {autocomplete: 'username', autocapitalize: 'none',
    spellcheck: 'false', required: true}});
const password = (which, label, hint) => ({name: which, label, hint,
  kind: 'password', more: {required: true,
    autocomplete: 'current-password'}});
const code = () => ({name: 'code', label: t('signin.code'),
  hint: t('signin.code_hint'), more: {autocomplete: 'one-time-code',
    autocapitalize: 'none', spellcheck: 'false', dir: 'ltr'}});

const asksCode = (e) =>
  (e.body?.errors || []).some((x) => x.pointer === '/code');

/** The code is asked for only when the service asks for it. */
function byPassword(main, enter) {
  show(main, frame(t('signin.title'),
    form({
      label: t('signin.enter'),
      fields: [name(), password('password', t('signin.password'))],
      send: async (values) => {
        try {
          return await api.post('/v1/session', values);
        } catch (e) {
          if (!asksCode(e)) throw e;
          byCode(main, enter, values);
          return null;
        }
      },
      sent: (session) => session && enter(session),
    }),
    h('p', {class: 'muted small'}, t('signin.forgotten'))));
}

/** `values` are a name and a password, or a link, that were right. */
function byCode(main, enter, values) {
  show(main, frame(t('signin.title'),
    h('p', {}, t('signin.code_needed')),
    form({
      label: t('signin.enter'), fields: [code()],
      send: (more) => api.post('/v1/session', {...values, ...more}),
      sent: enter, cancel: () => byPassword(main, enter),
    })));
}

/** Who came by a link has no password, or does not know it any more. */
function choosePassword(main, session, enter) {
  show(main, frame(t('signin.choose'),
    h('p', {}, t('signin.choose_why', {name: session.name})),
    form({
      label: t('signin.choose_save'), class: 'choose',
      fields: [
        name(session.name),
        {...password('password', t('signin.new'), t('signin.new_hint')),
          more: {autocomplete: 'new-password', required: true}},
      ],
      send: (values) => api.patch('/v1/session', values),
      sent: enter,
    }),
    button({label: t('signin.later'), class: 'link',
      run: () => enter(session)})));
}

/**
 * A link is used by a press, never by its opening: those who look at links
 * before people do would use it up.
 */
function byLink(main, link, enter) {
  const other = () => {
    history.replaceState(null, '', '#/queue');
    byPassword(main, enter);
  };
  const entered = (session) => {
    history.replaceState(null, '', '#/queue');
    authorize(session.csrf);
    return choosePassword(main, session, enter);
  };
  const use = async () => {
    try {
      return entered(await api.post('/v1/session', {link}));
    } catch (e) {
      if (asksCode(e)) return byCode(main, entered, {link});
      return show(main, frame(t('signin.title'), failure(e),
        h('p', {}, t('signin.link_used')),
        button({label: t('signin.with_password'), class: 'primary',
          run: other})));
    }
  };
  show(main, frame(t('signin.title'), h('p', {}, t('signin.by_link')),
    h('p', {class: 'row'},
      button({label: t('signin.use_link'), class: 'primary', run: use}),
      button({label: t('signin.with_password'), class: 'link',
        run: other}))));
}

/** Takes the page's place until somebody is signed in. */
export function open(main, {link, app}) {
  main.className = 'view-signin';
  const enter = (session) => app.enter(session);
  if (link) byLink(main, link, enter);
  else byPassword(main, enter);
}
