import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { parseReport, type TrivyReport } from '../../adapters/trivy/report.ts';
import { type ImageScan, scanImage, type Scanned, type Trivy } from '../../adapters/trivy/scan.ts';
import type { Once } from './scan-once.ts';

/** The same as {@link scanImage}, of an image that is the same for all variants and so is looked at once. Throws like it. */
export async function scanCanary(
  trivy: Trivy,
  order: {
    readonly image: OciImage;
    readonly database: string;
    readonly scan: ImageScan;
    readonly once: Once;
  },
): Promise<Scanned<TrivyReport>> {
  const { image, scan, once } = order;
  const inputs = { canary: image.index.descriptor.digest, scan };
  const raw = await once(inputs, async () => (await scanImage(trivy, order)).raw);
  return { raw, report: parseReport(Buffer.from(raw).toString('utf8'), trivy.sha256) };
}
