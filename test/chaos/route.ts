/**
 * Loaded before a gateway: leads its connections to Omneo over the link of its own replica. All replicas know Omneo by
 * one address, since the ledger's keys go by that.
 */
import { syncBuiltinESMExports } from 'node:module';
import net, { type NetConnectOpts, type Socket } from 'node:net';

const { CHAOS_OMNEO_PORT: common, CHAOS_LINK_PORT: own } = process.env;
const connect = net.connect.bind(net) as (options: NetConnectOpts, listener?: () => void) => Socket;

net.connect = ((options: NetConnectOpts, listener?: () => void): Socket => {
  const isOmneo = 'port' in options && String(options.port) === common;
  return connect(isOmneo ? { ...options, port: Number(own) } : options, listener);
}) as typeof net.connect;
syncBuiltinESMExports();
