import { expect, test } from 'vitest';
import { redacted } from '../../domain/redacted.ts';
import { logLine } from '../../worker/log.ts';

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJmb3VuZHJ5In0.c2lnbmF0dXJl';

test.each([
  ['a token of an issuer', `refused ${JWT} for it`, 'refused [hidden] for it'],
  ['an authorization', 'sent Bearer abc.def-123456', 'sent Bearer [hidden]'],
  ['a password in a header', 'sent Basic bWU6cGFzc3dvcmQ=', 'sent Basic [hidden]'],
  ['an access token of the forge', 'with ghp_0123456789abcdef', 'with [hidden]'],
  ['a password in an address', 'https://me:pw@forge.example/x', 'https://[hidden]@forge.example/x'],
  ['a key', 'a -----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY----- b', 'a [hidden] b'],
])('%s is not logged', (_what, text, shown) => {
  expect(redacted(text)).toBe(shown);
});

test('what is no secret is logged as it is', () => {
  const digest = 'sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
  expect(redacted({ digest, count: 3, list: ['registry.example/openssl-fips'] })).toEqual({
    digest,
    count: 3,
    list: ['registry.example/openssl-fips'],
  });
});

test('a line is one JSON object, secrets taken out by the names of fields and inside of errors', () => {
  const line = logLine({
    level: 'WARN',
    timestampNanos: 1_800_000_000_123_456_789n,
    message: `no entry with ${JWT}`,
    meta: {
      clientSecret: 'x',
      headers: { Authorization: 'y' },
      auths: { 'registry.example': { auth: 'bWU6cHc=', identitytoken: 'z' } },
      error: new Error(`for ${JWT}`),
    },
  });

  expect(line).not.toContain('\n');
  expect(line).not.toContain(JWT);
  expect(JSON.parse(line)).toMatchObject({
    time: '2027-01-15T08:00:00.123Z',
    level: 'WARN',
    message: 'no entry with [hidden]',
    clientSecret: '[hidden]',
    headers: { Authorization: '[hidden]' },
    auths: { 'registry.example': { auth: '[hidden]', identitytoken: '[hidden]' } },
    error: { name: 'Error', message: 'for [hidden]' },
  });
});
