/*
 * Charts as SVG, each with its table: both are made of the same rows, and
 * nothing is to be read from colour or by the pointer alone.
 */
import {fill, h, svg} from './dom.js';
import {fmt, t} from './i18n.js';
import {table} from './panel.js';

const HEIGHT = 200;
const ROOM = {top: 8, end: 10, bottom: 24, start: 44};
const MARK_LINE = 15;
const LABEL_WIDTH = 66;
let serial = 0;

/** Three to five round steps from 0 to at least `max`. */
function ticks(max, whole) {
  const rough = (max || 1) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((x) => x * ten).find((x) => x >= rough);
  const by = whole ? Math.max(1, step) : step;
  const n = Math.max(1, Math.ceil((max || by) / by - 1e-9));
  return Array.from({length: n + 1}, (_, i) => i * by);
}

/** 0, 1, 10, 100 … */
function powers(max) {
  const n = Math.max(1, Math.ceil(Math.log10(Math.max(1, max))));
  return [0, ...Array.from({length: n + 1}, (_, i) => 10 ** i)];
}

const total = (row) => row.values.reduce((n, v) => n + (v ?? 0), 0);

/** Where values are on the y axis, and its ticks. */
function axis(o, log, height) {
  const max = Math.max(0, ...o.rows.map((r) => o.kind === 'lines' ?
    Math.max(0, ...r.values.map((v) => v ?? 0)) : total(r)));
  const steps = log ? powers(max) : ticks(max, !o.share);
  const top = steps.at(-1);
  const part = log ? (v) => Math.log1p(v) / Math.log1p(top) :
    (v) => v / top;
  return {steps, y: (v) => height - part(v) * height};
}

function grid(o, {steps, y}, box) {
  const write = o.share ? (v) => fmt.percent(v, 1) : (v) =>
    fmt.number(v, {notation: 'compact'});
  return steps.map((v) => [
    svg('line', {class: v ? 'grid' : 'axis', x1: 0, x2: box.width,
      y1: y(v), y2: y(v)}),
    svg('text', {class: 'tick', x: -8, y: y(v), 'text-anchor': 'end',
      'dominant-baseline': 'middle'}, write(v)),
  ]);
}

/** Rows that touch have their labels between them. */
function edges(o, box, each) {
  const by = Math.ceil(o.rows.length / (box.width > 300 ? 10 : 5));
  return [...o.rows.map((r) => r.short), o.end].map((text, i) => i % by ?
    null : svg('text', {class: 'tick', x: i * each, y: box.height + 17,
      'text-anchor': 'middle'}, text));
}

/** As many of the labels as fit, the last one always. */
function labels(o, box, each) {
  const n = o.rows.length;
  if (o.joined) return edges(o, box, each);
  const by = Math.max(1, Math.ceil(n * LABEL_WIDTH / box.width));
  return o.rows.map((r, i) => (n - 1 - i) % by ? null :
    svg('text', {class: 'tick', x: (i + 0.5) * each, y: box.height + 17,
      'text-anchor': i === n - 1 && n > 1 ? 'end' : 'middle',
      dx: i === n - 1 && n > 1 ? Math.min(each / 2, 24) : 0}, r.short));
}

function bars(o, {y}, each, height) {
  const gap = o.joined ? 0.5 : Math.min(4, each * 0.2);
  return o.rows.map((r, i) => {
    let below = 0;
    return r.values.map((v, j) => {
      if (!v) return null;
      const [from, to] = [y(below), y(below + v)];
      below += v;
      return svg('rect', {class: `s${j} ${o.series[j].class}`,
        x: i * each + gap / 2, width: Math.max(1, each - gap), y: to,
        height: Math.max(from - to, 0), 'data-row': i, 'data-series': j});
    });
  });
}

/** A line for each stretch without a gap, a dot for each value. */
function lines(o, {y}, each) {
  return o.series.map((s, j) => {
    const d = [];
    let pen = 'M';
    o.rows.forEach((r, i) => {
      const v = r.values[j];
      if (v === null || v === undefined) {
        pen = 'M';
        return;
      }
      d.push(`${pen}${(i + 0.5) * each} ${y(v)}`);
      pen = 'L';
    });
    const dots = o.rows.map((r, i) => r.values[j] === null ? null :
      svg('circle', {class: `dot-of ${s.class}`, r: 2.5,
        cx: (i + 0.5) * each, cy: y(r.values[j]), 'data-row': i,
        'data-series': j}));
    return [svg('path', {class: `line-of l${j} ${s.class}`,
      d: d.join('') || 'M0 0'}), dots];
  });
}

/** What lies across: from the axis to its name. */
function marks(o, box) {
  return (o.marks || []).map((m, i) => {
    const x = m.at * box.width;
    const late = x > 130;
    return [
      svg('line', {class: `mark ${m.class}`, x1: x, x2: x,
        y1: -MARK_LINE * (i + 1), y2: box.height, 'data-mark': m.at}),
      svg('text', {class: `mark-name ${m.class}`, y: -MARK_LINE * i - 5,
        x: late ? x - 5 : x + 5, 'text-anchor': late ? 'end' : 'start'},
      m.label)];
  });
}

/** The picture, `width` wide. */
function picture(o, width, log) {
  const above = ROOM.top + (o.marks?.length || 0) * MARK_LINE;
  const box = {width: width - ROOM.start - ROOM.end,
    height: HEIGHT - ROOM.bottom - ROOM.top};
  const each = box.width / o.rows.length;
  const ax = axis(o, log, box.height);
  const whole = above + box.height + ROOM.bottom;
  return svg('svg', {viewBox: `0 0 ${width} ${whole}`, width,
    height: whole, 'aria-hidden': 'true', focusable: 'false'},
  svg('g', {transform: `translate(${ROOM.start} ${above})`},
    svg('rect', {class: 'cursor', x: 0, y: 0, width: each,
      height: box.height}),
    ...grid(o, ax, box),
    ...(o.kind === 'lines' ? lines(o, ax, each) :
      bars(o, ax, each, box.height)),
    ...labels(o, box, each), ...marks(o, box)));
}

/** What each series is, and how much: of one row, or of all. */
function legend(o) {
  const of = h('b', {class: 'of'});
  const values = o.series.map(() => h('b', {class: 'num'}));
  const write = o.share ? (v) => v === null || v === undefined ? '–' :
    fmt.percent(v, 1) : (v) => fmt.number(v ?? 0);
  const el = h('p', {class: 'key', 'aria-hidden': 'true'}, of,
    o.series.map((s, j) => h('span', {}, h('i', {class: `swatch l${j} ${
      s.class}`}), s.name, ' ', values[j])));
  const sums = () => o.series.map((_, j) =>
    o.rows.reduce((n, r) => n + (r.values[j] ?? 0), 0));
  return {el, show(i) {
    const row = i === null ? null : o.rows[i];
    of.textContent = row ? row.name : o.share ? '' : t('chart.all');
    (row?.values || (o.share ? [] : sums())).forEach((v, j) => {
      values[j].textContent = write(v);
    });
    if (!row && o.share) values.forEach((v) => fill(v));
    return row && `${row.name}: ${o.series.map((s, j) =>
      `${s.name} ${write(row.values[j])}`).join(', ')}`;
  }};
}

/** The plot, on which a row is chosen by pointer or by arrow keys. */
function plot(o, id, key) {
  let at = null;
  let svgEl = null;
  const el = h('div', {class: 'plot', role: 'slider', tabindex: '0',
    'aria-labelledby': id, 'aria-valuemin': 1, 'aria-valuenow': 1,
    'aria-valuemax': o.rows.length, dir: 'ltr', 'aria-orientation':
    'horizontal'});
  const choose = (i) => {
    at = i;
    const text = key.show(i);
    const cursor = svgEl?.querySelector('.cursor');
    if (cursor) {
      cursor.classList.toggle('on', i !== null);
      cursor.setAttribute('x', (i ?? 0) * cursor.getAttribute('width'));
    }
    el.setAttribute('aria-valuenow', String((i ?? 0) + 1));
    el.setAttribute('aria-valuetext', text || t('chart.how'));
  };
  const last = o.rows.length - 1;
  const moves = {ArrowRight: (i) => Math.min(last, i + 1), End: () => last,
    ArrowLeft: (i) => Math.max(0, i - 1), Home: () => 0};
  el.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') choose(null);
    else if (moves[e.key]) choose(moves[e.key](at ?? last));
    else return;
    e.preventDefault();
  });
  el.addEventListener('pointermove', (e) => {
    const box = el.getBoundingClientRect();
    const x = (e.clientX - box.left - ROOM.start) /
      (box.width - ROOM.start - ROOM.end);
    choose(x < 0 || x >= 1 ? null : Math.floor(x * o.rows.length));
  });
  el.addEventListener('pointerleave', () => choose(null));
  el.addEventListener('blur', () => choose(null));
  return {el, choose, draw(width, log) {
    svgEl = picture(o, width, log);
    fill(el, svgEl);
    choose(at);
  }};
}

const twin = (o) => table({
  caption: o.title, rows: o.rows, none: t('chart.none'),
  columns: [
    {label: o.first, cell: (r) => r.name},
    ...o.series.map((s, j) => ({label: s.name, class: 'num', cell: (r) =>
      r.values[j] === null || r.values[j] === undefined ? '–' :
        o.share ? fmt.percent(r.values[j], 1) : fmt.number(r.values[j])})),
  ],
});

/**
 * @typedef {{name: string, short: string, values: (number|null)[]}} Row
 *   name: in full; short: at the axis
 * @param {{title: string, about?: string, kind: 'bars'|'lines', rows: Row[],
 *   series: {name: string, class: string}[], first: string,
 *   share?: boolean, joined?: boolean, end?: string, log?: boolean,
 *   marks?: {at: number, label: string, class: string}[]}} o
 *   first: what the rows are; share: values are shares of 1; joined: bars
 *   without gaps, with `short` where each begins and `end` behind the last;
 *   log: may be logarithmic; marks: at a share of the width
 */
export function chart(o) {
  const id = `chart${++serial}`;
  const title = h('h2', {id}, o.title);
  const about = o.about ? h('p', {class: 'muted small'}, o.about) : null;
  if (!o.rows.some((r) => r.values.some((v) => v))) {
    return h('figure', {class: 'chart card'}, title, about,
      h('p', {class: 'muted none'}, t('chart.none')));
  }
  const key = legend(o);
  const drawn = plot(o, id, key);
  let log = false;
  let width = 0;
  const draw = () => width && drawn.draw(width, log);
  // in the next frame, as drawing may change the height that is observed
  new ResizeObserver(() => requestAnimationFrame(() => {
    if (width === drawn.el.clientWidth) return;
    width = drawn.el.clientWidth;
    draw();
  })).observe(drawn.el);
  const scale = o.log ? h('label', {class: 'check small'}, h('input', {
    type: 'checkbox', on: {change: (e) => {
      log = e.target.checked;
      draw();
    }}}), h('span', {}, t('chart.log'))) : null;
  return h('figure', {class: 'chart card'}, title, about, key.el, drawn.el,
    scale, h('details', {}, h('summary', {}, t('chart.table')),
      h('div', {class: 'scroll', tabindex: '0', role: 'region',
        'aria-labelledby': id}, twin(o))));
}

/** A bar of `share` of the greatest, in a row of a table. */
export function rowBar(share, cls = 'c1') {
  return svg('svg', {class: 'row-bar', viewBox: '0 0 100 8',
    preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false'},
  svg('rect', {class: cls, x: 0, y: 0, height: 8,
    width: Math.max(0.5, share * 100), 'data-share': share}));
}
