import { createHash } from 'node:crypto';

/** A Lua script; it runs on the server as one step. */
export type Script = Readonly<{ lua: string; sha: string }>;

function script(lua: string): Script {
  return Object.freeze({ lua, sha: createHash('sha1').update(lua).digest('hex') });
}

/** The server's clock, in milliseconds with fractions: rounded, a lease would end up to one too early. */
const now = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local function at(ms) return string.format('%.3f', ms) end
`;

/**
 * Whether the server may have forgotten something, and until when it is therefore quiet: `quiet` is the moment up
 * to which nothing may be created that only this server's memory speaks for.
 *
 * - No epoch: the server is new, or was emptied if the caller remembers an epoch.
 * - Another run of the server (a restart, a failover): its last writes may be lost.
 * - An epoch that is neither the caller's nor the one before: emptied, and found empty by somebody who knew nothing.
 *
 * KEYS[1] the epoch; ARGV: 1 the epoch that the caller remembers, or ''; 2 a name for a new one; 3 how long to be
 * quiet: what was claimed before may be created until its lease ends, and shown by Omneo a settle window later. Of
 * gateways with different settings the longest `span` of that kind that was used within the last minute counts for all:
 * of what was claimed earlier a restart loses nothing.
 */
const attend = `${now}
local epoch, run, quiet, before, span, used =
  unpack(redis.call('HMGET', KEYS[1], 'id', 'run', 'quiet', 'before', 'span', 'used'))
local running = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local seen, lost = ARGV[1], false
quiet = tonumber(quiet or 0)
used = tonumber(used or 0)
if not span or tonumber(ARGV[3]) >= tonumber(span) or now - used > 60000 then
  -- An epoch that is gone is noticed below: nothing may be written before.
  if epoch and (span ~= ARGV[3] or now - used > 5000) then
    redis.call('HSET', KEYS[1], 'span', ARGV[3], 'used', at(now))
  end
  span = ARGV[3]
end
if not epoch then
  lost = seen ~= ''
elseif run ~= running then
  lost = true
elseif seen ~= '' and seen ~= epoch and seen ~= before then
  lost, before = true, seen
end
if lost or not epoch then
  if lost then quiet = now + tonumber(span) end
  if not epoch then epoch, before = ARGV[2], seen end
  redis.call('HSET', KEYS[1], 'id', epoch, 'run', running, 'quiet', at(quiet), 'before', before, 'span', span, 'used', at(now))
end
`;

/**
 * Each gives a list of texts. KEYS[1] is the epoch where ARGV begins with its three; the entry comes after it.
 * An entry is a hash: `print` (fingerprint), `external` (if it was made up), and either `receipt`, or `owner` and `lease` (until when)
 * while it is held, and `attempt` (when last a create may have been under way) if there was one, with `known` (sent
 * or refused) if that is known of it, and `window` (the longest settle window of its holders) and `since` (when its fingerprint first claimed it). `told` says that an
 * answer is known to be out.
 */
export const scripts = Object.freeze({
  /** ARGV: none more. Gives the epoch and the span. */
  attend: script(`${attend}
return {epoch, span}`),

  /** No ARGV. Writes an entry and deletes it, with every command that the others use, so that a missing right shows. */
  check: script(`
redis.call('HSET', KEYS[1], 'owner', 'check')
redis.call('PEXPIRE', KEYS[1], 1000)
redis.call('HGET', KEYS[1], 'owner')
redis.call('HMGET', KEYS[1], 'owner', 'lease')
redis.call('HEXISTS', KEYS[1], 'attempt')
redis.call('PTTL', KEYS[1])
redis.call('HDEL', KEYS[1], 'owner')
redis.call('DEL', KEYS[1])
return {'1'}`),

  /** ARGV: 4 lease, 5 settle window, 6 retention, 7 fingerprint, 8 external_id if it was made up, else '', 9 owner. Gives epoch, span, result, the made-up external_id of the first attempt, and receipt, or wait, what is known and since when. */
  claim: script(`${attend}
local lease, window, retention, owner = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6], ARGV[9]
local print, external, holder, ends, attempt, receipt, known, longest, since = unpack(redis.call('HMGET', KEYS[2],
  'print', 'external', 'owner', 'lease', 'attempt', 'receipt', 'known', 'window', 'since'))
if receipt and print ~= ARGV[7] then return {epoch, span, 'mismatch'} end
external = external or ''
if receipt then return {epoch, span, 'issued', external, receipt} end
-- A claim of our own is one whose answer was lost on the way: it is answered again.
if holder and holder ~= owner then
  if now < tonumber(ends) then return {epoch, span, 'busy'} end
  -- Its holder crashed or was paused: a create may have been under way until the lease ended.
  attempt = ends
  if known == 'refused' then known = 'sent' end
end
if not print then external = ARGV[8]
elseif print ~= ARGV[7] then known, since = false, false end
since = since or at(now)
window = math.max(window, tonumber(longest or 0))
redis.call('HSET', KEYS[2], 'print', ARGV[7], 'owner', owner, 'lease', at(now + lease), 'window', window, 'since', since)
if external ~= '' then redis.call('HSET', KEYS[2], 'external', external) end
if attempt then redis.call('HSET', KEYS[2], 'attempt', attempt) end
if known then redis.call('HSET', KEYS[2], 'known', known) else redis.call('HDEL', KEYS[2], 'known') end
redis.call('PEXPIRE', KEYS[2], retention)
local believed = math.max(quiet, attempt and tonumber(attempt) + window or 0)
if not attempt and believed <= now then return {epoch, span, 'won', external} end
local wait = string.format('%.0f', math.ceil(math.max(0, believed - now)))
return {epoch, span, 'unconfirmed', external, wait, known or 'unknown', since}`),

  /** ARGV: 4 lease, 5 retention, 6 owner. Gives epoch, span, and 1 when renewed: never while the server is quiet, since a take-over may be lost. */
  renew: script(`${attend}
if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[6] or quiet > now then return {epoch, span, '0'} end
redis.call('HSET', KEYS[2], 'lease', at(now + tonumber(ARGV[4])))
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return {epoch, span, '1'}`),

  /** ARGV: 1 owner, 2 for how long, 3 receipt. Gives 1 when settled. */
  settle: script(`
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return {'0'} end
-- First, since a server that is out of memory refuses to begin with a write that takes some.
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[1], 'owner', 'lease', 'attempt', 'known', 'window', 'since')
redis.call('HSET', KEYS[1], 'receipt', ARGV[3])
return {'1'}`),

  /** ARGV: 1 owner, 2 retention, 3 what is known: sent or refused. */
  doubt: script(`${now}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return {'0'} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[1], 'owner', 'lease')
redis.call('HSET', KEYS[1], 'attempt', at(now), 'known', ARGV[3])
return {'1'}`),

  /** ARGV: 1 owner. */
  release: script(`
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return {'0'} end
if redis.call('HEXISTS', KEYS[1], 'attempt') == 1 then redis.call('HDEL', KEYS[1], 'owner', 'lease')
else redis.call('DEL', KEYS[1]) end
return {'1'}`),

  /** ARGV: 1 external_id, 2 whether an answer is out: 1 or 0; 3 for how long from now, 4 retention. Gives 1 when there was something to keep. */
  keep: script(`
local external, receipt, told = unpack(redis.call('HMGET', KEYS[1], 'external', 'receipt', 'told'))
if not receipt or external ~= ARGV[1] then return {'0'} end
local keep = tonumber(ARGV[3])
if told then
  if keep > redis.call('PTTL', KEYS[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
elseif ARGV[2] == '0' then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
else
  -- First, as in settle; with 0 it deletes the entry.
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  if keep > 0 then redis.call('HSET', KEYS[1], 'told', '1') end
end
return {'1'}`),

  /** ARGV: 1 value, 2 for how long from now. */
  note: script(`
if tonumber(redis.call('HGET', KEYS[1], 'value') or 0) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'value', ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'1'}`),

  /** Gives the value, or 0. */
  noted: script(`
return {redis.call('HGET', KEYS[1], 'value') or '0'}`),

  /** ARGV: 1 external_id, 2 for how long from now. Gives 1 when it is kept for that long. */
  tell: script(`
local external, receipt, told = unpack(redis.call('HMGET', KEYS[1], 'external', 'receipt', 'told'))
if not receipt or external ~= ARGV[1] or told then return {'0'} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'1'}`),
});
