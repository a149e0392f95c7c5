import { expect, it } from 'vitest';
import { BrowserDataChannel } from '../../src/extension/browser/browser-data-channel.js';
import type { DataChannelSink } from '../../src/extension/webrtc-data-channel-extension.js';

/** What a channel of a browser tells of an error event, while its connection stands. */
function toldOf(event: object, connectionState = 'connected'): string[] {
  const told: string[] = [];
  const channel = { onerror: null as ((event: object) => void) | null };
  const made = new BrowserDataChannel(channel as never, { connectionState } as never, () => {});
  const sink: Partial<DataChannelSink> = { failed: (message) => void told.push(message) };
  made._attach(sink as DataChannelSink);
  channel.onerror?.(event);
  return told;
}

it('a channel of a browser tells what went wrong, and nothing of errors that are how a browser says that the other side closed', () => {
  expect(toldOf({ error: { message: 'the line is on fire' } })).toEqual(['the line is on fire']);
  expect(toldOf({})).toEqual(['the browser reports an error']);
  expect(toldOf({ error: { message: 'User-Initiated Abort', sctpCauseCode: 12 } })).toEqual([]);
  expect(toldOf({ error: { message: '' } })).toEqual([]);
  expect(toldOf({ error: { message: 'Transport channel closed' } }, 'disconnected')).toEqual([]);
});
