import { certificateAlarm } from '../../../domain/ingest/certificate-alarm.ts';
import type { Alarm } from '../../../domain/ingest/plan.ts';
import { durationMs } from '../../../domain/pins/values.ts';
import type { Versions } from '../../../domain/pins/versions.ts';

/** What a person must hear of: a certificate that ends, and a scanners' database that nobody makes anew. */
export function alarmsOf(versions: Versions, databaseMade: Date | null, now: Date): Alarm[] {
  const certificate = certificateAlarm(versions, now);
  const database = databaseAlarm(versions, databaseMade, now);
  return [certificate, database].filter((alarm) => alarm !== null);
}

/** When a database that was made then is too old to judge anything. */
export function tooOldAt({ policy }: Versions, made: Date): Date {
  return new Date(made.getTime() + durationMs(policy.vulnerabilities.age));
}

function databaseAlarm(versions: Versions, made: Date | null, now: Date): Alarm | null {
  if (made === null || now <= tooOldAt(versions, made)) return null;
  const { age } = versions.policy.vulnerabilities;
  return {
    id: `scanner-database-of-${made.toISOString().slice(0, 10)}`,
    title: 'The scanners’ vulnerability database is too old',
    detail: `It was made at ${made.toISOString()}, and may be ${age} old. No release passes its gates until there is a newer one.`,
  };
}
