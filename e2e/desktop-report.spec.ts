import type { Desktop } from './fixtures/desktop'
import { shellReport } from './fixtures/shell-report'
import { expect, test } from './test'

const REFUSED = 'refused: An object could not be cloned.'

/** The expected values are Electron's; electron.spec.ts compares the stand-in with Electron itself. */
test('windows, menu, channels and the messages that cross them match Electron', async ({ treetop }) => {
  const { windows, menu, channels, crossings, ...app } = await shellReport(treetop as Desktop)
  expect(app).toEqual({ name: 'Treetop', packaged: false })
  expect(windows).toMatchObject([
    {
      url: 'app://treetop/',
      size: [1_280, 800],
      minimum: [900, 600],
      visible: true,
      minimized: false,
      maximized: false,
      fullScreen: false,
      background: '#f3f7f4'
    }
  ])
  expect(channels).toEqual(['treetop'])
  const edit = menu.find(({ label }) => label === 'Edit')!.submenu
  expect(edit.map(({ role, type, accelerator }) => [role ?? type, accelerator])).toEqual([
    ['undo', 'CommandOrControl+Z'],
    ['redo', process.platform === 'win32' ? 'Control+Y' : 'Shift+CommandOrControl+Z'],
    ['separator', null],
    ['cut', 'CommandOrControl+X'],
    ['copy', 'CommandOrControl+C'],
    ['paste', 'CommandOrControl+V'],
    ['delete', null],
    ['separator', null],
    ['selectall', 'CommandOrControl+A']
  ])
  expect(crossings).toEqual({
    plain: "{ a: 1, list: [ true, null, undefined, 'x' ] }",
    cycle: '<ref *1> { self: [Circular *1] }',
    shared: '[ {}, {} ]',
    map: 'Map(1) { { k: 1 } => Set(1) { 2n } }',
    date: '1970-01-01T00:00:00.000Z',
    bytes: 'Uint8Array(3) [ 1, 2, 3 ]',
    buffer: 'ArrayBuffer { [Uint8Contents]: <00 00>, [byteLength]: 2 }',
    instance: '{ x: 1 }',
    function: REFUSED,
    'function within': REFUSED,
    blob: REFUSED,
    'weak map': REFUSED
  })
})

test('a page is granted its allowed permissions and nothing else', async ({ treetop }) => {
  const desktop = treetop as Desktop
  await desktop.page()
  const asked = async (permission: string): Promise<unknown> => desktop.ask('permission', permission)
  expect(await asked('clipboard-sanitized-write')).toEqual({ asked: true, checked: true })
  for (const permission of ['clipboard-read', 'geolocation', 'media', 'notifications', 'openExternal', 'hid'])
    expect(await asked(permission), permission).toEqual({ asked: false, checked: false })
})
