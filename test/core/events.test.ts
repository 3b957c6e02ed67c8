import { describe, expect, it } from 'vitest';
import { EventHub } from '../../src/core/events.js';

const change = { model: 'a', version: '1.0', change: 'registered' } as const;

describe('the event hub', () => {
  it('tells every observer of a name, in the order they came', () => {
    const hub = new EventHub();
    const heard: string[] = [];
    hub.on('model.changed', () => heard.push('first'));
    hub.on('model.changed', () => heard.push('second'));
    hub.on('job.requested', () => heard.push('other'));
    hub.emit('model.changed', change);
    expect(heard).toEqual(['first', 'second']);
  });

  it('hands the event on as it is', () => {
    const hub = new EventHub();
    const heard: unknown[] = [];
    hub.on('model.changed', (event) => heard.push(event));
    hub.emit('model.changed', change);
    expect(heard[0]).toBe(change);
  });

  it('forgets an observer, also one that leaves while it is told', () => {
    const hub = new EventHub();
    const heard: string[] = [];
    const forget = hub.on('model.changed', () => {
      heard.push('once');
      forget();
    });
    hub.on('model.changed', () => heard.push('always'));
    hub.emit('model.changed', change);
    hub.emit('model.changed', change);
    expect(heard).toEqual(['once', 'always', 'always']);
  });

  it('does nothing when nobody listens', () => {
    expect(() => new EventHub().emit('model.changed', change)).not.toThrow();
  });
});
