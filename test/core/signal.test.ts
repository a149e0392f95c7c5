import { describe, expect, it, vi } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectFlags, Signal, type SignalHost } from '../../src/core/signal.js';
import { recordErrors } from './support/errors.js';

const errors = recordErrors();

/** Stands in for the object a signal belongs to. */
class Host implements SignalHost {
  blocked = false;
  listensInDom = false;
  readonly dispatched: unknown[] = [];
  readonly deferred: (() => void)[] = [];

  hasDomListener(): boolean {
    return this.listensInDom;
  }

  dispatchDom(signal: string, args: readonly unknown[]): void {
    this.dispatched.push([signal, args]);
  }

  defer(call: () => void): void {
    this.deferred.push(call);
  }

  runDeferred(): void {
    for (const call of this.deferred.splice(0)) call();
  }
}

function make(): { signal: Signal<[n: number]>; host: Host; calls: string[]; note(name: string): (n: number) => void } {
  const host = new Host();
  const calls: string[] = [];
  return { signal: new Signal('pinged', host), host, calls, note: (name) => (n) => calls.push(`${name}${n}`) };
}

describe('Signal', () => {
  it('starts without listeners', () => {
    const { signal } = make();
    expect([signal.name, signal.hasConnections(), signal.getConnections()]).toEqual(['pinged', false, []]);
    expect([ConnectFlags.CONNECT_DEFERRED, ConnectFlags.CONNECT_ONE_SHOT]).toEqual([1, 4]);
  });

  it('calls its listeners in the order they were connected, with the arguments', () => {
    const { signal, calls, note } = make();
    for (const name of ['c', 'a', 'b']) expect(signal.connect(note(name))).toBe(Err.OK);
    signal.emit(1);
    signal.emit(2);
    expect(calls).toEqual(['c1', 'a1', 'b1', 'c2', 'a2', 'b2']);
  });

  it('refuses the same function twice with ERR_INVALID_PARAMETER, as Godot does', () => {
    const { signal, calls, note } = make();
    const fn = note('a');
    signal.connect(fn);
    expect(signal.connect(fn)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(signal.connect(fn, ConnectFlags.CONNECT_ONE_SHOT)).toBe(Err.ERR_INVALID_PARAMETER);
    signal.emit(1);
    expect(calls).toEqual(['a1']);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER]);
  });

  it('refuses what is not a function', () => {
    const { signal } = make();
    expect(signal.connect(null as never)).toBe(Err.ERR_INVALID_PARAMETER);
    expect([signal.hasConnections(), errors.length]).toEqual([false, 1]);
  });

  it('tells who is connected', () => {
    const { signal, host, note } = make();
    const [a, b] = [note('a'), note('b')];
    signal.connect(a);
    signal.connect(b);
    expect([signal.isConnected(a), signal.isConnected(note('c')), signal.hasConnections()]).toEqual([
      true,
      false,
      true,
    ]);
    expect(signal.getConnections()).toEqual([a, b]);
    signal.disconnect(a);
    expect([signal.isConnected(a), signal.getConnections()]).toEqual([false, [b]]);
    signal.disconnect(b);
    expect(signal.hasConnections()).toBe(false);
    host.listensInDom = true;
    expect(signal.hasConnections()).toBe(true);
  });

  it('reports the disconnect of a function that is not connected', () => {
    const { signal, note } = make();
    signal.disconnect(note('a'));
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_DOES_NOT_EXIST]);
  });

  it('does not call a listener that was disconnected while the signal is emitted', () => {
    const { signal, calls, note } = make();
    const late = note('late');
    signal.connect(() => signal.disconnect(late), ConnectFlags.CONNECT_ONE_SHOT);
    signal.connect(late);
    signal.connect(note('last'));
    signal.emit(1);
    expect(calls).toEqual(['last1']);
  });

  it('goes on to the next listener when one disconnects itself', () => {
    const { signal, calls, note } = make();
    const first = (n: number): void => {
      calls.push(`first${n}`);
      signal.disconnect(first);
    };
    signal.connect(first);
    signal.connect(note('second'));
    signal.emit(1);
    signal.emit(2);
    expect(calls).toEqual(['first1', 'second1', 'second2']);
  });

  it('calls a listener that was connected while the signal is emitted the next time only', () => {
    const { signal, calls, note } = make();
    signal.connect(() => signal.connect(note('late')), ConnectFlags.CONNECT_ONE_SHOT);
    signal.emit(1);
    expect(calls).toEqual([]);
    signal.emit(2);
    expect(calls).toEqual(['late2']);
  });

  it('calls a one shot listener once, even when it emits the signal itself', () => {
    const { signal, calls } = make();
    const fn = (n: number): void => {
      calls.push(`shot${n}`);
      signal.emit(n + 1);
    };
    signal.connect(fn, ConnectFlags.CONNECT_ONE_SHOT);
    signal.emit(1);
    signal.emit(5);
    expect([calls, signal.isConnected(fn)]).toEqual([['shot1'], false]);
  });

  it('does not call a one shot listener again that a nested emission has used up', () => {
    const { signal, calls, note } = make();
    signal.connect(() => signal.emit(2), ConnectFlags.CONNECT_ONE_SHOT);
    signal.connect(note('shot'), ConnectFlags.CONNECT_ONE_SHOT);
    signal.emit(1);
    expect(calls).toEqual(['shot2']);
  });

  it('leaves deferred listeners to the host, with the arguments of their emission', () => {
    const { signal, host, calls, note } = make();
    signal.connect(note('later'), ConnectFlags.CONNECT_DEFERRED);
    signal.connect(note('now'));
    signal.emit(1);
    signal.emit(2);
    expect(calls).toEqual(['now1', 'now2']);
    host.runDeferred();
    expect(calls).toEqual(['now1', 'now2', 'later1', 'later2']);
  });

  it('defers a one shot listener once', () => {
    const { signal, host, calls, note } = make();
    signal.connect(note('a'), ConnectFlags.CONNECT_DEFERRED | ConnectFlags.CONNECT_ONE_SHOT);
    signal.emit(1);
    signal.emit(2);
    host.runDeferred();
    expect(calls).toEqual(['a1']);
  });

  it('R-003 reports a listener that throws and calls the others', () => {
    const { signal, host, calls, note } = make();
    const thrown = new Error('mine');
    const throwIt = (): void => {
      throw thrown;
    };
    host.listensInDom = true;
    signal.connect(note('before'));
    signal.connect(throwIt);
    signal.connect(() => throwIt(), ConnectFlags.CONNECT_DEFERRED);
    signal.connect(note('after'));
    expect(() => signal.emit(1)).not.toThrow();
    expect(() => host.runDeferred()).not.toThrow();
    expect([calls, host.dispatched]).toEqual([['before1', 'after1'], [['pinged', [1]]]]);
    expect(errors.map(({ err, cause }) => [err, cause])).toEqual([
      [Err.ERR_SCRIPT_FAILED, thrown],
      [Err.ERR_SCRIPT_FAILED, thrown],
    ]);
    expect(errors[0]?.text).toContain('pinged');
  });

  it('dispatches to the DOM side after its own listeners, and only when somebody listens there', () => {
    const { signal, host, calls, note } = make();
    const dispatch = vi.spyOn(host, 'dispatchDom').mockImplementation((name) => void calls.push(name));
    signal.connect(note('own'));
    signal.emit(1);
    expect(dispatch).not.toHaveBeenCalled();
    host.listensInDom = true;
    signal.emit(2);
    expect(calls).toEqual(['own1', 'own2', 'pinged']);
  });

  it('emits nothing while its host is blocked', () => {
    const { signal, host, calls, note } = make();
    host.listensInDom = true;
    host.blocked = true;
    signal.connect(note('a'));
    signal.connect(note('b'), ConnectFlags.CONNECT_DEFERRED);
    signal.emit(1);
    host.runDeferred();
    expect([calls, host.dispatched]).toEqual([[], []]);
    host.blocked = false;
    signal.emit(2);
    expect(calls).toEqual(['a2']);
  });
});

describe('Signal.once', () => {
  it('resolves with the arguments of the next emission and leaves no listener', async () => {
    const { signal } = make();
    signal.emit(1);
    const next = signal.once();
    expect(signal.hasConnections()).toBe(true);
    signal.emit(2);
    signal.emit(3);
    expect(signal.hasConnections()).toBe(false);
    await expect(next).resolves.toEqual([2]);
  });

  it('continues after the emission, not inside it', async () => {
    const { signal, calls, note } = make();
    const continued = signal.once().then(([n]) => calls.push(`once${n}`));
    signal.connect(note('listener'));
    signal.emit(1);
    expect(calls).toEqual(['listener1']);
    await continued;
    expect(calls).toEqual(['listener1', 'once1']);
  });

  it('serves several waiters of one emission', async () => {
    const { signal } = make();
    const both = Promise.all([signal.once(), signal.once()]);
    signal.emit(4);
    await expect(both).resolves.toEqual([[4], [4]]);
  });
});
