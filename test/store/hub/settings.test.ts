import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { HUB_LIMITS, hubSettings } from '../../../src/store/hub/settings.js';

describe('the settings of the hub', () => {
  it('come from the variables the field uses, the newer name first', () => {
    expect(hubSettings({})).toMatchObject({
      endpoint: 'https://huggingface.co',
      cacheFolder: `${homedir()}/.cache/huggingface/hub`,
      tokenFile: `${homedir()}/.cache/huggingface/token`,
      offline: false,
      limits: HUB_LIMITS,
    });
    expect(hubSettings({ XDG_CACHE_HOME: '/x' }).cacheFolder).toBe('/x/huggingface/hub');
    expect(hubSettings({ HF_HOME: '/h', XDG_CACHE_HOME: '/x' })).toMatchObject({
      cacheFolder: '/h/hub',
      tokenFile: '/h/token',
    });
    expect(hubSettings({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }).cacheFolder).toBe('/old');
    expect(hubSettings({ HF_HUB_CACHE: '/new', HUGGINGFACE_HUB_CACHE: '/old' }).cacheFolder).toBe('/new');
    expect(hubSettings({ HF_TOKEN_PATH: '/t', HF_HOME: '/h' }).tokenFile).toBe('/t');
  });

  it('may hold ~ and names of variables in paths', () => {
    expect(hubSettings({ HF_HOME: '~/x' }).cacheFolder).toBe(`${homedir()}/x/hub`);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the variable holds
    expect(hubSettings({ HF_HUB_CACHE: '$BASE/${SUB}/$NONE', BASE: '/b', SUB: 's' }).cacheFolder).toBe(
      '/b/s/$NONE',
    );
  });

  it('take the same words for yes as Python does', () => {
    for (const word of ['1', 'ON', 'yes', 'True'])
      expect(hubSettings({ HF_HUB_OFFLINE: word }).offline).toBe(true);
    for (const word of ['0', '', 'no']) expect(hubSettings({ HF_HUB_OFFLINE: word }).offline).toBe(false);
    expect(hubSettings({ TRANSFORMERS_OFFLINE: '1' }).offline).toBe(true);
    expect(hubSettings({ HF_HUB_DISABLE_PROGRESS_BARS: '1' }).silent).toBe(true);
  });

  it('have the time without bytes in seconds, and an address without a final slash', () => {
    expect(hubSettings({ HF_HUB_DOWNLOAD_TIMEOUT: '7' }).limits.idleTimeoutMs).toBe(7000);
    expect(hubSettings({ HF_HUB_DOWNLOAD_TIMEOUT: 'x' }).limits.idleTimeoutMs).toBe(HUB_LIMITS.idleTimeoutMs);
    expect(hubSettings({ HF_ENDPOINT: 'http://mirror/hf/' }).endpoint).toBe('http://mirror/hf');
  });

  it('are refused when an address cannot be one, with the name of the variable', () => {
    for (const value of ['huggingface.co', 'ftp://x', ':'])
      expect(() => hubSettings({ HF_ENDPOINT: value })).toThrow(`HF_ENDPOINT is "${value}"`);
    expect(() => hubSettings({ HTTPS_PROXY: 'socks5://x' })).toThrow('HTTPS_PROXY is "socks5://x"');
  });
});
