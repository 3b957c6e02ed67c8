import { describe, expect, it } from 'vitest';
import { type FindDevicesOptions, findDevices } from '../../src/devices/devices.js';
import { makeTools, nvidiaSmi } from './tools.js';

interface Machine extends Partial<FindDevicesOptions> {
  readonly tools?: Readonly<Record<string, string>>;
  readonly visible?: string;
}

async function find({ tools = {}, visible, ...options }: Machine) {
  const problems: string[] = [];
  const env = { PATH: `${makeTools(tools)}:/bin`, CUDA_VISIBLE_DEVICES: visible };
  const devices = await findDevices({
    env,
    platform: 'linux',
    onProblem: (reason) => problems.push(reason),
    ...options,
  });
  return { devices, problems };
}

describe('finding devices', () => {
  it.each([1, 4, 8])('finds %i GPUs through nvidia-smi', async (gpus) => {
    const { devices, problems } = await find({ tools: { 'nvidia-smi': nvidiaSmi(gpus) } });
    expect(devices.map(({ index }) => index)).toEqual(Array.from({ length: gpus }, (_, index) => index));
    expect(devices[0]).toMatchObject({ type: 'cuda', name: 'NVIDIA H200' });
    expect(problems).toEqual([]);
  });

  it('finds none, and is content, on a machine without tools', async () => {
    expect(await find({})).toEqual({ devices: [], problems: [] });
  });

  it('finds none where nvidia-smi finds none', async () => {
    expect((await find({ tools: { 'nvidia-smi': nvidiaSmi(0) } })).devices).toEqual([]);
  });

  it('goes on without GPUs and says so when nvidia-smi prints junk', async () => {
    const { devices, problems } = await find({ tools: { 'nvidia-smi': 'echo "segfault? %%% 0x0"' } });
    expect(devices).toEqual([]);
    expect(problems).toEqual(['nvidia-smi listed no GPU: "segfault? %%% 0x0"']);
  });

  it('goes on without GPUs and says so when nvidia-smi hangs', async () => {
    const tools = { 'nvidia-smi': 'exec sleep 20' };
    const { devices, problems } = await find({ tools, timeoutMs: 200 });
    expect(devices).toEqual([]);
    expect(problems).toEqual(['nvidia-smi gave no answer within 200 ms']);
  });

  it.each([
    [undefined, 4],
    [0, 0],
    [3, 3],
    [9, 4],
    [-1, 0],
  ])('uses at most number_of_gpu: %j of 4 makes %i', async (limit, count) => {
    const { devices } = await find({ tools: { 'nvidia-smi': nvidiaSmi(4) }, limit });
    expect(devices).toHaveLength(count);
  });

  it('counts CUDA_VISIBLE_DEVICES where it is set', async () => {
    const { devices } = await find({ tools: { 'nvidia-smi': nvidiaSmi(4) }, visible: '3,1' });
    expect(devices.map(({ index, physicalIndex }) => [index, physicalIndex])).toEqual([
      [0, 3],
      [1, undefined],
    ]);
  });

  it('asks nobody when CUDA_VISIBLE_DEVICES hides all', async () => {
    const tools = { 'nvidia-smi': nvidiaSmi(4), 'rocm-smi': 'echo card0,x' };
    expect((await find({ tools, visible: '-1' })).devices).toEqual([]);
  });

  it('refuses a CUDA_VISIBLE_DEVICES that names GPUs otherwise', async () => {
    await expect(find({ visible: 'GPU-1' })).rejects.toMatchObject({ code: 'VISIBLE_DEVICES_INVALID' });
  });

  it('asks rocm-smi where there is no NVIDIA GPU', async () => {
    const { devices } = await find({ tools: { 'rocm-smi': 'echo device,name; echo card0,MI210' } });
    expect(devices).toEqual([{ type: 'rocm', index: 0, name: 'MI210' }]);
  });

  it('asks system_profiler on a Mac', async () => {
    const list = '{"SPDisplaysDataType":[{"sppci_model":"Apple M3","spdisplays_metal":"supported"}]}';
    const { devices } = await find({ tools: { system_profiler: `echo '${list}'` }, platform: 'darwin' });
    expect(devices).toEqual([{ type: 'metal', index: 0, name: 'Apple M3' }]);
  });
});
