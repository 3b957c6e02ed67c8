import { describe, expect, it } from 'vitest';
import { openHub } from '../../../src/commands/download/hub.js';
import { hubSettings } from '../../../src/store/hub/settings.js';

describe('the hub of a command', () => {
  it('is asked with the token that was given', async () => {
    const hub = await openHub(hubSettings({}), 'hf_mine');
    expect(hub.token).toEqual({ text: 'hf_mine', source: '--token' });
    hub.close();
  });
});
