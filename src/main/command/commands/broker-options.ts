import type { Option, Values } from '../command'

/** How to sign in to a broker that is named by its URL. */
export const brokerOptions = {
  username: {
    short: 'u',
    value: 'NAME',
    heading: 'The broker',
    about: 'user name; default: the one in the URL'
  },
  'password-file': {
    value: 'F',
    complete: 'file',
    about:
      'file with the password; default: TREETOP_MQTT_PASSWORD of the environment, or the password in the URL'
  },
  'ask-password': { about: 'ask for the password in the terminal' },
  ca: { value: 'F', complete: 'file', about: 'PEM file with the certificate to trust' },
  cert: { value: 'F', complete: 'file', about: 'PEM file with the client certificate' },
  key: { value: 'F', complete: 'file', about: 'PEM file with the private key of the client certificate' },
  pfx: { value: 'F', complete: 'file', about: 'PFX (P12) file with the client certificate and its key' },
  'passphrase-file': {
    value: 'F',
    complete: 'file',
    about:
      'file with the passphrase of the key or the PFX file; default: TREETOP_KEY_PASSPHRASE of the environment'
  },
  alpn: { value: 'NAME', many: true, about: 'ALPN protocol name; may be given several times' },
  'server-name': {
    value: 'NAME',
    about: 'name that the certificate must have; default: the host of the URL'
  },
  insecure: { about: "do not verify the broker's certificate" },
  proxy: {
    value: 'URL',
    about: 'proxy: http://[USER@]HOST[:PORT], socks5://[USER@]HOST[:PORT], or none'
  },
  'proxy-password-file': {
    value: 'F',
    complete: 'file',
    about: 'file with the password for the proxy; default: TREETOP_PROXY_PASSWORD of the environment'
  }
} as const satisfies Record<string, Option>

/** The connection of a command that names its broker by URL or by profile. */
export const connectionOptions = {
  profile: {
    value: 'NAME',
    heading: 'The broker',
    about: 'instead of a URL: name or id of a profile, with its secrets'
  },
  env: {
    value: 'NAME',
    about: "environment for variables in the profile's fields (default: the one that is active in Treetop)"
  },
  'data-dir': {
    value: 'D',
    complete: 'directory',
    about: 'data directory of the profile (default: the one of this user)'
  },
  ...brokerOptions,
  username: { short: 'u', value: 'NAME', about: 'user name; default: the one in the URL or the profile' },
  proxy: {
    value: 'URL',
    about:
      "proxy: http://[USER@]HOST[:PORT], socks5://[USER@]HOST[:PORT], or none; default: the profile's; with a URL, none"
  },
  mqtt: {
    short: 'V',
    value: 'VERSION',
    choices: ['3.1', '3.1.1', '5'],
    about: "MQTT version; default: 5, or the profile's"
  },
  'client-id': {
    short: 'i',
    value: 'ID',
    about: 'client id; default: a new one, also with a profile, so that Treetop itself stays connected'
  },
  'keep-session': {
    about: 'no clean start: the broker resumes the session of the client id, and keeps it afterwards'
  },
  'session-expiry': {
    value: 'S',
    about: 'MQTT 5: seconds that the broker keeps the session (default with --keep-session: a day)'
  },
  'keep-alive': { value: 'S', about: 'seconds between signs of life; 0: none (default: 60)' },
  'connect-timeout': { value: 'S', about: 'seconds to wait for the broker to accept (default: 10)' }
} as const satisfies Record<string, Option>

export type BrokerValues = Values<typeof brokerOptions>
export type ConnectionValues = Values<typeof connectionOptions>
