import type { RequestData } from '../handler.js';
import { PredictionException } from '../prediction-exception.js';

/** Refuses a form without parts, which is what a JSON body or a text becomes when curl sends it with `-d` alone. */
export function refuseEmpty(request: RequestData): void {
  if (Object.keys(request).length > 0) return;
  throw new PredictionException(
    'The request is a form without parts. Send the body with a content type: curl -H "content-type: application/json", or text/plain.',
    400,
  );
}
