import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectFlags } from '../../src/core/signal.js';
import { recordErrors } from './support/errors.js';
import { Thing, type ThingSignals } from './support/thing.js';

const errors = recordErrors();

/** A name that is no signal, as JavaScript callers can give it. */
const UNKNOWN = 'toString' as keyof ThingSignals;

describe('GodotObject', () => {
  it('starts with its signals in the order of their fields, unconnected and not blocked', () => {
    const thing = new Thing();
    expect(thing.getSignalList()).toEqual(['pinged', 'ended']);
    expect([thing.hasSignal('ended'), thing.hasSignal('toString'), thing.isBlockingSignals()]).toEqual([
      true,
      false,
      false,
    ]);
    expect(thing.pinged.hasConnections()).toBe(false);
  });

  it('connects, asks, emits and disconnects by name: the same signal as the field', () => {
    const thing = new Thing();
    const calls: unknown[] = [];
    const fn = (n: number, text: string): number => calls.push([n, text]);
    expect(thing.connect('pinged', fn)).toBe(Err.OK);
    expect([thing.isConnected('pinged', fn), thing.pinged.isConnected(fn)]).toEqual([true, true]);
    expect(thing.emitSignal('pinged', 1, 'a')).toBe(Err.OK);
    thing.pinged.emit(2, 'b');
    thing.disconnect('pinged', fn);
    thing.pinged.emit(3, 'c');
    expect([calls, thing.isConnected('pinged', fn)]).toEqual([
      [
        [1, 'a'],
        [2, 'b'],
      ],
      false,
    ]);
    expect(errors).toEqual([]);
  });

  it('passes flags on by name', () => {
    const thing = new Thing();
    let calls = 0;
    thing.connect('ended', () => (calls += 1), ConnectFlags.CONNECT_ONE_SHOT);
    thing.ended.emit();
    thing.ended.emit();
    expect(calls).toBe(1);
  });

  it('answers an unknown signal with ERR_DOES_NOT_EXIST and one report each', () => {
    const thing = new Thing();
    const fn = (): void => {};
    expect(thing.connect(UNKNOWN, fn)).toBe(Err.ERR_DOES_NOT_EXIST);
    expect((thing.emitSignal as (name: string) => Err)(UNKNOWN)).toBe(Err.ERR_DOES_NOT_EXIST);
    thing.disconnect(UNKNOWN, fn);
    expect(thing.isConnected(UNKNOWN, fn)).toBe(false);
    expect(errors.map(({ err }) => err)).toEqual(Array(3).fill(Err.ERR_DOES_NOT_EXIST));
    expect(errors[0]?.text).toContain('toString');
  });

  it('emits nothing while it blocks its signals, and does not make up for it', () => {
    const thing = new Thing();
    const calls: string[] = [];
    thing.ended.connect(() => calls.push('field'));
    thing.addEventListener('ended', () => void calls.push('dom'));
    thing.setBlockSignals(true);
    thing.ended.emit();
    expect([thing.isBlockingSignals(), thing.emitSignal('ended'), calls]).toEqual([true, Err.OK, []]);
    thing.setBlockSignals(false);
    expect(calls).toEqual([]);
    thing.ended.emit();
    expect(calls).toEqual(['field', 'dom']);
  });

  it('hands deferred calls to the object, which makes them when it is polled', () => {
    const thing = new Thing();
    const calls: number[] = [];
    thing.pinged.connect((n) => {
      calls.push(n);
      if (n < 3) thing.pinged.emit(n + 1, '');
    }, ConnectFlags.CONNECT_DEFERRED);
    thing.pinged.emit(1, '');
    expect(calls).toEqual([]);
    thing.poll();
    expect(calls).toEqual([1]);
    thing.poll();
    expect(calls).toEqual([1, 2]);
  });

  it('keeps the signals of two objects apart', () => {
    const [one, two] = [new Thing(), new Thing()];
    let calls = 0;
    one.ended.connect(() => (calls += 1));
    one.addEventListener('ended', () => {
      calls += 1;
    });
    two.ended.emit();
    expect([calls, two.ended.hasConnections()]).toEqual([0, false]);
  });
});
