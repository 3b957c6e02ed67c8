/**
 * The kind a failed request is counted under: `status 503`, `wrong answer`, `timeout` or `connection`. `fault` is what
 * `findFault` said, or the message of the error the client threw.
 */
export function faultKind(fault: string): string {
  const status = /^status (\d+)/.exec(fault)?.[1];
  if (status !== undefined) return `status ${status}`;
  if (/^the answer (is|has) /.test(fault)) return 'wrong answer';
  return /no answer within|timed out/.test(fault) ? 'timeout' : 'connection';
}
