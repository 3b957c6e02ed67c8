/** Emits metrics of every kind. Python's add_error has no twin: handlers cannot leave out the model's name here. */
export function handle(data, context) {
  const { metrics } = context;
  metrics.counter('KitCounter', 2);
  metrics.time('KitTime', 12.5);
  metrics.gauge('KitSize', 3, { unit: 'Megabytes' });
  metrics.gauge('KitPercent', 40, { unit: 'Percent' });
  metrics.counter('KitGeneric', 7);
  return data.map(() => 'counted');
}
