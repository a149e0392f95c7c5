import { describe, expect, it } from 'vitest';
import { Err, errorString } from '../../src/core/err.js';

/** Godot 4.6.3, `@GlobalScope.Error`. */
const GODOT = `OK FAILED ERR_UNAVAILABLE ERR_UNCONFIGURED ERR_UNAUTHORIZED ERR_PARAMETER_RANGE_ERROR ERR_OUT_OF_MEMORY
  ERR_FILE_NOT_FOUND ERR_FILE_BAD_DRIVE ERR_FILE_BAD_PATH ERR_FILE_NO_PERMISSION ERR_FILE_ALREADY_IN_USE
  ERR_FILE_CANT_OPEN ERR_FILE_CANT_WRITE ERR_FILE_CANT_READ ERR_FILE_UNRECOGNIZED ERR_FILE_CORRUPT
  ERR_FILE_MISSING_DEPENDENCIES ERR_FILE_EOF ERR_CANT_OPEN ERR_CANT_CREATE ERR_QUERY_FAILED ERR_ALREADY_IN_USE
  ERR_LOCKED ERR_TIMEOUT ERR_CANT_CONNECT ERR_CANT_RESOLVE ERR_CONNECTION_ERROR ERR_CANT_ACQUIRE_RESOURCE
  ERR_CANT_FORK ERR_INVALID_DATA ERR_INVALID_PARAMETER ERR_ALREADY_EXISTS ERR_DOES_NOT_EXIST ERR_DATABASE_CANT_READ
  ERR_DATABASE_CANT_WRITE ERR_COMPILATION_FAILED ERR_METHOD_NOT_FOUND ERR_LINK_FAILED ERR_SCRIPT_FAILED
  ERR_CYCLIC_LINK ERR_INVALID_DECLARATION ERR_DUPLICATE_SYMBOL ERR_PARSE_ERROR ERR_BUSY ERR_SKIP ERR_HELP ERR_BUG
  ERR_PRINTER_ON_FIRE`.split(/\s+/);

describe('Err', () => {
  it('has all 49 codes of Godot with the same numbers (D5)', () => {
    expect(GODOT).toHaveLength(49);
    expect(Object.entries(Err)).toEqual(GODOT.map((name, number) => [name, number]));
  });

  it('is falsy for OK alone, so that `if (err)` reads as "if it failed"', () => {
    expect(Object.values(Err).filter((err) => !err)).toEqual([Err.OK]);
  });
});

describe('errorString', () => {
  it.each([
    [Err.OK, 'OK'],
    [Err.FAILED, 'Failed'],
    [Err.ERR_ALREADY_IN_USE, 'Already in use'],
    [Err.ERR_FILE_EOF, 'File eof'],
    [Err.ERR_PRINTER_ON_FIRE, 'Printer on fire'],
  ])('reads %i as %j', (err, text) => {
    expect(errorString(err)).toBe(text);
  });

  it('reads every code as a text of its own', () => {
    expect(new Set(Object.values(Err).map(errorString)).size).toBe(49);
  });

  it.each([49, -1, 0.5, Number.NaN])('says that %d is no code', (number) => {
    expect(errorString(number)).toBe(`Unknown error ${number}`);
  });
});
