/** A number as Java prints a double: `1.0`, `12.5`, `1.2345678E7`. TorchServe's metric lines and Prometheus text hold such. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size < 1e-3 || size >= 1e7) return scientific(value);
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function scientific(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
