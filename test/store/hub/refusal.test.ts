import { describe, expect, it } from 'vitest';
import { ServeError } from '../../../src/core/errors.js';
import { type Asked, refusalError } from '../../../src/store/hub/refusal.js';
import type { Passing } from '../../../src/store/hub/retry.js';
import { HUB_LIMITS } from '../../../src/store/hub/settings.js';

const ASKED: Asked = {
  endpoint: 'https://hub.co',
  host: 'hub.co',
  repo: 'org/name',
  type: 'model',
  revision: 'main',
  what: 'the list of files of org/name',
};

function refused(
  status: number,
  headers: Record<string, string> = {},
  asked: Partial<Asked> = {},
  text = '',
) {
  const refusal = { status, headers: new Map(Object.entries(headers)), text };
  return refusalError(refusal, { ...ASKED, ...asked }, HUB_LIMITS);
}

function codeOf(error: Passing | ServeError): string {
  return error instanceof ServeError ? error.code : `again: ${error.lasting(6).code}`;
}

describe('a refusal', () => {
  it('is known by the code the hub sends with it', () => {
    const code = (name: string) => ({ 'x-error-code': name });
    expect(codeOf(refused(401, code('RepoNotFound')))).toBe('HUB_REPO_MISSING');
    expect(codeOf(refused(404, code('RevisionNotFound')))).toBe('HUB_REVISION_MISSING');
    expect(codeOf(refused(404, code('EntryNotFound'), { file: 'x' }))).toBe('HUB_FILE_MISSING');
    for (const status of [401, 403]) expect(codeOf(refused(status, code('GatedRepo')))).toBe('HUB_GATED');
  });

  it('is known by its status where there is no code', () => {
    expect(codeOf(refused(401))).toBe('HUB_REPO_MISSING');
    expect(codeOf(refused(404))).toBe('HUB_REPO_MISSING');
    expect(codeOf(refused(404, {}, { file: 'x' }))).toBe('HUB_FILE_MISSING');
    expect(codeOf(refused(403))).toBe('HUB_FORBIDDEN');
    expect(codeOf(refused(400))).toBe('HUB_REFUSED');
    expect(codeOf(refused(404, {}, { repo: undefined }))).toBe('HUB_REFUSED');
  });

  it('of the token is told from a repository that is not there', () => {
    const words = { 'x-error-message': 'Invalid credentials in Authorization header' };
    const error = refused(401, words, { tokenSource: 'HF_TOKEN' });
    expect(codeOf(error)).toBe('HUB_TOKEN_REFUSED');
    expect(error.message).toContain('(HF_TOKEN)');
    expect(codeOf(refused(401, {}, { tokenSource: 'HF_TOKEN' }))).toBe('HUB_REPO_MISSING');
    expect(codeOf(refused(401, {}, { tokenSource: 'HF_TOKEN', repo: undefined }))).toBe('HUB_TOKEN_REFUSED');
  });

  it('may pass when the server is broken or busy', () => {
    for (const status of [408, 500, 502, 503, 504, 429])
      expect(codeOf(refused(status))).toBe('again: HUB_BROKEN');
  });

  it('says how long to wait: in seconds, by a date, or by the rate limit', () => {
    const waitOf = (headers: Record<string, string>) => (refused(429, headers) as Passing).retryAfterMs;
    expect(waitOf({ 'retry-after': '7' })).toBe(7000);
    expect(waitOf({ ratelimit: '"api";r=0;t=55' })).toBe(55_000);
    expect(waitOf({ ratelimit: '"api";r=3;t=55' })).toBeUndefined();
    const waitMs = waitOf({ 'retry-after': new Date(Date.now() + 9000).toUTCString() });
    expect(waitMs).toBeGreaterThan(5000);
    expect(waitMs).toBeLessThanOrEqual(9000);
    expect(waitOf({})).toBeUndefined();
  });

  it('that asks to wait too long is an error', () => {
    const error = refused(429, { 'retry-after': '7200' });
    expect(codeOf(error)).toBe('HUB_RATE_LIMITED');
    expect(error.message).toBe(
      'hub.co asks to wait 7200 s before the next request, longer than the limit of 300 s.',
    );
  });

  it('keeps the words of the hub', () => {
    expect(refused(403, { 'x-error-message': 'Not\nyou. ' }).message).toContain('reading org/name: Not you.');
    expect(refused(403, {}, {}, '{"error":"From the body"}').message).toContain(': From the body.');
    expect(refused(403, {}, {}, '<html>').message).toContain(': it gives no reason.');
  });
});
