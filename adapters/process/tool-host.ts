import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoundryError } from '../../domain/errors.ts';
import { compileCacheEnvironment } from './compile-cache.ts';
import { allowedEnvironment, type Encoding, type Printed, type ToolRun } from './run-here.ts';
import { type Asked, Told } from './tool-messages.ts';

const MAIN = fileURLToPath(new URL('./tool-host-main.ts', import.meta.url));

/** A process that starts programs for this one. It is started with the first of them, and again when it is gone. */
export interface ToolHost {
  /** As `runHere` there. Throws as it does, and FND_TOOL_FAILED when the process ends before the program. */
  run(run: ToolRun, encoding: Encoding): Promise<Printed>;
  /** Ends it, and what it runs. */
  close(): void;
}

interface Waiting {
  readonly run: ToolRun;
  readonly resolve: (printed: Printed) => void;
  readonly reject: (error: unknown) => void;
}

interface Started {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
}

/** Opens one. Nothing is started yet. */
export function openToolHost(): ToolHost {
  let started: Started | undefined;
  let lastId = 0;
  const get = (): Started => {
    if (started?.child.connected !== true) started = startHost();
    return started;
  };
  return {
    async run(run, encoding) {
      const host = get();
      const id = (lastId += 1);
      const stop = (): void => ask(host, { ask: 'stop', id });
      hold(host);
      try {
        return await new Promise<Printed>((resolve, reject) => {
          host.waiting.set(id, { run, resolve, reject });
          ask(host, orderOf(id, run, encoding));
          if (run.signal?.aborted === true) stop();
          else run.signal?.addEventListener('abort', stop, { once: true });
        });
      } finally {
        run.signal?.removeEventListener('abort', stop);
        host.waiting.delete(id);
        letGo(host);
      }
    },
    close() {
      if (started?.child.connected === true) started.child.disconnect();
      started = undefined;
    },
  };
}

function startHost(): Started {
  const child = fork(MAIN, [], {
    // The variables of a run come with it: what this process knows besides them is nobody's business there.
    env: { ...allowedEnvironment({}), ...compileCacheEnvironment() },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting: Started['waiting'] = new Map();
  child.on('message', (message) => told(waiting, Told.parse(message)));
  const gone = (): void => {
    for (const { run, reject } of waiting.values()) {
      reject(
        new FoundryError('FND_TOOL_FAILED', `${run.tool}: the process that ran it is gone`, {
          hint: 'Somebody or something ended it: the machine may be short of memory.',
        }),
      );
    }
    waiting.clear();
  };
  child.on('exit', gone);
  child.on('error', gone);
  return { child, waiting };
}

function orderOf(id: number, run: ToolRun, encoding: Encoding): Asked {
  const { signal: _signal, onLine, passEnv: _names, env: _env, ...plain } = run;
  return {
    ask: 'run',
    id,
    encoding,
    wantsLines: onLine !== undefined,
    run: { ...plain, env: allowedEnvironment(run) },
  };
}

function ask({ child }: Started, asked: Asked): void {
  // One that is gone has said so, and nobody waits for its answer any more.
  if (child.connected) child.send(asked, () => undefined);
}

function told(waiting: Started['waiting'], said: Told): void {
  const one = waiting.get(said.id);
  if (one === undefined) return;
  if (said.tell === 'line') one.run.onLine?.(said.line);
  else if (said.tell === 'printed') one.resolve(said);
  else {
    const { code, message, hint } = said;
    const options = hint === undefined ? {} : { hint };
    one.reject(code === null ? new Error(message) : new FoundryError(code, message, options));
  }
}

/** It keeps this process from ending only while something runs in it. */
function hold({ child }: Started): void {
  child.ref();
  child.channel?.ref();
}

function letGo({ child, waiting }: Started): void {
  if (waiting.size > 0) return;
  child.unref();
  child.channel?.unref();
}
