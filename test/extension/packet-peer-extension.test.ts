import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setLogSink } from '../../src/core/log.js';
import { PacketPeerExtension } from '../../src/extension/packet-peer-extension.js';

/** What was put comes back. */
class Loop extends PacketPeerExtension {
  readonly packets: Uint8Array[] = [];

  protected override _getAvailablePacketCount(): number {
    return this.packets.length;
  }

  protected override _getMaxPacketSize(): number {
    return 1200;
  }

  protected override _getPacket(): { error: Err; buffer: Uint8Array | null } {
    const buffer = this.packets.shift() ?? null;
    return { error: buffer === null ? Err.ERR_UNAVAILABLE : Err.OK, buffer };
  }

  protected override _putPacket(buffer: Uint8Array): Err {
    this.packets.push(buffer.slice());
    return Err.OK;
  }
}

describe('PacketPeerExtension', () => {
  it('R-074 R-075 is a PacketPeer of what its methods with an underscore do', () => {
    const peer = new Loop();
    expect([peer.putPacket(Uint8Array.of(1, 2)), peer.putPacket(new Uint8Array(0))]).toEqual([Err.OK, Err.OK]);
    expect([peer.getAvailablePacketCount(), peer.getMaxPacketSize()]).toEqual([1, 1200]);
    expect([...peer.getPacket()]).toEqual([1, 2]);
    expect(peer.getPacketError()).toBe(Err.OK);
    expect([...peer.getPacket()]).toEqual([]);
    expect(peer.getPacketError()).toBe(Err.ERR_UNAVAILABLE);
  });

  it('a packet without a buffer is empty', () => {
    class Silent extends Loop {
      protected override _getPacket(): { error: Err; buffer: null } {
        return { error: Err.OK, buffer: null };
      }
    }
    const peer = new Silent();
    expect([peer.getPacket().length, peer.getPacketError()]).toEqual([0, Err.OK]);
  });

  it('R-073 a method that is left out warns once and answers 0 or FAILED', () => {
    class NothingOfIt extends PacketPeerExtension {}
    const lines: string[] = [];
    setLogSink((_level, _name, text) => lines.push(text));
    const peer = new NothingOfIt();
    for (let i = 0; i < 2; i += 1) {
      expect([peer.getAvailablePacketCount(), peer.getMaxPacketSize()]).toEqual([0, 0]);
      expect([peer.putPacket(new Uint8Array(1)), peer.getPacket().length]).toEqual([Err.FAILED, 0]);
      expect(peer.getPacketError()).toBe(Err.FAILED);
    }
    setLogSink(null);
    expect(lines).toEqual(
      ['_getAvailablePacketCount', '_getMaxPacketSize', '_putPacket', '_getPacket'].map(
        (method) => `NothingOfIt does not override ${method}`,
      ),
    );
  });
});
