import { get } from 'node:http';
import { connect } from 'node:net';
import type { HealthCheck } from './service-spec.ts';

/** Asks once whether a service answers as it should. Never throws: no answer within `timeoutMs` is a no. */
export function isHealthy(check: HealthCheck, timeoutMs: number): Promise<boolean> {
  return 'url' in check ? answersHttp(check.url, check.status, timeoutMs) : acceptsTcp(check, timeoutMs);
}

function answersHttp(url: string, status: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === status);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}

function acceptsTcp({ host, port }: { host: string; port: number }, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => answer(true));
    socket.on('timeout', () => answer(false));
    socket.on('error', () => answer(false));
  });
}
