import { describe, expect, it } from 'vitest';
import { builtInHandlers, handlerFile, runtimeOf } from '../../src/archive/handlers.js';
import { BUILT_IN_HANDLERS as NODE_HANDLERS } from '../../src/runtimes/node/handlers/index.js';

describe('the file of a handler', () => {
  it.each([
    ['h.py', 'python', 'h.py'],
    ['h', 'python', 'h.py'],
    ['path/h:fn', 'python', 'path/h.py'],
    ['h.py:fn', 'python3', 'h.py:fn'],
    ['image_classifier', 'python', undefined],
    ['BaseHandler', 'LSP', undefined],
    ['handler.ts', 'node', 'handler.ts'],
    ['dir/handler.ts:Shout', 'node', 'dir/handler.ts'],
    ['onnx', 'node', undefined],
  ] as const)('of %s with runtime %s is %s', (handler, runtime, file) => {
    expect(handlerFile(handler, runtime)).toBe(file);
  });

  it('tells the runtime when none was asked for', () => {
    const handlers = ['h.ts', 'h.mjs:fn', 'h.js', 'onnx', 'h.py', 'image_classifier', 'h.d.ts'];
    expect(handlers.map(runtimeOf)).toEqual(['node', 'node', 'node', 'node', 'python', 'python', 'python']);
  });
});

describe('the built-in handlers', () => {
  it('of node are those that its workers have', () => {
    expect([...builtInHandlers('node')].sort()).toEqual(Object.keys(NODE_HANDLERS).sort());
  });
});
