/** Names and values of a query or a form, decoded, in order. What is not valid percent-encoding stays as it is. */
export function readQuery(text: string): Iterable<[string, string]> {
  return text === '' ? [] : new URLSearchParams(text);
}

/** Parameters of a management call by name; of repeats the first counts, as in TorchServe. */
export function queryParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of readQuery(text)) if (!parameters.has(name)) parameters.set(name, value);
  return parameters;
}

/** TorchServe's reading of whole numbers: whatever does not parse is as if it were not there. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** TorchServe's reading of switches: `true` in any letter case is on, any other word is off. */
export function isOn(text: string | undefined, fallback: boolean): boolean {
  return text === undefined ? fallback : text.toLowerCase() === 'true';
}
