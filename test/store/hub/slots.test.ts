import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/store/hub/slots.js';

describe('slots', () => {
  it('go to so many at a time, then to who waits longest; letting go twice counts once', async () => {
    const slots = new Slots(2);
    const order: string[] = [];
    const taken = async (name: string) => {
      const release = await slots.take();
      order.push(name);
      return release;
    };
    const first = await taken('first');
    const second = await taken('second');
    const third = taken('third');
    const fourth = taken('fourth');
    await new Promise(setImmediate);
    expect(order).toEqual(['first', 'second']);
    second();
    second();
    await third;
    await new Promise(setImmediate);
    expect(order).toEqual(['first', 'second', 'third']);
    first();
    await fourth;
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
  });
});
