import { describe, expect, it } from 'vitest';
import { completeRequest, type ModelArguments } from '../../src/archive/request.js';
import { complaintOf, scratch } from './scratch.js';

const FILES = { 'handler.ts': '', 'm.onnx': '', 'index_to_name.json': '{}', 'requirements.txt': '' };

function args(more: Partial<ModelArguments>): ModelArguments {
  return {
    modelName: 'm',
    extraFiles: [],
    exportPath: '.',
    format: 'default',
    force: false,
    folder: scratch(FILES),
    ...more,
  };
}

describe('the flags of a command line', () => {
  it('with handler and version mean exactly what they say', async () => {
    const { request, choices } = await completeRequest(
      args({ handler: 'handler.ts', version: '2', extraFiles: ['a, b', 'c'] }),
    );
    expect(request).toMatchObject({ runtime: 'node', version: '2', extraFiles: ['a', 'b', 'c'] });
    expect(request.serializedFile ?? request.keptFiles).toBeUndefined();
    expect(choices).toEqual([]);
  });

  it('without a handler are completed from the folder, as version 1.0', async () => {
    const { request, leftOut } = await completeRequest(args({}));
    expect(request).toMatchObject({
      handler: 'handler.ts',
      version: '1.0',
      serializedFile: 'm.onnx',
      keptFiles: ['index_to_name.json'],
    });
    expect(leftOut).toEqual(['requirements.txt']);
  });

  it('without a version are completed too, when the handler lies in the folder', async () => {
    const { request } = await completeRequest(args({ handler: 'handler.ts' }));
    expect(request.serializedFile).toBe('m.onnx');
  });

  it('that name files of another folder are not completed from this one', async () => {
    const other = scratch({ 'other.mjs': '', 'n.onnx': '' });
    const { request } = await completeRequest(args({ handler: `${other}/other.mjs` }));
    expect(request.serializedFile).toBeUndefined();
    const plain = await completeRequest(args({ serializedFile: `${other}/n.onnx` }));
    expect(plain.request).toMatchObject({ handler: 'onnx', runtime: 'node' });
    expect(plain.request.keptFiles).toBeUndefined();
    expect(plain.choices).toHaveLength(1);
    expect(await complaintOf(completeRequest(args({ serializedFile: `${other}/n.pt` })))).toContain(
      'no --handler',
    );
  });

  it('keep the path of a model that was found in a folder below', async () => {
    const folder = scratch({ 'onnx/model.onnx': '' });
    const { request } = await completeRequest(args({ folder }));
    expect(request).toMatchObject({ serializedFile: 'onnx/model.onnx', keptFiles: ['onnx/model.onnx'] });
  });
});
