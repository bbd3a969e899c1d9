// The programs that the tests use. As root on Debian they are installed; elsewhere the missing ones are named.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findChromium } from './chromium.mjs'
import { run } from './run.mjs'

/** Each program with its Debian package and a check for its presence. `.github/workflows/check.yml` installs the same packages. */
export const programs = [
  { name: 'chromium', debian: 'chromium', there: () => findChromium() !== undefined },
  {
    name: 'mosquitto',
    debian: 'mosquitto',
    there: () => existsSync('/usr/sbin/mosquitto') || works('mosquitto', ['-h'])
  },
  {
    name: 'mosquitto_pub and mosquitto_sub',
    debian: 'mosquitto-clients',
    there: () => works('mosquitto_pub', ['--help'])
  },
  {
    name: 'paho-mqtt for /usr/bin/python3',
    debian: 'python3-paho-mqtt',
    there: () => spawnSync('/usr/bin/python3', ['-c', 'import paho.mqtt.client']).status === 0
  },
  {
    name: 'scapy for /usr/bin/python3',
    debian: 'python3-scapy',
    there: () => spawnSync('/usr/bin/python3', ['-c', 'import scapy.contrib.mqttsn']).status === 0
  },
  { name: 'tshark', debian: 'tshark', there: () => works('tshark', ['--version']) },
  { name: 'systemd-analyze', debian: 'systemd', there: () => works('systemd-analyze', ['--version']) },
  { name: 'zsh', debian: 'zsh', there: () => works('zsh', ['--version']) },
  { name: 'fish', debian: 'fish', there: () => works('fish', ['--version']) },
  { name: 'erl', debian: 'erlang-base', there: () => works('erl', ['-version']) },
  { name: 'openssl', debian: 'openssl', there: () => works('openssl', ['version']) }
]

/** Installs missing programs where possible. Resolves to the names of those still missing. */
export async function ensurePrograms() {
  const missing = programs.filter(({ there }) => !there())
  if (missing.length > 0 && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log(`Installing ${missing.map(({ debian }) => debian).join(', ')}…`)
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    await run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(({ debian }) => debian)],
      { env }
    )
  }
  return missing.filter(({ there }) => !there()).map(({ name }) => name)
}

function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch (error) {
    // mosquitto's tools print their help and exit with their own code.
    return error.code !== 'ENOENT'
  }
}
