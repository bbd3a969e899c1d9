import { describe, type Values } from '../command'

export const broker = describe({
  name: 'broker',
  summary: 'run the broker without the app',
  usage: ['[options]'],
  about: [
    "Runs Treetop's broker (MQTT 3.1, 3.1.1 and 5) until Ctrl+C. Prints the address of each listener on standard output once it accepts clients. Without other options it listens on 127.0.0.1:1883, keeps everything in memory, and lets everybody in."
  ],
  operands: 0,
  options: {
    listen: {
      short: 'l',
      value: 'URL',
      many: true,
      about:
        'where to listen: mqtt, mqtts, ws or wss://HOST[:PORT]; may be given several times; port 0 is any free one (default: mqtt://127.0.0.1:1883)'
    },
    cert: { value: 'F', complete: 'file', about: 'PEM file with the certificate, for mqtts and wss' },
    key: { value: 'F', complete: 'file', about: 'PEM file with its private key' },
    'password-file': {
      value: 'F',
      complete: 'file',
      about: "users, as in Mosquitto's password_file; nobody else may connect"
    },
    'acl-file': {
      value: 'F',
      complete: 'file',
      about: "who may do what, as in Mosquitto's acl_file; all else is denied"
    },
    'allow-anonymous': { about: 'with --password-file: clients without a user name may connect, too' },
    store: {
      value: 'F',
      complete: 'file',
      about: 'file for sessions and retained messages, which then survive a restart (default: memory)'
    },
    verbose: { short: 'v', about: 'report on standard error who connects, leaves and is refused' }
  },
  examples: [
    { line: 'broker' },
    {
      line: 'broker --verbose --listen=mqtt://127.0.0.1:0',
      about: 'For a test: a free port, whose address is printed.'
    },
    {
      line: 'broker --listen=mqtt://0.0.0.0 --listen=ws://0.0.0.0:8083 --password-file users --acl-file acl --store broker.db'
    },
    { line: 'broker --listen=mqtts://0.0.0.0 --cert server.pem --key server-key.pem --password-file users' }
  ],
  statuses: '0 stopped, 1 it could not start, 2 wrong usage'
})

export type BrokerValues = Values<typeof broker.options>
