import { createHash } from 'node:crypto';

/** A Lua script, which Redis runs as one step: nobody sees half of it. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): RedisScript => ({ text, sha: createHash('sha1').update(text).digest('hex') });

/*
 * Keys, all behind a prefix, which is the first argument of every script:
 *   room:NAME        hash: stamp ("nonce version"), settings, and one field per seat, its id
 *   over:NAME        the nonce of a room that is over, for a while
 *   rooms            names of all rooms, by the time they were made
 *   list, list:count what LIST shows of public rooms; a number that grows when that changes
 *   due              names of rooms, by the time at which something is due in them
 *   processes, dead  processes by the end of their lease; those that missed it, by when they may be taken care of
 *   in:PROCESS       names of rooms that may have seats in a process
 *   sockets:PROCESS  its open sockets by address; "*" is the sum
 *   spent:BUDGET     how often it was used in the current minute
 *   to:PROCESS       the channel on which a process listens
 * Scripts make up key names, so this does not run on a Redis cluster.
 */

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** The end of the two scripts that write a room; `arg` is the index of their common arguments. */
const indexAndTell = `
local function has_changed(key, field, value)
  return redis.call('HGET', key, field) ~= (value ~= '' and value or false)
end
local function index_and_tell(prefix, name, arg)
  local listed, deadline = ARGV[arg], ARGV[arg + 1]
  if has_changed(prefix .. 'list', name, listed) then
    if listed == '' then redis.call('HDEL', prefix .. 'list', name) else redis.call('HSET', prefix .. 'list', name, listed) end
    redis.call('INCR', prefix .. 'list:count')
  end
  if deadline == '' then redis.call('ZREM', prefix .. 'due', name) else redis.call('ZADD', prefix .. 'due', deadline, name) end
  local at = arg + 2
  for _, command in ipairs({ 'SADD', 'SREM' }) do
    local count = tonumber(ARGV[at])
    for i = at + 1, at + count do redis.call(command, prefix .. 'in:' .. ARGV[i], name) end
    at = at + count + 1
  end
  local payload, count = ARGV[at], tonumber(ARGV[at + 1])
  for i = at + 2, at + 1 + count do redis.call('PUBLISH', prefix .. 'to:' .. ARGV[i], payload) end
end
`;

/**
 * prefix, name, stamp before (empty: none), stamp after (empty: it is over), settings (empty: as before), time of making,
 * most rooms, count of seats, (id, seat or empty)…, then what `index_and_tell` takes.
 */
export const COMMIT: RedisScript = script(`${indexAndTell}
local prefix, name, before, after = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local room = prefix .. 'room:' .. name
local stored = redis.call('HGET', room, 'stamp') or ''
if stored ~= before then return before == '' and 'taken' or 'conflict' end
if before == '' then
  if redis.call('ZCARD', prefix .. 'rooms') >= tonumber(ARGV[7]) then return 'full' end
  redis.call('ZADD', prefix .. 'rooms', ARGV[6], name)
end
local seats = tonumber(ARGV[8])
if after == '' then
  redis.call('DEL', room)
  redis.call('ZREM', prefix .. 'rooms', name)
  redis.call('SET', prefix .. 'over:' .. name, string.match(before, '^%S+'), 'PX', 3600000)
else
  redis.call('HSET', room, 'stamp', after)
  if ARGV[5] ~= '' then redis.call('HSET', room, 'settings', ARGV[5]) end
  for i = 9, 7 + 2 * seats, 2 do
    if ARGV[i + 1] == '' then redis.call('HDEL', room, ARGV[i]) else redis.call('HSET', room, ARGV[i], ARGV[i + 1]) end
  end
end
index_and_tell(prefix, name, 9 + 2 * seats)
return 'ok'
`);

/**
 * prefix, process, name, nonce, version, settings, time of making, count of seats, (id, seat)…, then what
 * `index_and_tell` takes. Writes the room if what Redis has of it is older or nothing, and it is not over.
 */
export const RESTORE: RedisScript = script(`${indexAndTell}
local prefix, process, name, nonce, version = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local room = prefix .. 'room:' .. name
if redis.call('GET', prefix .. 'over:' .. name) == nonce then return 'over' end
redis.call('SADD', prefix .. 'in:' .. process, name)
local stored = redis.call('HGET', room, 'stamp')
if stored then
  local other, at = string.match(stored, '^(%S+) (%d+)$')
  if other ~= nonce or tonumber(at) > version then return 'newer' end
  if tonumber(at) == version then return 'same' end
end
redis.call('DEL', room)
redis.call('HSET', room, 'stamp', nonce .. ' ' .. ARGV[5], 'settings', ARGV[6])
redis.call('ZADD', prefix .. 'rooms', ARGV[7], name)
local seats = tonumber(ARGV[8])
for i = 9, 7 + 2 * seats, 2 do redis.call('HSET', room, ARGV[i], ARGV[i + 1]) end
index_and_tell(prefix, name, 9 + 2 * seats)
return 'restored'
`);

/**
 * prefix, process, lease in ms, whether to look after others, how long that may take in ms. Gives the time, whether the
 * process was thought dead or is new, and the dead processes that it shall take care of.
 */
export const BEAT: RedisScript = script(`${now}
local prefix, process = ARGV[1], ARGV[2]
local processes, dead = prefix .. 'processes', prefix .. 'dead'
local was_alive = redis.call('ZSCORE', processes, process) and 0 or 1
redis.call('ZADD', processes, now + ARGV[3], process)
redis.call('ZREM', dead, process)
redis.call('PUBLISH', prefix .. 'to:' .. process, 'beat')
local claimed = {}
if ARGV[4] == '1' then
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', processes, '-inf', '(' .. now, 'LIMIT', 0, 16)) do
    redis.call('ZREM', processes, other)
    redis.call('ZADD', dead, now, other)
  end
  claimed = redis.call('ZRANGEBYSCORE', dead, '-inf', now, 'LIMIT', 0, 16)
  for _, other in ipairs(claimed) do redis.call('ZADD', dead, now + ARGV[5], other) end
end
return { now, was_alive, claimed }
`);

/** prefix, process, (address, open sockets)…: the truth about its sockets, after Redis may have forgotten it. */
export const REGISTER: RedisScript = script(`
local sockets = ARGV[1] .. 'sockets:' .. ARGV[2]
redis.call('DEL', sockets)
for i = 3, #ARGV, 2 do redis.call('HSET', sockets, ARGV[i], ARGV[i + 1]) end
`);

/** prefix, process, `itself` if that is who asks: nothing is left of it, unless it turned out to be alive meanwhile. */
export const FORGET: RedisScript = script(`
local prefix, process = ARGV[1], ARGV[2]
if ARGV[3] ~= 'itself' and not redis.call('ZSCORE', prefix .. 'dead', process) then return end
redis.call('ZREM', prefix .. 'processes', process)
redis.call('ZREM', prefix .. 'dead', process)
redis.call('DEL', prefix .. 'in:' .. process, prefix .. 'sockets:' .. process)
`);

/** prefix, process, address, most in all, most per address. */
export const OPEN_SOCKET: RedisScript = script(`
local prefix, address = ARGV[1], ARGV[3]
local total, here = 0, 0
for _, process in ipairs(redis.call('ZRANGE', prefix .. 'processes', 0, -1)) do
  local counts = redis.call('HMGET', prefix .. 'sockets:' .. process, '*', address)
  total = total + (tonumber(counts[1]) or 0)
  here = here + (tonumber(counts[2]) or 0)
end
if total >= tonumber(ARGV[4]) then return 'too_many_peers' end
if here >= tonumber(ARGV[5]) then return 'too_many_sockets' end
local sockets = prefix .. 'sockets:' .. ARGV[2]
redis.call('HINCRBY', sockets, '*', 1)
redis.call('HINCRBY', sockets, address, 1)
return 'ok'
`);

/** prefix, process, address. */
export const CLOSE_SOCKET: RedisScript = script(`
local sockets = ARGV[1] .. 'sockets:' .. ARGV[2]
if redis.call('HINCRBY', sockets, ARGV[3], -1) <= 0 then redis.call('HDEL', sockets, ARGV[3]) end
if redis.call('HINCRBY', sockets, '*', -1) < 0 then redis.call('HSET', sockets, '*', 0) end
`);

/** prefix, budget. Gives how often it was used in the minute that began with the first use. */
export const SPEND: RedisScript = script(`
local key = ARGV[1] .. 'spent:' .. ARGV[2]
local used = redis.call('INCR', key)
if used == 1 then redis.call('PEXPIRE', key, 60000) end
return used
`);

/** prefix, how long the rooms are left alone afterwards in ms. Gives rooms in which something is due. */
export const TAKE_DUE: RedisScript = script(`${now}
local prefix = ARGV[1]
local names = redis.call('ZRANGEBYSCORE', prefix .. 'due', '-inf', now, 'LIMIT', 0, 64)
local found = {}
for _, name in ipairs(names) do
  if redis.call('EXISTS', prefix .. 'room:' .. name) == 1 then
    redis.call('ZADD', prefix .. 'due', now + ARGV[2], name)
    table.insert(found, name)
  else
    redis.call('ZREM', prefix .. 'due', name)
  end
end
return found
`);

/** prefix, the number that came with the last list. Gives the number, and the list unless it is the same. */
export const LIST: RedisScript = script(`
local count = redis.call('GET', ARGV[1] .. 'list:count') or '0'
if count == ARGV[2] then return { count } end
return { count, redis.call('HVALS', ARGV[1] .. 'list') }
`);
