export { constructImage } from './construct-image.ts';
export { ingest } from './ingest.ts';
export { merges } from './merges.ts';
export { release } from './release.ts';
export { selfTestImage } from './self-test-image.ts';
export { tick } from './tick.ts';
export { watch } from './watch.ts';
export { withdraw } from './withdraw.ts';
