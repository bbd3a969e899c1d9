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
  [['--no-sandbox', 'export', '--format', 'csv'], { kind: 'export', argv: ['--format', 'csv'] }],
  [['--data-dir', 'export'], { ...run, dataDirectory: '/home/anna/export' }],
  [['--data-dir'], run],
  [['--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['export', '--help'], { kind: 'export', argv: ['--help'] }],
  [['probe', 'mqtt://broker', '--json'], { kind: 'probe', argv: ['mqtt://broker', '--json'] }],
  [['./export'], { ...run, targets: ['/home/anna/export'] }]
])('parses %j', (argv, expected) => {
  expect(parseCall(argv, '/home/anna')).toEqual(expected)
})
