import { WebRTCPeerConnection } from 'scenewire';
import { badLink } from 'scenewire/testing';
import { lobbyAddress } from '../shared/lobby-address.js';
import { Chat } from './sim.js';
import { ChatView } from './view.js';

// The connections go through a line that can be cut, to see what a lost peer looks like.
const line = badLink(WebRTCPeerConnection.getDefaultExtension());
const chat = new Chat(lobbyAddress(location), { extension: line.Extension });
const view = new ChatView(document.querySelector('main') as HTMLElement, chat, (isCut) => {
  for (const way of ['outbound', 'inbound'] as const) line.setConditions(way, { partitioned: isCut });
});

// A timer and not animation frames: of two tabs in one window only one is visible.
setInterval(() => {
  chat.process();
  view.update();
}, 50);
window.addEventListener('pagehide', () => chat.leave());
