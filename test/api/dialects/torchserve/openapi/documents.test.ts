import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  listenerDocument,
  managementDocument,
  modelDocument,
} from '../../../../../src/api/dialects/torchserve/openapi/documents.js';

/** What TorchServe answered; `startTime` was replaced by the kind of its value when it was recorded. */
const RECORDED = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../../../conformance/rest/golden/01-ping-and-describe.json', import.meta.url)),
    'utf8',
  ),
) as Record<string, { json: unknown }>;

function asRecorded(document: unknown): unknown {
  const text = JSON.stringify(document, (key, value) => (key === 'startTime' ? '<object>' : value));
  return JSON.parse(text);
}

describe('the API descriptions', () => {
  it.each(['inference', 'management', 'metrics'] as const)(
    'of the %s listener equal TorchServe’s',
    (role) => {
      expect(asRecorded(listenerDocument(role))).toEqual(RECORDED[`options-root-${role}`]?.json);
    },
  );

  it('of a model equal TorchServe’s', () => {
    expect(asRecorded(modelDocument('reflect'))).toEqual(RECORDED['options-prediction']?.json);
    expect(asRecorded(managementDocument('reflect'))).toEqual(RECORDED['options-model-management']?.json);
  });
});
