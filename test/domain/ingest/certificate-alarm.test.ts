import { expect, it } from 'vitest';
import {
  certificateAlarm,
  certificateMoments,
  isCertificateOver,
} from '../../../domain/ingest/certificate-alarm.ts';
import { samplePins } from '../pins/sample-pins.ts';

const pins = samplePins();
const SUNSET = pins.certificate[pins.provider.certificate]?.sunset ?? '';

function at(days: number): Date {
  return new Date(Date.parse(SUNSET) + days * 86_400_000);
}

it.each([
  [-181, null],
  [-180, 'ends'],
  [-1, 'ends'],
  [0, 'ends'],
  [1, 'ended'],
  [500, 'ended'],
])('%i days after the last day of a certificate the alarm is %j', (days, said) => {
  const alarm = certificateAlarm(pins, at(days));

  expect(alarm?.id ?? null).toBe(said === null ? null : `certificate-4985-${said}-${SUNSET}`);
  expect(isCertificateOver(pins, at(days))).toBe(said === 'ended');
});

it('says something else at the moments that it names', () => {
  for (const moment of certificateMoments(pins)) {
    const before = certificateAlarm(pins, new Date(moment.getTime() - 1));
    expect(certificateAlarm(pins, moment)?.id).not.toBe(before?.id);
  }
  expect(certificateMoments(pins)).toHaveLength(2);
});
