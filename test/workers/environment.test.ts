import { describe, expect, it } from 'vitest';
import { hideVariables } from '../../src/workers/environment.js';

const environment = { PATH: '/bin', AWS_SECRET: 's', AWS_KEY: 'k', MY_AWS_KEY: 'm' };

describe('the environment of workers', () => {
  it('lacks the variables whose whole name matches', () => {
    expect(hideVariables(environment, 'AWS_.*')).toEqual({ PATH: '/bin', MY_AWS_KEY: 'm' });
    expect(hideVariables(environment, /AWS_KEY|PATH/)).toEqual({ AWS_SECRET: 's', MY_AWS_KEY: 'm' });
  });

  it('is whole without a pattern', () => {
    expect(hideVariables(environment, undefined)).toBe(environment);
    expect(hideVariables(environment, '')).toBe(environment);
  });
});
