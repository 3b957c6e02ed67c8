import { parseDocument } from 'yaml';
import type { Candidate } from './candidates.js';

/**
 * The text of a model-config.yaml with a candidate's settings; everything else in `text` stays as it is, comments
 * included. `text` must be YAML whose top is a map, or empty.
 */
export function recommendedConfig(text: string, candidate: Candidate): string {
  const document = parseDocument(text === '' ? '{}' : text, { version: '1.1', uniqueKeys: false });
  const values = {
    minWorkers: candidate.workers,
    maxWorkers: candidate.workers,
    batchSize: candidate.batchSize,
    // Without a meaning for single requests, and then better not touched.
    ...(candidate.batchSize > 1 ? { maxBatchDelay: candidate.batchDelayMs } : {}),
    threads: candidate.threads,
  };
  if (document.contents === null || text.trim() === '') return lines(values);
  for (const [key, value] of Object.entries(values)) document.set(key, value);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function lines(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}
