import {
  MemoryNode,
  MemorySceneAdapter,
  MultiplayerAPI,
  MultiplayerAPIExtension,
  MultiplayerNode,
  SceneMultiplayer,
  SceneTree,
} from 'scenewire';
import { describe, expect, it } from 'vitest';

/** What an object has of these names that is undefined. */
function missingIn(thing: object, names: string): string[] {
  return names
    .trim()
    .split(/\s+/)
    .filter((name) => (thing as { [name: string]: unknown })[name] === undefined);
}

describe('MultiplayerAPI', () => {
  const MEMBERS = `
    multiplayerPeer getMultiplayerPeer setMultiplayerPeer hasMultiplayerPeer getPeers getUniqueId isServer getRemoteSenderId
    poll rpc objectConfigurationAdd objectConfigurationRemove
    peer_connected peer_disconnected connected_to_server connection_failed server_disconnected`;

  it('has all of Godot', () => {
    expect(missingIn(MultiplayerAPI, 'createDefaultInterface getDefaultInterface setDefaultInterface')).toEqual([]);
    expect(missingIn(new SceneMultiplayer(), MEMBERS)).toEqual([]);
    const { RPC_MODE_DISABLED, RPC_MODE_ANY_PEER, RPC_MODE_AUTHORITY } = MultiplayerAPI;
    expect([RPC_MODE_DISABLED, RPC_MODE_ANY_PEER, RPC_MODE_AUTHORITY]).toEqual([0, 1, 2]);
  });

  it('can be extended with all of Godot', () => {
    class Mine extends MultiplayerAPIExtension {}
    const OVERRIDES = `
      _poll _setMultiplayerPeer _getMultiplayerPeer _getUniqueId _getPeerIds _rpc _getRemoteSenderId
      _objectConfigurationAdd _objectConfigurationRemove`;
    expect(missingIn(new Mine(), OVERRIDES)).toEqual([]);
    expect(new Mine()).toBeInstanceOf(MultiplayerAPI);
  });

  it('has signals by name', () => {
    expect(new SceneMultiplayer().getSignalList()).toEqual(
      expect.arrayContaining(['connected_to_server', 'peer_authenticating', 'peer_packet']),
    );
  });
});

describe('SceneMultiplayer', () => {
  it('has all of Godot', () => {
    const MEMBERS = `
      allowObjectDecoding isObjectDecodingAllowed setAllowObjectDecoding authTimeout getAuthTimeout setAuthTimeout
      getAuthCallback setAuthCallback maxDeltaPacketSize getMaxDeltaPacketSize setMaxDeltaPacketSize
      maxSyncPacketSize getMaxSyncPacketSize setMaxSyncPacketSize refuseNewConnections isRefusingNewConnections
      setRefuseNewConnections rootPath getRootPath setRootPath serverRelay isServerRelayEnabled setServerRelayEnabled
      clear completeAuth disconnectPeer getAuthenticatingPeers sendAuth sendBytes
      peer_authenticating peer_authentication_failed peer_packet`;
    const api = new SceneMultiplayer();
    expect(missingIn(api, MEMBERS)).toEqual([]);
    expect(api.authCallback).toBeNull();
  });

  it('gives with its get methods what its set methods took', () => {
    const api = new SceneMultiplayer();
    const callback = (): void => {};
    api.setAllowObjectDecoding(true);
    api.setAuthCallback(callback);
    api.setAuthTimeout(7);
    api.setMaxDeltaPacketSize(500);
    api.setMaxSyncPacketSize(600);
    api.setRefuseNewConnections(true);
    api.setRootPath('/root/Game');
    api.setServerRelayEnabled(false);
    expect([api.isObjectDecodingAllowed(), api.getAuthCallback(), api.getAuthTimeout()]).toEqual([true, callback, 7]);
    expect([api.getMaxDeltaPacketSize(), api.getMaxSyncPacketSize()]).toEqual([500, 600]);
    expect([api.isRefusingNewConnections(), api.getRootPath(), api.isServerRelayEnabled()]).toEqual([
      true,
      '/root/Game',
      false,
    ]);
  });
});

describe('SceneTree', () => {
  it('has what the rest needs of Godot: parts of SceneTree and of Node', () => {
    const MEMBERS = `
      setMultiplayer getMultiplayer multiplayerPoll isMultiplayerPollEnabled setMultiplayerPollEnabled processFrame
      physicsFrame startTimerPolling stopTimerPolling rpc rpcId rpcConfig getNodeRpcConfig setMultiplayerAuthority
      getMultiplayerAuthority isMultiplayerAuthority process_frame physics_frame
      getRoot getNode getPath getName getParent getChildren addChild removeChild queueFree free isInsideTree
      onChildEntered onTreeExiting onReady getIndexed setIndexed requestReady`;
    expect(missingIn(new SceneTree(new MemorySceneAdapter()), MEMBERS)).toEqual([]);
  });

  it('stands over any adapter', () => {
    const root = new MemoryNode('root');
    const tree = new SceneTree(new MemorySceneAdapter(root));
    expect(tree.getRoot()).toBe(root);
    expect(typeof MultiplayerNode).toBe('function');
  });
});
