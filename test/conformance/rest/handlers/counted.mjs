/** Emits metrics of every kind. */
export function handle(data, context) {
  context.metrics.counter('KitCounter', 2);
  context.metrics.time('KitTime', 12.5);
  context.metrics.gauge('KitSize', 3, { unit: 'Megabytes' });
  return data.map(() => 'counted');
}
