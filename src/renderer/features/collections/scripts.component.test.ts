import { afterEach, expect, it, vi } from 'vitest'
import { apiTo } from '../../state/api-fixture'
import { ScriptsState } from './scripts.svelte'

const raised = { path: 'lib/lamp.script.js', name: 'lamp', texts: ['too hot', 'too old'] }

afterEach(() => vi.unstubAllGlobals())

/** What the browser and Treetop show of notices that a script raises. */
async function shownOf(isBrowser: boolean, focused: boolean, permission: NotificationPermission) {
  const outside: [string, NotificationOptions][] = []
  class Fake {
    static permission = permission
    constructor(title: string, options: NotificationOptions) {
      outside.push([title, options])
    }
  }
  vi.stubGlobal('Notification', Fake)
  const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(focused)
  const { api, session, close } = apiTo({})
  const notify = vi.fn()
  const stop = new ScriptsState(api, notify).start(() => isBrowser)
  session.emit('scripts.notice', raised)
  await vi.waitFor(() => expect(notify.mock.calls).toEqual(raised.texts.map((text) => ['bad', text])))
  stop()
  close()
  focus.mockRestore()
  return outside
}

it('shows notices of a script in Treetop, and outside of a browser that is not in front', async () => {
  expect(await shownOf(true, false, 'granted')).toEqual([
    ['lamp', { body: 'too hot\ntoo old', tag: 'treetop-script-lib/lamp.script.js' }]
  ])
  expect(await shownOf(true, true, 'granted')).toEqual([])
  expect(await shownOf(true, false, 'default')).toEqual([])
  // On the desktop, the main process shows them.
  expect(await shownOf(false, false, 'granted')).toEqual([])
})
