import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { BINARY_CHECKS } from './image-binaries.ts';
import { CONTENT_CHECKS } from './image-contents.ts';
import { LIBRARY_CHECKS } from './image-libraries.ts';
import { OWNER_CHECKS } from './image-owners.ts';
import { RUNTIME_CHECKS } from './image-runtime.ts';

/** FIPS-IMG: the image as a container, hardened. */
export const IMAGE_CHECKS: readonly CheckDefinition[] = [
  ...OWNER_CHECKS,
  ...LIBRARY_CHECKS,
  ...CONTENT_CHECKS,
  ...BINARY_CHECKS,
  ...RUNTIME_CHECKS,
];
