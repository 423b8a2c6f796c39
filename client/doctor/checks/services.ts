import { fail, pass, skip, type Check, type Finding, type Patient, type ServiceGroup } from '../check.ts';

/** The embedded services. They are asked only when they were started; otherwise that is said. */
export const SERVICE_CHECKS: readonly Check[] = [
  service('temporal', 'Temporal'),
  service('registry', 'registry'),
  service('sigstore', 'private Sigstore'),
];

function service(group: ServiceGroup, title: string): Check {
  return { id: group, title, run: async (patient) => await checkService(patient, group) };
}

async function checkService({ host, services }: Patient, group: ServiceGroup): Promise<Finding> {
  const endpoints = (await services())[group];
  if (endpoints === undefined) return skip('was not started', './foundry up');
  for (const { name, address } of endpoints) {
    const answer = await host.reach(address);
    if (answer.reached) continue;
    return fail(`${name} does not answer at ${address}: ${answer.reason}`, './foundry down && ./foundry up');
  }
  const answering = endpoints.map(({ name, address }) => `${name} ${address}`).join(', ');
  return pass(`answers: ${answering}`);
}
