import { isInfrastructure } from '../../../activities/plan/plan-files.ts';
import { checkoutFiles } from '../../../lab/forge/checkout-files.ts';

/** The infrastructure of this checkout as texts, as a released commit has it. */
export async function ownTree(): Promise<Map<string, string>> {
  const files = (await checkoutFiles()).filter(({ path }) => isInfrastructure(path));
  return new Map(files.map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]));
}
