import type { ExtensionClass } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PeerConnectionSink } from '../../../src/extension/webrtc-peer-connection-extension.js';
import { GodotPlayer } from './support/godot-player.js';
import { Party, type Player } from './support/party.js';

let party: Party;
beforeEach(() => {
  party = new Party();
});
afterEach(() => {
  party.end();
});

async function hostWith(mode: 'mesh' | 'server'): Promise<{ host: Player; godot: GodotPlayer }> {
  const host = party.add();
  const godot = new GodotPlayer(party, await party.during(host.session.host({ mode })));
  await party.until(() => host.peers.size === 1);
  return { host, godot };
}

/** The end of a connection whose other end does not answer is noticed by the transport after half a minute. */
describe.each(['mesh', 'server'] as const)('a Godot in a room (%s)', (mode) => {
  it('that is killed is gone in seconds: the lobby has noticed', async () => {
    const { host, godot } = await hostWith(mode);
    godot.kill();
    expect(await party.until(() => host.peers.size === 0)).toBeLessThan(6000);
    expect(party.errors).toEqual([]);
  });

  it('that has lost the lobby and plays on stays', async () => {
    const { host, godot } = await hostWith(mode);
    godot.loseLobby();
    for (let second = 0; second < 20; second += 1) {
      await party.pass(1000);
      godot.say('here');
    }
    expect(host.peers.size).toBe(1);
    expect(host.log.filter((line) => line.endsWith('here')).length).toBeGreaterThan(15);
  });

  it('stays when the lobby goes, with all who are connected to it', async () => {
    const { host, godot } = await hostWith(mode);
    godot.loseLobby();
    party.lobby.isDown = true;
    party.lobby.dropAll();
    await party.pass(15_000);
    expect(host.peers.size).toBe(1);
  });

  it('that has said goodbye to the lobby of a sealed room plays on', async () => {
    const { host, godot } = await hostWith(mode);
    await party.during(host.session.seal());
    godot.loseLobby();
    await party.pass(15_000);
    expect(host.peers.size).toBe(1);
  });

  it('that was the host and is killed is gone in seconds', async () => {
    const godot = new GodotPlayer(party, '', mode === 'mesh');
    await party.until(() => godot.code !== '');
    const guest = party.add();
    await party.during(guest.session.join(godot.code));
    await party.until(() => guest.peers.size === 1);
    godot.kill();
    expect(await party.until(() => guest.peers.size === 0)).toBeLessThan(6000);
    expect(guest.log.filter((line) => line.startsWith('left host_left'))).toHaveLength(1);
    expect(guest.isConnected).toBe(mode === 'mesh');
  });
});

/** A back end of the party whose descriptions say that they are Firefox's. */
function asFirefox(): ExtensionClass {
  return class extends party.network.Extension {
    override _attach(sink: PeerConnectionSink): void {
      const sessionDescriptionCreated = (type: 'offer' | 'answer', sdp: string): void =>
        sink.sessionDescriptionCreated(type, sdp.replace('o=- ', 'o=mozilla...THIS_IS_SDPARTA-99.0 '));
      super._attach(
        new Proxy(sink, {
          get: (target, name) => {
            if (name === 'sessionDescriptionCreated') return sessionDescriptionCreated;
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }),
      );
    }
  };
}

describe('D8 what Firefox offers', () => {
  it('to a Godot says that Firefox is the DTLS client, since it loses the first packet of another one', async () => {
    const godot = new GodotPlayer(party);
    await party.until(() => godot.code !== '');
    const firefox = party.add({ extension: asFirefox() });
    await party.during(firefox.session.join(godot.code));
    await party.until(() => firefox.peers.size === 1);
    expect(godot.offer).toMatch(/^o=mozilla.*^a=setup:active\r$/ms);
  });

  it('to another scenewire peer leaves that open, and so does what others offer to a Godot', async () => {
    const godot = new GodotPlayer(party);
    await party.until(() => godot.code !== '');
    const [host, firefox, other] = [party.add(), party.add({ extension: asFirefox() }), party.add()];
    await party.during(firefox.session.join(await party.during(host.session.host())));
    await party.during(other.session.join(godot.code));
    await party.until(() => firefox.peers.size === 1 && other.peers.size === 1);
    const offered = host.session.getPairing(firefox.id)?.connection?.getRemoteDescription()?.sdp;
    expect(offered).toMatch(/^o=mozilla.*^a=setup:actpass\r$/ms);
    expect(godot.offer).toMatch(/^a=setup:actpass\r$/m);
  });
});
