import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portableHistory } from './portable-history.ts';
import { HISTORIES } from './record-histories.ts';

describe('a history that is kept', () => {
  it('says nothing of the machine that recorded it', () => {
    const recorded = {
      events: [
        { identity: '1234@here', failure: { message: 'broken', stackTrace: 'at /home/me/main.js' } },
        { taskQueue: { name: '1234@here-5678', kind: 'TASK_QUEUE_KIND_STICKY', normalName: 'control' } },
        { taskQueue: { name: 'control', kind: 'TASK_QUEUE_KIND_NORMAL' } },
      ],
    };

    expect(JSON.parse(portableHistory(JSON.stringify(recorded)))).toEqual({
      events: [
        { failure: { message: 'broken' } },
        {
          taskQueue: {
            name: 'queue of the worker',
            kind: 'TASK_QUEUE_KIND_STICKY',
            normalName: 'control',
          },
        },
        { taskQueue: { name: 'control', kind: 'TASK_QUEUE_KIND_NORMAL' } },
      ],
    });
  });

  it.each(readdirSync(HISTORIES))('%s was recorded that way', (name) => {
    const text = readFileSync(join(HISTORIES, name), 'utf8');

    expect(portableHistory(text)).toBe(text.trimEnd());
  });
});
