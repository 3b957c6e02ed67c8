type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server's environment as workers may see it: without the variables whose whole name matches the pattern, which is
 * TorchServe's `blacklist_env_vars`. An empty or absent pattern hides nothing.
 */
export function hideVariables(environment: Environment, pattern: RegExp | string | undefined): Environment {
  const source = pattern instanceof RegExp ? pattern.source : pattern;
  if (!source) return environment;
  const whole = new RegExp(`^(?:${source})$`, pattern instanceof RegExp ? pattern.flags : '');
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !whole.test(name)));
}
