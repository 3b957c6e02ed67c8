import { describe, expect, it } from 'vitest';
import { allowedUrls } from '../../src/store/allowed-urls.js';

describe('allowed_urls', () => {
  it('must match the URL as a whole', () => {
    const allowed = allowedUrls(['https://models\\.example/.*']);
    expect(allowed('https://models.example/a.mar')).toBe(true);
    expect(allowed('http://evil.example/?https://models.example/a.mar')).toBe(false);
    expect(allowed('https://models.example.evil/a.mar')).toBe(false);
  });

  it('does not look at letter case', () => {
    expect(allowedUrls(['https://models\\.example/.*'])('HTTPS://Models.Example/a.mar')).toBe(true);
  });

  it('allows nothing without a pattern', () => {
    expect(allowedUrls([])('file:///a.mar')).toBe(false);
  });
});
