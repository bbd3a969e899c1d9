import { expect, it } from 'vitest'
import { parseCall } from './arguments'

const run = { kind: 'run', dataDirectory: null, smoke: false, targets: [], sandboxed: true }

it.each([
  [[], run],
  [['--data-dir', 'data'], { ...run, dataDirectory: '/home/anna/data' }],
  [['--data-dir=/data', '--smoke'], { ...run, dataDirectory: '/data', smoke: true }],
  [
    ['mqtt://broker:1884', 'plant.treetop', '/tmp/x.treetop'],
    { ...run, targets: ['mqtt://broker:1884', '/home/anna/plant.treetop', '/tmp/x.treetop'] }
  ],
  // Options of Chromium and of the system.
  [['--enable-features=UseOzonePlatform', '-psn_0_1'], run],
  [['--no-sandbox', 'mqtt://broker'], { ...run, targets: ['mqtt://broker'], sandboxed: false }],
  // An AppImage passes --no-sandbox first where user namespaces are restricted.
  [['--data-dir', 'export'], { ...run, dataDirectory: '/home/anna/export' }],
  [['--data-dir'], run],
  [['--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['-h'], { kind: 'help' }],
  [['--smoke=1', 'mqtt://broker'], run],
  [['./export'], { ...run, targets: ['/home/anna/export'] }]
])('parses %j', (argv, expected) => {
  expect(parseCall(argv, '/home/anna')).toEqual(expected)
})

it.each([
  [['export', '--help'], 'export', ['--help']],
  [['probe', 'mqtt://broker', '--json'], 'probe', ['mqtt://broker', '--json']],
  // An AppImage passes --no-sandbox first where user namespaces are restricted.
  [['--no-sandbox', 'export', '--format', 'csv'], 'export', ['--format', 'csv']],
  [['--data-dir', 'data', 'export', '--force'], 'export', ['--data-dir', 'data', '--force']]
])('%j is a command', (argv, name, rest) => {
  const call = parseCall(argv, '/home/anna')
  expect(call).toMatchObject({ kind: 'command', found: { command: { name }, argv: rest } })
})
