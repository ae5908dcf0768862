/*
 * A QR code of the API, as a picture. Dark on light in both themes, for that
 * is what cameras read.
 */
import {h, svg} from './dom.js';

const QUIET = 4; // modules that stay light around it

/** The dark modules, a rectangle a run. */
function dark(rows) {
  return rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((run) =>
    `M${QUIET + run.index} ${QUIET + y}h${run[0].length}v1h-${
      run[0].length}z`)).join('');
}

/** @param {string[]} rows of '1' (dark) and '0' */
export function qrCode(rows, label) {
  const size = rows.length + 2 * QUIET;
  return h('div', {class: 'qr'}, svg('svg', {
    viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label,
  }, svg('path', {d: dark(rows)})));
}
