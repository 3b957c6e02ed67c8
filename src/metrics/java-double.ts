/** A number as Java prints a double: `1.0`, `12.5`, `1.2345678E7`. TorchServe's metric lines and Prometheus text hold such. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size < 1e-3 || size >= 1e7) return scientific(value);
  const thousandths = Math.round(size * 1000);
  // Most metrics have few decimals, and general conversion is ten times slower.
  if (thousandths / 1000 !== size) return String(value);
  const whole = Math.floor(thousandths / 1000);
  return `${value < 0 ? '-' : ''}${whole}${DECIMALS[thousandths - whole * 1000]}`;
}

/** `.0`, `.001`, … `.5`, … `.999`: without zeros at the end. */
const DECIMALS: readonly string[] = Array.from({ length: 1000 }, (_, thousandth) =>
  thousandth === 0 ? '.0' : `.${String(thousandth).padStart(3, '0').replace(/0+$/, '')}`,
);

function scientific(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
