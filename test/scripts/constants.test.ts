import { describe, expect, it } from 'vitest';
import { withNumbers } from '../../scripts/lib/constants.js';

describe('withNumbers', () => {
  it.each([
    ['return fail(Err.ERR_BUSY, text);', 'return fail(44, text);'],
    ['if (a === ConnectionState.STATE_CLOSED || b !== Err.OK) go();', 'if (a === 5 || b !== 0) go();'],
    ['[Err.OK]: ChannelState.STATE_OPEN,', '[0]: 1,'],
    ['const { OK, FAILED: failed } = Err;', 'const OK = 0; const failed = 1;'],
    ['const { STATE_NEW: NEW } = ConnectionState;', 'const NEW = 0;'],
  ])('%s', (text, numbers) => {
    expect(withNumbers(text)).toBe(numbers);
  });

  it.each([
    'Object.keys(Err)[err]',
    'WebRTCPeerConnection.STATE_NEW',
    'sw.Err.OK',
    'MyErr.OK',
    'Err.NONE_OF_THEM',
    'const { OK, NONE_OF_THEM } = Err;',
    'export const Err = { OK: 0 } as const;',
  ])('leaves alone: %s', (text) => {
    expect(withNumbers(text)).toBe(text);
  });

  it('keeps the lines where they are', () => {
    const text = 'const {\n  OK,\n  FAILED,\n} = Err;\nuse(OK, Err.ERR_BUG);\n';
    const numbers = withNumbers(text);
    expect(numbers.split('\n')[4]).toBe('use(OK, 47);');
    expect(numbers.split('\n')).toHaveLength(text.split('\n').length);
  });
});
