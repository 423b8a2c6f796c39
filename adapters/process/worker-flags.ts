/**
 * The flags of Node that workers are started with. Most of what a release moves through a worker is in buffers, outside of V8's heap, and
 * V8 collects the whole heap for every 64 MB of them: some hundred times a release, a tenth of its CPU time. With the first flag buffers
 * count towards the same limit as objects, and with the second that limit begins at 256 MB. No flag of V8 may stand in NODE_OPTIONS, so
 * whoever starts a worker gives them.
 */
export const WORKER_FLAGS = [
  '--external-memory-accounted-in-global-limit',
  '--initial-old-space-size=256',
] as const;
