import { ConnectFlags, Err, MultiplayerPeer, MultiplayerPeerExtension, setLogSink, type TransferMode } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  setLogSink((_level, _name, text) => warnings.push(text));
});
afterEach(() => setLogSink(null));

/** Says what it was asked. */
class Written extends MultiplayerPeerExtension {
  readonly calls: string[] = [];
  queue: Uint8Array[] = [];
  refusing = false;

  #note<T>(call: string, answer: T): T {
    this.calls.push(call);
    return answer;
  }

  protected override _getPacket(): { error: Err; buffer: Uint8Array | null } {
    const buffer = this.queue.shift() ?? null;
    return { error: buffer === null ? Err.ERR_BUSY : Err.OK, buffer };
  }
  protected override _putPacket(buffer: Uint8Array): Err {
    return this.#note(`put ${buffer.join()}`, Err.ERR_LOCKED);
  }
  protected override _getAvailablePacketCount(): number {
    return this.queue.length;
  }
  protected override _getMaxPacketSize(): number {
    return 512;
  }
  protected override _getPacketChannel(): number {
    return 4;
  }
  protected override _getPacketMode(): TransferMode {
    return 1;
  }
  protected override _getPacketPeer(): number {
    return 12;
  }
  protected override _setTransferChannel(channel: number): void {
    this.#note(`channel ${channel}`, 0);
  }
  protected override _getTransferChannel(): number {
    return 6;
  }
  protected override _setTransferMode(mode: TransferMode): void {
    this.#note(`mode ${mode}`, 0);
  }
  protected override _getTransferMode(): TransferMode {
    return 0;
  }
  protected override _setTargetPeer(peer: number): void {
    this.#note(`target ${peer}`, 0);
  }
  protected override _isServer(): boolean {
    return true;
  }
  protected override _poll(): void {
    this.#note('poll', 0);
    this.peer_connected.emit(12);
  }
  protected override _close(): void {
    this.#note('close', 0);
  }
  protected override _disconnectPeer(peer: number, force: boolean): void {
    this.#note(`disconnect ${peer} ${force}`, 0);
  }
  protected override _getUniqueId(): number {
    return 33;
  }
  protected override _getConnectionStatus(): 2 {
    return 2;
  }
}

describe('MultiplayerPeerExtension', () => {
  it('every member of MultiplayerPeer goes to its method', () => {
    const peer = new Written();
    expect(peer).toBeInstanceOf(MultiplayerPeer);
    expect([peer.getMaxPacketSize(), peer.getPacketChannel(), peer.getPacketMode(), peer.getPacketPeer()]).toEqual([
      512, 4, 1, 12,
    ]);
    expect([peer.transferChannel, peer.transferMode, peer.isServer(), peer.getUniqueId()]).toEqual([6, 0, true, 33]);
    expect([peer.getConnectionStatus(), peer.getTransferChannel(), peer.getTransferMode()]).toEqual([2, 6, 0]);
    peer.transferChannel = 5;
    peer.setTransferChannel(4);
    peer.transferMode = 1;
    peer.setTransferMode(2);
    peer.setTargetPeer(-3);
    expect(peer.putPacket(Uint8Array.of(1, 2))).toBe(Err.ERR_LOCKED);
    peer.disconnectPeer(5);
    peer.disconnectPeer(6, true);
    peer.close();
    const calls = ['channel 5', 'channel 4', 'mode 1', 'mode 2', 'target -3', 'put 1,2'];
    expect(peer.calls).toEqual([...calls, 'disconnect 5 false', 'disconnect 6 true', 'close']);
    expect(warnings).toEqual([]);
  });

  it('hands packets on, with the error of its own', () => {
    const peer = new Written();
    peer.queue.push(Uint8Array.of(7));
    expect([peer.getAvailablePacketCount(), ...peer.getPacket(), peer.getPacketError()]).toEqual([1, 7, Err.OK]);
    expect([peer.getPacket().length, peer.getPacketError()]).toEqual([0, Err.ERR_BUSY]);
  });

  it('emits from its poll, and deferred listeners come with the next one', () => {
    const peer = new Written();
    const heard: string[] = [];
    peer.peer_connected.connect((id) => heard.push(`now ${id}`));
    peer.peer_connected.connect((id) => heard.push(`later ${id}`), ConnectFlags.CONNECT_DEFERRED);
    peer.poll();
    expect(heard).toEqual(['now 12']);
    peer.poll();
    expect(heard).toEqual(['now 12', 'later 12', 'now 12']);
  });

  it('R-073 C-37 what is left out warns once and answers 0, false or an error', () => {
    class Empty extends MultiplayerPeerExtension {}
    const peer = new Empty();
    for (let i = 0; i < 2; i += 1) {
      expect([peer.getPacket().length, peer.getPacketError()]).toEqual([0, Err.FAILED]);
      expect(peer.putPacket(Uint8Array.of(1))).toBe(Err.FAILED);
      expect([peer.getAvailablePacketCount(), peer.getMaxPacketSize(), peer.getPacketChannel()]).toEqual([0, 0, 0]);
      expect([peer.getPacketMode(), peer.getPacketPeer(), peer.getUniqueId(), peer.isServer()]).toEqual([
        0,
        0,
        0,
        false,
      ]);
      expect([peer.transferChannel, peer.transferMode, peer.getConnectionStatus()]).toEqual([0, 0, 0]);
      peer.transferChannel = 1;
      peer.transferMode = 1;
      peer.setTargetPeer(1);
      peer.poll();
      peer.close();
      peer.disconnectPeer(2);
    }
    const names = warnings.map((text) => text.replace('Empty does not override ', ''));
    expect(names.sort()).toEqual(
      `_close _disconnectPeer _getAvailablePacketCount _getConnectionStatus _getMaxPacketSize _getPacket
      _getPacketChannel _getPacketMode _getPacketPeer _getTransferChannel _getTransferMode _getUniqueId _isServer
      _poll _putPacket _setTargetPeer _setTransferChannel _setTransferMode`.split(/\s+/),
    );
  });

  it('the three optional methods are the base class when left out, and its when not', () => {
    class Bare extends Written {}
    const bare = new Bare();
    bare.refuseNewConnections = true;
    expect([bare.refuseNewConnections, bare.isRefusingNewConnections(), bare.isServerRelaySupported()]).toEqual([
      true,
      true,
      false,
    ]);
    class Full extends Written {
      protected override _setRefuseNewConnections(enable: boolean): void {
        this.calls.push(`refuse ${enable}`);
      }
      protected override _isRefusingNewConnections(): boolean {
        return true;
      }
      protected override _isServerRelaySupported(): boolean {
        return true;
      }
    }
    const full = new Full();
    full.setRefuseNewConnections(false);
    expect([full.refuseNewConnections, full.isServerRelaySupported(), full.calls]).toEqual([
      true,
      true,
      ['refuse false'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('the short forms stand in for get and put', () => {
    class Short extends MultiplayerPeerExtension {
      packets = [Uint8Array.of(3)];
      readonly put: Uint8Array[] = [];
      protected override _getPacketScript(): Uint8Array {
        return this.packets.shift() ?? new Uint8Array(0);
      }
      protected override _putPacketScript(buffer: Uint8Array): Err {
        this.put.push(buffer);
        return Err.OK;
      }
    }
    const peer = new Short();
    expect([...peer.getPacket(), peer.getPacketError()]).toEqual([3, Err.OK]);
    expect([peer.getPacket().length, peer.getPacketError()]).toEqual([0, Err.ERR_UNAVAILABLE]);
    expect([peer.putPacket(Uint8Array.of(8)), peer.put, warnings]).toEqual([Err.OK, [Uint8Array.of(8)], []]);
  });
});
