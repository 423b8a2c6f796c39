export { constructImage } from './construct-image.ts';
export { release } from './release.ts';
export { selfTestImage } from './self-test-image.ts';
