/** Thrown by a handler to choose the status and the text of the error that its requests are answered with. */
export class PredictionException extends Error {
  readonly errorCode: number;

  /** `errorCode` is the HTTP status, 500 unless given. */
  constructor(message: string, errorCode = 500) {
    super(message);
    this.name = 'PredictionException';
    this.errorCode = errorCode;
  }
}

/**
 * True for a PredictionException of any copy of this package: a handler may bring one of its own, so the class alone
 * does not tell.
 */
export function isPredictionException(thrown: unknown): thrown is PredictionException {
  if (thrown instanceof PredictionException) return true;
  return thrown instanceof Error && 'errorCode' in thrown && isStatus(thrown.errorCode);
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;
}
