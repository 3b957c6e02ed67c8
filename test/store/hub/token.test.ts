import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findToken, forgetToken, saveToken } from '../../../src/store/hub/token.js';

function tokenFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'home', 'token');
}

describe('the token', () => {
  it('is the given one, else that of the environment, else the one that was saved', async () => {
    const file = tokenFile();
    expect(await findToken(undefined, {}, file)).toBeUndefined();
    await saveToken(file, 'laptop', 'hf_saved');
    expect(await findToken(undefined, {}, file)).toEqual({ text: 'hf_saved', source: file });
    expect(await findToken(undefined, { HUGGING_FACE_HUB_TOKEN: 'old' }, file)).toMatchObject({
      text: 'old',
    });
    const both = { HUGGING_FACE_HUB_TOKEN: 'old', HF_TOKEN: ' new\n' };
    expect(await findToken(undefined, both, file)).toEqual({ text: 'new', source: 'HF_TOKEN' });
    expect(await findToken('mine', both, file)).toEqual({ text: 'mine', source: '--token' });
  });

  it('is kept for the user alone, and beside it the stored tokens as Python writes them', async () => {
    const file = tokenFile();
    await saveToken(file, 'work', 'hf_1');
    await saveToken(file, 'laptop', 'hf_2');
    const stored = join(file, '..', 'stored_tokens');
    expect(readFileSync(file, 'utf8')).toBe('hf_2');
    expect(readFileSync(stored, 'utf8')).toBe('[laptop]\nhf_token = hf_2\n\n[work]\nhf_token = hf_1\n\n');
    for (const path of [file, stored]) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  it('is closed to others also where its file was open to them', async () => {
    const file = tokenFile();
    await saveToken(file, 'a', 'hf_1');
    chmodSync(file, 0o644);
    await saveToken(file, 'a', 'hf_2');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is forgotten with its stored copy; the others stay', async () => {
    const file = tokenFile();
    expect(await forgetToken(file)).toBe(false);
    await saveToken(file, 'work', 'hf_1');
    await saveToken(file, 'laptop', 'hf_2');
    expect(await forgetToken(file)).toBe(true);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(join(file, '..', 'stored_tokens'), 'utf8')).toBe('[work]\nhf_token = hf_1\n\n');
  });

  it('keeps fields of other tokens that it does not know', async () => {
    const file = tokenFile();
    await saveToken(file, 'a', 'hf_1');
    const stored = join(file, '..', 'stored_tokens');
    writeFileSync(stored, '[browser]\nhf_token = hf_9\nrefresh_token = r\nexpires_at = 7\n\n');
    await saveToken(file, 'a', 'hf_2');
    expect(readFileSync(stored, 'utf8')).toContain(
      '[browser]\nhf_token = hf_9\nrefresh_token = r\nexpires_at = 7\n',
    );
  });

  it('that cannot be read or written is an error', async () => {
    const file = tokenFile();
    await saveToken(file, 'a', 'hf_1');
    await expect(findToken(undefined, {}, join(file, 'below'))).rejects.toMatchObject({ code: 'HUB_READ' });
    await expect(saveToken(join(file, '..'), 'a', 'hf_2')).rejects.toMatchObject({ code: 'HUB_WRITE' });
  });
});
