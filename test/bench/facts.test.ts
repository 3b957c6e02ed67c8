import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../src/bench/facts.js';

describe('the facts beside every figure', () => {
  it('name version, commit and machine', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const facts = await gatherFacts();
    expect(facts).toMatchObject({ version, node: process.version });
    expect(facts.commit ?? 'abcdef0').toMatch(/^[0-9a-f]{7,}\+?$/);
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(2 ** 20);
    expect(Date.now() - Date.parse(facts.date)).toBeLessThan(60_000);
  });
});
