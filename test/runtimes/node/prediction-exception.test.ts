import { describe, expect, it } from 'vitest';
import {
  isPredictionException,
  PredictionException,
} from '../../../src/runtimes/node/prediction-exception.js';

describe('PredictionException', () => {
  it('has status 500 unless told otherwise', () => {
    expect(new PredictionException('no').errorCode).toBe(500);
    expect(new PredictionException('no', 422).errorCode).toBe(422);
  });

  it('is known by its errorCode when another copy of the package made it', () => {
    class Foreign extends Error {
      readonly errorCode = 404;
    }
    expect(isPredictionException(new Foreign('gone'))).toBe(true);
  });

  it('is not any error, nor any object with a code', () => {
    expect(isPredictionException(new Error('no'))).toBe(false);
    expect(isPredictionException({ errorCode: 404 })).toBe(false);
    expect(isPredictionException(Object.assign(new Error('no'), { errorCode: 'E_NO' }))).toBe(false);
  });
});
