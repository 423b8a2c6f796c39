import { fail, installLine, pass, skip, type Check, type Finding, type Patient } from '../check.ts';

const SANDBOX_ARGS = ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', 'true'];

/** Whether the walls around foreign code really stand. */
export const SANDBOX_CHECKS: readonly Check[] = [
  { id: 'sandbox', title: 'sandbox', run: checkSandbox },
  { id: 'network-isolation', title: 'network isolation', run: checkNetworkIsolation },
];

async function checkSandbox({ host }: Patient): Promise<Finding> {
  const answer = await host.command('bwrap', SANDBOX_ARGS);
  if (!answer.found) return skip('bubblewrap is not there', installLine(host, 'bubblewrap'));
  if (answer.exitCode === 0) return pass('a program ran in namespaces of its own');
  const first = answer.output.split('\n', 1)[0] ?? '';
  return fail(`bubblewrap may not make namespaces: ${first}`, await namespaceFix(host));
}

async function checkNetworkIsolation({ host }: Patient): Promise<Finding> {
  const seen = await host.networkIsolation();
  if (seen.kind === 'missing') return fail('there is no unshare', installLine(host, 'util-linux'));
  if (seen.kind === 'refused') {
    return fail(
      `unshare may not make a network namespace: ${firstTwoLines(seen.reason)}`,
      await namespaceFix(host),
    );
  }
  const others = seen.interfaces.filter((name) => name !== 'lo');
  const fix = 'Do not build on this machine: its unshare does not isolate. Report how it is set up';
  if (seen.connected) return fail('a program inside reached a server outside', fix);
  if (others.length > 0) return fail(`a program inside sees ${others.join(', ')}`, fix);
  return pass('a program inside sees only lo and reaches nothing outside');
}

/** Which switch forbids namespaces, by what the kernel shows of its settings. */
async function namespaceFix(host: Patient['host']): Promise<string> {
  const sudo = host.isRoot ? '' : 'sudo ';
  const setting = async (path: string): Promise<string | undefined> =>
    (await host.readText(`/proc/sys/${path}`))?.trim();
  if ((await setting('kernel/unprivileged_userns_clone')) === '0') {
    return `${sudo}sysctl -w kernel.unprivileged_userns_clone=1`;
  }
  if ((await setting('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return `${sudo}sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`;
  }
  if ((await setting('user/max_user_namespaces')) === '0') {
    return `${sudo}sysctl -w user.max_user_namespaces=15000`;
  }
  return 'in a container: start it with --privileged, or with --cap-add SYS_ADMIN --security-opt seccomp=unconfined';
}

function firstTwoLines(text: string): string {
  return text.split('\n').slice(0, 2).join(' ');
}
