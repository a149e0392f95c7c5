import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import type { RpcContext } from '../../src/multiplayer/rpc/rpc-context.js';
import { RpcError, RpcRefusal } from '../../src/multiplayer/rpc/rpc-error.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { bytesOf, GODOT, type RpcRoom, rpcRoom } from './support/rpc-room.js';

const errors = recordErrorTexts();

class Shop extends NodeScript {
  static readonly rpcs = defineRpcs(Shop, {
    add: { mode: 'any_peer', args: ['int', 'int'], returns: 'int' },
    echo: { mode: 'any_peer' },
    local: { mode: 'any_peer', callLocal: true },
    ownersOnly: {},
    refuse: { mode: 'any_peer' },
    slow: { mode: 'any_peer', context: true },
    broken: { mode: 'any_peer' },
    unsendable: { mode: 'any_peer' },
    wrongType: { mode: 'any_peer', returns: 'int' },
    quick: { mode: 'any_peer', transfer: 'unreliable', channel: 2 },
  });
  declare readonly rpcs: typeof Shop.rpcs;

  /** Questions to `slow` that are not answered. */
  readonly open: { who: RpcContext; answer(value: Variant): void; fail(thrown: unknown): void }[] = [];
  readonly senders: number[] = [];

  add(a: number, b: number): number {
    return a + b;
  }
  echo(value: Variant): Variant {
    return value;
  }
  local(value: number): number {
    this.senders.push(this.multiplayer!.getRemoteSenderId());
    return value * 2;
  }
  ownersOnly(): void {}
  refuse(text: string): never {
    throw new RpcRefusal(text);
  }
  slow(who: RpcContext): Promise<Variant> {
    return new Promise((answer, fail) => this.open.push({ who, answer, fail }));
  }
  broken(): never {
    throw new Error('the password is swordfish');
  }
  unsendable(): object {
    return new WeakMap();
  }
  wrongType(): string {
    return 'x';
  }
  quick(): number {
    return 4;
  }
}

type Room = RpcRoom<Shop>;
const shopRoom = (clients = 1): Room => rpcRoom(() => new Shop(), { clients });

/** What promises that were settled in a frame set off. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

/** Frames until the question is answered. */
async function answered<T>(room: Room, question: Promise<T>): Promise<T> {
  for (let i = 0; i < 4; i += 1) {
    room.frames();
    await settle();
  }
  return question;
}

/** Why it was not answered. */
async function reasonOf(question: Promise<unknown>): Promise<RpcError> {
  try {
    await question;
  } catch (thrown) {
    if (thrown instanceof RpcError) return thrown;
    throw thrown;
  }
  throw new Error('It was answered');
}

describe('a question', () => {
  it('is answered with what the method gives', async () => {
    const room = shopRoom();
    expect(await answered(room, room.client.script.ask(1).add(2, 3))).toBe(5);
    expect(await answered(room, room.server.script.ask(2).add(2, 3))).toBe(5);
    expect(errors).toEqual([]);
  });

  it('is answered with what its promise is resolved with', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1).slow();
    room.frames(3);
    room.server.script.open[0]?.answer('at last');
    expect(await answered(room, question)).toBe('at last');
  });

  it('is answered by values as they travel', async () => {
    const room = shopRoom();
    const values: Variant[] = [null, true, -7, 2.5, 2n ** 60n, 'é', Uint8Array.of(), Uint8Array.of(1, 2)];
    for (const value of values) expect(await answered(room, room.client.script.ask(1).echo(value))).toEqual(value);
    const question = room.client.api.ask(1, room.client.thing, 'echo', [{ a: [1, { b: null }] }]);
    expect(await answered(room, question)).toEqual(new Map<string, unknown>([['a', [1, new Map([['b', null]])]]]));
  });

  it('reaches other clients through the server, and answers come back', async () => {
    const room = shopRoom(3);
    const [, two, , four] = room.sides;
    expect(await answered(room, two!.script.ask(4).add(40, 2))).toBe(42);
    expect(await answered(room, four!.script.ask(2).add(1, 2))).toBe(3);
    expect(errors).toEqual([]);
  });

  it('is reliable on channel 0, and so is its answer, whatever the mode of the method is', async () => {
    const room = shopRoom();
    await answered(room, room.client.script.ask(1).quick());
    expect(new Set(room.sent.map(({ mode, channel }) => `${mode} ${channel}`))).toEqual(new Set(['2 0']));
  });

  it('keeps many apart, whatever the order of their answers is', async () => {
    const room = shopRoom();
    const questions = Array.from({ length: 20 }, () => room.client.script.ask(1).slow());
    room.frames();
    const { open } = room.server.script;
    for (const [i, { answer }] of [...open.entries()].reverse()) answer(i);
    expect(await answered(room, Promise.all(questions))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('to oneself is one only where the method may be called there', async () => {
    const room = shopRoom();
    expect(await room.server.script.ask(1).local(4)).toBe(8);
    expect(room.server.script.senders).toEqual([1]);
    expect((await reasonOf(room.server.script.ask(1).add(1, 2))).reason).toBe('not-sent');
  });

  it('to oneself has its time, its signal and its checks as well', async () => {
    class Own extends NodeScript {
      static readonly rpcs = defineRpcs(Own, {
        wait: { callLocal: true, context: true },
        wrong: { callLocal: true, returns: 'int' },
        refuse: { callLocal: true },
        broken: { callLocal: true },
      });
      declare readonly rpcs: typeof Own.rpcs;
      signal: AbortSignal | null = null;
      wait(call: RpcContext): Promise<never> {
        this.signal = call.signal;
        return new Promise(() => {});
      }
      wrong(): string {
        return 'x';
      }
      refuse(): never {
        throw new RpcRefusal('no');
      }
      broken(): never {
        throw new Error('on purpose');
      }
    }
    const room = rpcRoom(() => new Own());
    const { script } = room.server;
    const late = script.ask(1, { timeoutMs: 50 }).wait();
    room.clock.advance(50);
    room.frames();
    expect((await reasonOf(late)).reason).toBe('timeout');
    expect(script.signal?.aborted).toBe(true);
    const lost = script.ask(1).wait();
    room.server.api.multiplayerPeer = null;
    expect((await reasonOf(lost)).reason).toBe('disconnected');
    expect(script.signal?.aborted).toBe(true);
    const { script: other } = room.client;
    expect((await reasonOf(other.ask(2).wrong())).reason).toBe('bad-answer');
    expect(await reasonOf(other.ask(2).refuse())).toMatchObject({ reason: 'refused', message: 'no' });
    expect((await reasonOf(other.ask(2).broken())).reason).toBe('failed');
    expect(errors).toEqual(['The asked method broken threw']);
  });

  it('can be asked again and again without anything being left behind', async () => {
    const room = shopRoom();
    for (let i = 0; i < 600; i += 1) {
      const question = room.client.script.ask(1).add(i, 1);
      room.frames(2);
      expect(await question).toBe(i + 1);
    }
  });
});

describe('a question fails', () => {
  it.each<[string, (room: Room) => Promise<unknown>, string]>([
    ['when the method refuses', (room) => room.client.script.ask(1).refuse('too poor'), 'refused'],
    ['when the method throws', (room) => room.client.script.ask(1).broken(), 'failed'],
    ['when the mode forbids it', (room) => room.client.script.ask(1).ownersOnly(), 'not-permitted'],
    ['when the arguments are wrong', (room) => room.client.script.ask(1).add(1, 2.5), 'bad-arguments'],
    ['when the answer cannot travel', (room) => room.client.script.ask(1).unsendable(), 'bad-answer'],
    ['when the answer is of another type', (room) => room.client.script.ask(1).wrongType(), 'bad-answer'],
    ['for a peer that is not there', (room) => room.client.script.ask(9).add(1, 2), 'peer-left'],
    ['for everybody', (room) => room.client.script.ask(0).add(1, 2), 'not-sent'],
    ['for everybody but one', (room) => room.client.script.ask(-1).add(1, 2), 'not-sent'],
    ['of what is no RPC', (room) => room.client.api.ask(1, room.client.thing, 'node', []), 'not-sent'],
    ['without time', (room) => room.client.script.ask(1, { timeoutMs: 0 }).add(1, 2), 'not-sent'],
    ['with what cannot travel', (room) => room.client.script.ask(1).echo((() => {}) as never), 'not-sent'],
  ])('%s', async (_when, ask, reason) => {
    const room = shopRoom();
    const question = ask(room);
    room.frames(2);
    await settle();
    room.frames(2);
    expect((await reasonOf(question)).reason).toBe(reason);
  });

  it('with the text of a refusal, and with nothing of another error', async () => {
    const room = shopRoom();
    const [refused, failed] = [room.client.script.ask(1).refuse('too poor'), room.client.script.ask(1).broken()];
    room.frames(2);
    expect(await reasonOf(refused)).toMatchObject({ message: 'too poor', peer: 1, method: 'refuse', name: 'RpcError' });
    expect((await reasonOf(failed)).message).not.toContain('swordfish');
    expect(room.sent.some(({ hex }) => Buffer.from(hex, 'hex').includes('swordfish'))).toBe(false);
    expect(errors.some((text) => text.includes('swordfish'))).toBe(true);
  });

  it('with a text of bounded length', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1).refuse('x'.repeat(5000));
    room.frames(2);
    expect((await reasonOf(question)).message).toBe('x'.repeat(1000));
  });

  it('when it is not answered in time, which the other side is told', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1, { timeoutMs: 500 }).slow();
    room.frames(2);
    const [{ who } = { who: null }] = room.server.script.open;
    expect(who?.signal.aborted).toBe(false);
    room.clock.advance(499);
    room.frames(2);
    expect(who?.signal.aborted).toBe(false);
    room.clock.advance(1);
    room.frames(2);
    expect((await reasonOf(question)).reason).toBe('timeout');
    expect(who?.signal.aborted).toBe(true);
  });

  it('after ten seconds by default', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1).slow();
    room.clock.advance(9999);
    room.frames(2);
    expect(room.server.script.open[0]?.who.signal.aborted).toBe(false);
    room.clock.advance(1);
    room.frames();
    expect((await reasonOf(question)).reason).toBe('timeout');
  });

  it('when it is given up, which the other side is told', async () => {
    const room = shopRoom();
    const controller = new AbortController();
    const question = room.client.script.ask(1, { signal: controller.signal }).slow();
    room.frames(2);
    room.takeSent();
    controller.abort();
    expect((await reasonOf(question)).reason).toBe('cancelled');
    expect(room.takeSent()).toEqual(['2>1 3801000000']);
    room.frames();
    expect(room.server.script.open[0]?.who.signal.aborted).toBe(true);
    room.server.script.open[0]?.answer('too late');
    await settle();
    expect(room.takeSent()).toEqual([]);
  });

  it('when it was given up before, and then nothing is sent', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1, { signal: AbortSignal.abort() }).slow();
    expect((await reasonOf(question)).reason).toBe('cancelled');
    expect(room.takeSent()).toEqual([]);
  });

  it('leaves no listener on the signal once it is answered', async () => {
    const room = shopRoom();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const question = room.client.script.ask(1, { signal }).add(1, 2);
    expect(listeners).toBe(1);
    await answered(room, question);
    expect(listeners).toBe(0);
  });

  it('when the peer leaves, on both sides', async () => {
    const room = shopRoom();
    const asked = room.client.script.ask(1).slow();
    const asking = room.server.script.ask(2).slow();
    room.frames(2);
    room.client.peer.unlink(room.server.peer);
    room.frames();
    expect((await reasonOf(asking)).reason).toBe('peer-left');
    expect((await reasonOf(asked)).reason).toBe('peer-left');
    expect(room.server.script.open[0]?.who.signal.aborted).toBe(true);
    room.server.script.open[0]?.answer(1);
    await settle();
    expect(errors).toEqual([]);
  });

  it('when the transport is replaced or lost', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1).slow();
    room.client.api.multiplayerPeer = null;
    expect((await reasonOf(question)).reason).toBe('disconnected');
    expect((await reasonOf(room.client.script.ask(1).add(1, 2))).reason).toBe('disconnected');
  });

  it('outside of the tree', async () => {
    expect((await reasonOf(new Shop().ask(1).add(1, 2))).reason).toBe('not-sent');
  });

  it("for Godot's peers, which can only be called", async () => {
    const room = rpcRoom(() => new Shop(), { features: GODOT });
    expect((await reasonOf(room.client.script.ask(1).add(1, 2))).reason).toBe('unsupported');
    expect(room.takeSent()).toEqual([]);
  });

  it('and ends no process when nobody looks at it', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const room = shopRoom();
    void room.client.script.ask(1).broken();
    void room.client.script.ask(9).add(1, 2);
    void new Shop().ask(1).add(1, 2);
    room.frames(3);
    await new Promise((done) => setImmediate(done));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('the context of a call', () => {
  it('says who calls, also after an await, and whether somebody waits', async () => {
    const room = shopRoom(2);
    room.client.script.rpcTo(1).slow();
    void room.sides[2]?.script.ask(1).slow();
    room.frames(2);
    await settle();
    const { open } = room.server.script;
    expect(open.map(({ who: { sender, isLocal, isAsked } }) => [sender, isLocal, isAsked])).toEqual([
      [2, false, false],
      [3, false, true],
    ]);
    expect(room.server.api.getRemoteSenderId()).toBe(0);
  });

  it('has a signal that can be asked for late', async () => {
    const room = shopRoom();
    const controller = new AbortController();
    void room.client.script.ask(1, { signal: controller.signal }).slow();
    room.frames();
    controller.abort();
    room.frames();
    expect(room.server.script.open[0]?.who.signal.aborted).toBe(true);
  });
});

describe('the signal of a call', () => {
  it('reports a listener that throws, and ends no process', async () => {
    const uncaught: unknown[] = [];
    const listen = (thrown: unknown): void => void uncaught.push(thrown);
    process.on('uncaughtException', listen);
    const room = shopRoom();
    const controller = new AbortController();
    void room.client.script.ask(1, { signal: controller.signal }).slow();
    room.frames();
    const signal = room.server.script.open[0]!.who.signal;
    const heard: string[] = [];
    const removed = (): void => void heard.push('removed');
    signal.addEventListener('abort', () => {
      throw new Error('on purpose');
    });
    signal.addEventListener('abort', () => heard.push('once'), { once: true });
    signal.onabort = () => heard.push('replaced');
    signal.onabort = () => {
      throw new Error('on purpose');
    };
    expect(typeof signal.onabort).toBe('function');
    signal.addEventListener('abort', removed);
    signal.removeEventListener('abort', removed);
    controller.abort();
    room.frames();
    await new Promise((done) => setImmediate(done));
    process.off('uncaughtException', listen);
    expect(uncaught).toEqual([]);
    expect(heard).toEqual(['once']);
    expect(errors).toEqual(['A listener of event abort threw', 'A listener of event abort threw']);
  });

  it('works with what takes signals', async () => {
    const room = shopRoom();
    const controller = new AbortController();
    void room.client.script.ask(1, { signal: controller.signal }).slow();
    room.frames();
    const { signal } = room.server.script.open[0]!.who;
    const waiting = sleep(60_000, null, { signal, ref: false });
    const either = AbortSignal.any([signal, new AbortController().signal]);
    controller.abort();
    room.frames();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(either.aborted).toBe(true);
  });
});

describe('open questions', () => {
  it('to one peer are bounded on the side that asks', async () => {
    const room = shopRoom();
    const questions = Array.from({ length: 256 }, () => room.client.script.ask(1).slow());
    expect((await reasonOf(room.client.script.ask(1).slow())).reason).toBe('busy');
    room.frames();
    room.server.script.open[0]?.answer(1);
    expect(await answered(room, questions[0]!)).toBe(1);
    void room.client.script.ask(1).slow();
    room.frames();
    expect(room.server.script.open).toHaveLength(257);
  });

  it('of one peer are bounded on the side that is asked', async () => {
    const room = shopRoom();
    await answered(room, room.client.script.ask(1).add(1, 2));
    room.takeSent();
    const ask = (number: number): Uint8Array => bytesOf(`08${number.toString(16).padStart(2, '0')}010000 800107`);
    for (let number = 0; number < 256; number += 1) room.client.peer.inject(room.server.peer, ask(number));
    room.frames();
    expect(room.server.script.open).toHaveLength(256);
    expect(room.takeSent()).toEqual([]);
    room.client.peer.inject(room.server.peer, bytesOf('08 00020000 800107'));
    room.frames();
    expect(room.takeSent()).toEqual(['1>2 280002000007']);
    expect(room.server.api.getDropped(2).limit).toBe(1);
    room.client.peer.inject(room.server.peer, ask(0));
    room.frames();
    expect(room.server.api.getDropped(2).malformed).toBe(1);
  });

  it('whose answer finds no room keep their place until it has left', async () => {
    const room = shopRoom();
    const question = room.client.script.ask(1).slow();
    room.frames();
    room.server.peer.refusal = Err.ERR_BUSY;
    room.server.script.open[0]?.answer('kept');
    await settle();
    room.frames(3);
    room.server.peer.refusal = Err.OK;
    expect(await answered(room, question)).toBe('kept');
    expect(errors).toEqual([]);
  });
});

describe('answers that nobody waits for', () => {
  it('are nobody’s mistake: too late, twice, from somebody else, or made up', async () => {
    const room = shopRoom(2);
    const question = room.client.script.ask(1).slow();
    room.frames();
    room.sides[2]!.peer.link(room.client.peer);
    room.frames(2);
    room.sides[2]!.peer.inject(room.client.peer, bytesOf('18 01000000 0205'));
    for (const packet of ['18 05000000 0205', '28 06000000 00', '38 07000000']) {
      room.server.peer.inject(room.client.peer, bytesOf(packet));
    }
    room.frames();
    room.server.script.open[0]?.answer('right');
    expect(await answered(room, question)).toBe('right');
    expect(errors).toEqual([]);
  });
});
