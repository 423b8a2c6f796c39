import { isOver } from '../pins/policy.ts';
import type { Versions } from '../pins/versions.ts';
import type { Alarm } from './plan.ts';

const DAY_MS = 86_400_000;
/** How long before its end a certificate is told of: a new module is not validated, and a new image not rolled out, in a week. */
const NOTICE_DAYS = 180;

/** Whether the certificate that the provider is taken under has ended: nothing can be released then. */
export function isCertificateOver({ provider, certificate }: Versions, now: Date): boolean {
  const covering = certificate[provider.certificate];
  return covering !== undefined && isOver(covering.sunset, now);
}

/** The alarm for a certificate that has ended, or ends within 180 days; null for one that lasts. */
export function certificateAlarm({ provider, certificate }: Versions, now: Date): Alarm | null {
  const covering = certificate[provider.certificate];
  if (covering === undefined || now < noticeOf(covering.sunset)) return null;
  const id = `certificate-${provider.certificate}`;
  const module = `OpenSSL ${provider.version}, the module of the FIPS provider`;
  const next =
    'Ingest never chooses another module. A person puts a certificate on the allow-list of versions.hcl, and names it in `provider`.';
  if (isOver(covering.sunset, now)) {
    return {
      id: `${id}-ended-${covering.sunset}`,
      title: `Certificate ${provider.certificate} has ended: nothing is ingested or released`,
      detail: `CMVP certificate ${provider.certificate} covers ${module}, and ended on ${covering.sunset}. ${next}`,
    };
  }
  return {
    id: `${id}-ends-${covering.sunset}`,
    title: `Certificate ${provider.certificate} ends on ${covering.sunset}`,
    detail: `CMVP certificate ${provider.certificate} covers ${module}, and is active until ${covering.sunset}. From the day after, nothing is released. ${next}`,
  };
}

/** The moments at which {@link certificateAlarm} says something else. */
export function certificateMoments({ provider, certificate }: Versions): Date[] {
  const covering = certificate[provider.certificate];
  if (covering === undefined) return [];
  return [noticeOf(covering.sunset), new Date(Date.parse(covering.sunset) + DAY_MS)];
}

function noticeOf(sunset: string): Date {
  return new Date(Date.parse(sunset) - NOTICE_DAYS * DAY_MS);
}
