import { describe, expect, it } from 'vitest';
import { dumpSettings } from '../../src/config/dump.js';
import { resolveSettings } from '../../src/config/resolve.js';

function dump(flags: Record<string, string>): string[] {
  return dumpSettings(resolveSettings({ flags, env: {}, cwd: '/nowhere' }));
}

describe('the dump of the settings', () => {
  it('names each value that counts with its source', () => {
    const lines = dump({ model_store: '/store', grpc_inference_port: '1' });
    expect(lines[0]).toBe('Configuration file: none');
    expect(lines).toContain('model_store: /store (--model-store)');
    expect(lines).toContain('job_queue_size: 100 (the default)');
    expect(lines).toContain('grpc_inference_port: 1 (--grpc-inference-port)');
    expect(lines.join('\n')).not.toContain('grpc_management_port');
  });

  it('keeps passwords to itself', () => {
    const text = dump({ keystore_pass: 'secret' }).join('\n');
    expect(text).toContain('keystore_pass: ***');
    expect(text).not.toContain('secret');
  });
});
