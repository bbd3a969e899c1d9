import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import type { WatchEntry } from '../../shared/contract/watch'
import type { App } from '../compose'
import { followWatch } from './watch-notices'
import type { MainWindow } from './window'
import { speak } from './words'

const notices = vi.hoisted(() => [] as { title: string; body: string; click(): void }[])
vi.mock('electron', () => ({
  app: { getLocale: () => 'en-GB' },
  Notification: Object.assign(
    class extends EventEmitter {
      constructor(private readonly said: { title: string; body: string }) {
        super()
      }
      show(): void {
        notices.push({ ...this.said, click: () => void this.emit('click') })
      }
    },
    { isSupported: () => true }
  )
}))

const watch: App['watch'] = new EventEmitter()
const show = vi.fn()
let focused: boolean

beforeEach(() => {
  notices.length = 0
  focused = false
  watch.removeAllListeners()
  const window = { current: { isFocused: () => focused }, show }
  followWatch({ watch }, window as unknown as MainWindow)
})

function entry(changes: Partial<WatchEntry>): WatchEntry {
  return {
    ...{ number: 1, at: 0, ruleId: 'r', rule: 'Too hot', kind: 'fired', topic: 'plant/a/temp', value: '83' },
    ...{
      messageId: 1,
      held: 0,
      marked: false,
      notified: true,
      to: null,
      error: null,
      check: null,
      sentence: null
    },
    ...changes
  }
}

it('notifies while the window is not focused, and a click shows it', () => {
  watch.emit('told', 'c', [entry({})])
  expect(notices).toMatchObject([{ title: 'Too hot', body: 'plant/a/temp: 83' }])
  notices[0]!.click()
  expect(show).toHaveBeenCalledOnce()
  focused = true
  watch.emit('told', 'c', [entry({})])
  expect(notices).toHaveLength(1)
})

it('shows one notification for all topics of a rule, and none for what only the log notes', () => {
  const others = ['b', 'c'].map((name) => entry({ topic: `plant/${name}/temp` }))
  watch.emit('told', 'c', [
    entry({ notified: false }),
    ...others,
    entry({ kind: 'back', value: null }),
    entry({ ruleId: 's', rule: 'Silent', value: null }),
    entry({ kind: 'published' })
  ])
  expect(notices).toMatchObject([
    { title: 'Too hot', body: 'plant/b/temp: 83, and 1 more' },
    { title: 'Too hot', body: 'Good again: plant/a/temp' },
    { title: 'Silent', body: 'plant/a/temp: no message' }
  ])
})

it('notifies of a check that failed, not of one that passed', () => {
  const check = { collection: 'default', path: 'lamp.test.yaml', only: null }
  const sentence = { message: 'failure_no_packet', values: { packet: 'PUBACK', time: '2 s' } }
  watch.emit('told', 'c', [
    entry({ kind: 'passed', notified: false, check }),
    entry({ kind: 'failed', notified: false, check, sentence })
  ])
  expect(notices).toMatchObject([
    { title: 'Too hot', body: 'lamp.test.yaml failed: No PUBACK came within 2 s.' }
  ])
  speak('zh-CN')
  watch.emit('told', 'c', [entry({ kind: 'failed', notified: false, check, sentence })])
  expect(notices[1]).toMatchObject({ body: 'lamp.test.yaml 未通过：2 s 内没有收到 PUBACK。' })
})
