import {
  type DataChannelOptions,
  float,
  type IceServer,
  type OfferOptions,
  PeerConnectionBindings,
  type RtcConfiguration,
  type RtcConnectionConfig,
  SceneMultiplayer,
  type Variant,
  type VariantInput,
  Vector3,
  variantCodec,
  WebRTCPeerConnection,
  type WebRTCPeerConnectionInit,
} from 'scenewire';
import { LoopbackNetwork } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';

// What is written here has to compile, with exactOptionalPropertyTypes on.
describe('the types of what a caller hands in', () => {
  const urls = ['stun:stun.example.org'] as const;
  const server: IceServer = { urls, username: undefined, credential: undefined };
  const configuration: RtcConfiguration = {
    iceServers: [server, { uri: 'stun:stun.example.org', userName: undefined }],
    iceTransportPolicy: undefined,
    autoAnswer: undefined,
    libdatachannel: { mtu: undefined },
  };

  it('take undefined for what is left out, and lists that are read only', () => {
    const init: WebRTCPeerConnectionInit = {
      extension: new LoopbackNetwork({ seed: undefined }).Extension,
      configuration,
    };
    const connection = new WebRTCPeerConnection(init);
    const options: DataChannelOptions = { id: undefined, ordered: undefined, protocol: undefined };
    expect(connection.createDataChannel('game', options)).not.toBeNull();
    const offer: OfferOptions = { iceRestart: undefined };
    expect(connection.createOffer(offer)).toBe(0);
    connection.close();
  });

  it('take the older form of an ICE server everywhere, and a type that is any text', () => {
    const legacy = { uri: 'stun:stun.example.org' };
    const { connection } = WebRTCPeerConnection.createRemote([legacy]);
    const type: string = 'nonsense';
    expect(connection.setRemoteDescription(type, 'v=0')).not.toBe(0);
    connection.close();
    const flat: RtcConnectionConfig = { version: 1, iceServers: [legacy], proxyConfig: undefined, backend: undefined };
    expect(new PeerConnectionBindings().connectionCreate(flat, null as never).handle).toBe(0);
  });

  it('packets can be handed to what takes no shared memory', () => {
    const connection = new WebRTCPeerConnection({ extension: new LoopbackNetwork().Extension });
    const packet: Uint8Array<ArrayBuffer> | undefined = connection.createDataChannel('game')?.getPacket();
    expect(new Blob([packet ?? '']).size).toBe(0);
    connection.close();
    const api = new SceneMultiplayer();
    const heard: Blob[] = [];
    api.peer_packet.connect((_id, bytes) => heard.push(new Blob([bytes])));
    api.authCallback = (_id, data) => heard.push(new Blob([data]));
    expect(heard).toEqual([]);
  });

  it('R-078 values: what travels is taken, also from a list that is read only; what does not is refused', () => {
    const list: readonly VariantInput[] = [
      1,
      2n,
      'a',
      null,
      undefined,
      true,
      float(1),
      new Vector3(),
      Uint8Array.of(1),
    ];
    const record = { list, nested: { map: new Map([[new Vector3(), 'key']]) } } as const;
    // @ts-expect-error: a function
    const aFunction: VariantInput = { call: () => 1 };
    // @ts-expect-error: an instance
    const anInstance: VariantInput = [new Date(0)];
    const encode = (value: VariantInput): boolean => typeof variantCodec.encode(value, 1024) === 'object';
    expect([encode(record), encode(aFunction), encode(anInstance)]).toEqual([true, false, false]);
    const read: Variant = null;
    expect(encode(read)).toBe(true);
  });
});
