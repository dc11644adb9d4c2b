// What the tests ask without a page.
export { annotateFrame } from './annotate/frame.js';
export { headerSection, looksLikeFile } from './annotate/file.js';
export { Engine } from './engine/engine.js';
export { framesOfText, TextError } from './input/text.js';
export { linkTo, textOfLink } from './input/link.js';
export { clauses, lints, verdicts } from 'made:texts';
export { encodeFrame, Kind } from '../../ports/typescript/src/index.js';
