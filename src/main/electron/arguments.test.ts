import { expect, it } from 'vitest'
import { parseCall } from './arguments'

const run = { kind: 'run', dataDirectory: null, smoke: false, targets: [] }

it.each([
  [[], run],
  [['--data-dir', 'data'], { ...run, dataDirectory: '/home/anna/data' }],
  [['--data-dir=/data', '--smoke'], { ...run, dataDirectory: '/data', smoke: true }],
  [
    ['mqtt://broker:1884', 'plant.treetop', '/tmp/x.treetop'],
    { ...run, targets: ['mqtt://broker:1884', '/home/anna/plant.treetop', '/tmp/x.treetop'] }
  ],
  // Chromium's, and the system's.
  [['--enable-features=UseOzonePlatform', '--no-sandbox', '-psn_0_1'], run],
  [['--data-dir'], run],
  [['--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['export', '--help'], { kind: 'export', argv: ['--help'] }],
  [['./export'], { ...run, targets: ['/home/anna/export'] }]
])('reads %j', (argv, expected) => {
  expect(parseCall(argv, '/home/anna')).toEqual(expected)
})
