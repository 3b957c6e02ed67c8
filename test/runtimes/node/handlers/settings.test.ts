import { describe, expect, it } from 'vitest';
import { HandlerSettings } from '../../../../src/runtimes/node/handlers/settings.js';

const settings = new HandlerSettings({
  handler: { name: 'x', on: true, topK: 3, size: [8, 4], side: 7, mean: [0.5, 1], one: 0.5, empty: null },
});

describe('HandlerSettings', () => {
  it('reads values of each type', () => {
    expect(settings.text('name')).toBe('x');
    expect(settings.flag('on', false)).toBe(true);
    expect(settings.count('topK', 5)).toBe(3);
    expect(settings.size('size')).toEqual([8, 4]);
    expect(settings.size('side')).toBe(7);
    expect(settings.numbers('mean')).toEqual([0.5, 1]);
    expect(settings.numbers('one')).toEqual([0.5]);
    expect(settings.word('name', ['x', 'y'], 'y')).toBe('x');
    expect([settings.has('name'), settings.has('gone'), settings.has('toString')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('falls back when a key is unset or empty', () => {
    expect(settings.text('gone')).toBeUndefined();
    expect(settings.count('empty', 5)).toBe(5);
    expect(settings.flag('gone', true)).toBe(true);
    expect(settings.word('gone', ['x', 'y'], 'y')).toBe('y');
    expect(new HandlerSettings({}).size('size')).toBeUndefined();
  });

  it.each([
    ['text', () => settings.text('topK'), 'handler.topK of model-config.yaml is 3; expected text.'],
    [
      'flag',
      () => settings.flag('name', true),
      'handler.name of model-config.yaml is "x"; expected true or false.',
    ],
    [
      'count',
      () => settings.count('one', 1),
      'handler.one of model-config.yaml is 0.5; expected a whole number of at least 1.',
    ],
    [
      'size',
      () => settings.size('mean'),
      'handler.mean of model-config.yaml is [0.5,1]; expected a number of pixels or [height, width].',
    ],
    [
      'numbers',
      () => settings.numbers('name'),
      'handler.name of model-config.yaml is "x"; expected a list of numbers.',
    ],
    [
      'word',
      () => settings.word('name', ['a', 'b'], 'a'),
      'handler.name of model-config.yaml is "x"; expected one of a, b.',
    ],
    [
      'section',
      () => new HandlerSettings({ handler: 'onnx' }),
      'handler.* of model-config.yaml is "onnx"; expected a map.',
    ],
  ])('says what a wrong %s should be', (_, read, message) => {
    expect(read).toThrow(message);
  });
});
