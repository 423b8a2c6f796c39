import { keepIssues } from '../../../adapters/github/kept-issues.ts';
import type { Github } from '../../../adapters/github/open-github.ts';
import type { Alarm } from '../../../domain/ingest/plan.ts';

/** The label of their issues. */
const LABEL = 'foundry-alarm';

/** Keeps an issue for each alarm, and says what became of them. Throws what the forge's API throws. */
export async function keepAlarms(github: Github, alarms: readonly Alarm[]): Promise<string> {
  const wanted = alarms.map(({ id, title, detail }) => ({
    marker: `alarm-${id}`,
    title,
    body: detail,
    state: 'open' as const,
  }));
  const { opened } = await keepIssues(github, LABEL, wanted);
  return `${alarms.length} alarms, ${opened.length} of them new`;
}
