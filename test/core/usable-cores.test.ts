import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { usableCores } from '../../src/core/usable-cores.js';

/** What is counted on a machine of 8 cores with these files. */
function counted(files: Readonly<Record<string, string>>): number {
  return usableCores({ read: (path) => files[path], scheduled: 8 });
}

describe('the cores a process can use', () => {
  it('are those it may run on where nothing limits it', () => {
    expect(counted({})).toBe(8);
    expect(counted({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' })).toBe(8);
    expect(
      counted({
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      }),
    ).toBe(8);
  });

  it.each([
    ['200000 100000\n', 2],
    ['150000 100000\n', 2],
    ['10000 100000\n', 1],
    ['2000000 100000\n', 8],
  ])("are no more than a container's limit: %j", (limit, cores) => {
    expect(counted({ '/sys/fs/cgroup/cpu.max': limit })).toBe(cores);
  });

  it('are limited by older control groups too', () => {
    const folder = '/sys/fs/cgroup/cpu,cpuacct/docker/1';
    const files = { [`${folder}/cpu.cfs_quota_us`]: '300000\n', [`${folder}/cpu.cfs_period_us`]: '100000\n' };
    expect(counted({ '/proc/self/cgroup': '2:memory:/x\n1:cpu,cpuacct:/docker/1\n', ...files })).toBe(3);
    expect(counted({ '/proc/self/cgroup': '2:memory:/docker/1\n', ...files })).toBe(8);
  });

  it('are limited by the tightest of the groups above', () => {
    const files = {
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/a/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/cpu.max': '500000 100000\n',
    };
    expect(counted(files)).toBe(4);
  });

  it('are never more here than the system says', () => {
    expect(usableCores()).toBeGreaterThan(0);
    expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
  });
});
