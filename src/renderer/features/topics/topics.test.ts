import { afterEach, describe, expect, it, vi } from 'vitest'
import { noFilter, type TopicRow } from '../../../shared/contract/topics'
import { apiTo, frameOf, held } from '../../state/api-fixture'
import { TopicsState } from './topics.svelte'

const row = (path: string): TopicRow => ({
  path,
  name: path,
  depth: 0,
  branch: false,
  expanded: false,
  position: 1,
  siblings: 1,
  topics: 1,
  messages: 1,
  rate: 0,
  last: null,
  retainedAt: null
})

interface WindowUpdate {
  options: { window?: { sequence: number } }
}

let close = (): void => undefined
afterEach(() => close())

/** Views are numbered in the order in which they are opened. */
function setup(gates: (Promise<void> | undefined)[] = []) {
  const begun: { moment: number | null }[] = []
  const open = new Set<string>()
  const updates: unknown[] = []
  const at: number[] = []
  const made = apiTo({
    'topics.watch': async ({ moment }) => {
      const viewId = `v${begun.push({ moment })}`
      await gates[begun.length - 1]
      open.add(viewId)
      return { viewId }
    },
    'topics.unwatch': ({ viewId }) => void open.delete(viewId),
    'topics.update': (update) => void updates.push(update),
    'topics.reveal': ({ path }) => ({ index: 64, path }),
    'topics.at': ({ index }) => (at.push(index), { index, path: `t${index}` })
  })
  close = made.close
  const heard = { ready: vi.fn(), selected: vi.fn(), changed: vi.fn() }
  const topics = new TopicsState(made.api, { kind: 'connection', id: 'c' }, heard)
  return { topics, begun, open, updates, at, heard, session: made.session }
}

describe('the topics of a connection', () => {
  describe('when revealed', () => {
    const PATH = 'plant/line1/state'

    /** A tree of 62 rows. Its list scrolls as far as it can, and asks for another window unless it is there already. */
    async function setupList() {
      const { topics, begun, updates, session } = setup()
      close = ((end) => () => (stop(), end()))(close)
      const stop = topics.start()
      await vi.waitFor(() => expect(begun).toHaveLength(1))
      const revealed: [index: number, total: number][] = []
      let shown = 0
      topics.onreveal = (index) => {
        revealed.push([index, topics.total])
        const reached = Math.min(index, topics.total - 1)
        if (reached !== shown) topics.show((shown = reached), 60)
        return Promise.resolve()
      }
      const asked = (): number =>
        Math.max(0, ...updates.map((update) => (update as WindowUpdate).options.window?.sequence ?? 0))
      const take = async (total: number, sequence: number, index?: number): Promise<void> => {
        const selected = index === undefined ? null : { row: row(PATH), index }
        session.emit('topics.frame', frameOf('v1', { total, sequence, selected }))
        await vi.waitFor(() => expect(topics.total).toBe(total))
      }
      await vi.waitFor(() => expect(asked()).toBeGreaterThan(0))
      await take(62, asked())
      return { topics, take, revealed, asked }
    }

    it('are scrolled to again once the list is long enough, also if the topic is selected already', async () => {
      const { topics, take, revealed, asked } = await setupList()
      topics.select(PATH)
      await topics.reveal(PATH)
      expect(revealed).toEqual([[64, 62]])
      await take(68, asked(), 64)
      expect(revealed.at(-1)).toEqual([64, 68])
    })

    it('are scrolled to again when topics appear above while the window moves', async () => {
      const { topics, take, revealed, asked } = await setupList()
      const before = asked()
      await topics.reveal(PATH)
      await vi.waitFor(() => expect(asked()).toBe(before + 1))
      // The worker made this frame before it was asked for the new window.
      await take(68, before, 64)
      await vi.waitFor(() => expect(asked()).toBe(before + 2))
      await take(100, before + 1, 96)
      expect(revealed.at(-1)).toEqual([96, 100])
    })

    it('are left alone once the window holds still', async () => {
      const { topics, take, revealed, asked } = await setupList()
      const before = asked()
      await topics.reveal(PATH)
      await vi.waitFor(() => expect(asked()).toBe(before + 1))
      await take(68, before + 1, 64)
      await vi.waitFor(() => expect(asked()).toBe(before + 2))
      await take(69, before + 2, 64)
      const { length } = revealed
      await take(70, before + 2, 65)
      expect(revealed).toHaveLength(length)
    })

    it('are left alone if they were in view', async () => {
      const { topics, take, revealed, asked } = await setupList()
      await take(70, asked())
      topics.show(64, 60)
      topics.select(PATH)
      topics.onreveal = (index) => (revealed.push([index, topics.total]), Promise.resolve())
      await topics.reveal(PATH)
      await take(71, asked(), 65)
      expect(revealed).toEqual([[64, 70]])
    })
  })

  it('leave no view behind when views are reopened while another is being opened', async () => {
    const { gate, letGo } = held()
    const { topics, begun, open } = setup([gate])
    const stop = topics.start()
    await vi.waitFor(() => expect(begun).toHaveLength(1))
    await topics.watch()
    await topics.watch()
    letGo()
    await vi.waitFor(() => expect([...open]).toEqual(['v3']))
    stop()
    await vi.waitFor(() => expect(open.size).toBe(0))
  })

  it('leave no view behind when they stop while one is being opened', async () => {
    const { gate, letGo } = held()
    const { topics, begun, open } = setup([gate])
    const stop = topics.start()
    await vi.waitFor(() => expect(begun).toHaveLength(1))
    stop()
    letGo()
    await vi.waitFor(() => expect(open.size).toBe(0))
  })

  it('use separate views for the present and the past, and a single one to move within the past', async () => {
    const { topics, begun, open, updates } = setup()
    topics.start()
    await vi.waitFor(() => expect([...open]).toEqual(['v1']))
    topics.setMoment(5)
    await vi.waitFor(() => expect([...open]).toEqual(['v2']))
    topics.setMoment(6)
    await vi.waitFor(() =>
      expect(updates).toContainEqual(expect.objectContaining({ viewId: 'v2', moment: 6 }))
    )
    topics.setMoment(null)
    await vi.waitFor(() => expect([...open]).toEqual(['v3']))
    expect(begun.map(({ moment }) => moment)).toEqual([null, 5, null])
  })

  it('open their view of the past again when it was lost', async () => {
    const { topics, begun, open, session } = setup()
    topics.start()
    await vi.waitFor(() => expect([...open]).toEqual(['v1']))
    topics.setMoment(5)
    await vi.waitFor(() => expect([...open]).toEqual(['v2']))
    session.emit('topics.lost', { again: true })
    await vi.waitFor(() => expect([...open]).toEqual(['v3']))
    expect(begun.map(({ moment }) => moment)).toEqual([null, 5, 5])
  })

  it('say that their view of the past is frozen when it was lost too often, until they are asked to try again', async () => {
    const { topics, begun, open, session } = setup()
    topics.start()
    await vi.waitFor(() => expect([...open]).toEqual(['v1']))
    session.emit('topics.lost', { again: false })
    await vi.waitFor(() => {
      session.emit('topics.frame', frameOf('v1', { total: 7 }))
      expect(topics.total).toBe(7)
    })
    expect(topics.frozen).toBe(false)
    topics.setMoment(5)
    await vi.waitFor(() => expect([...open]).toEqual(['v2']))
    session.emit('topics.lost', { again: false })
    await vi.waitFor(() => expect(topics.frozen).toBe(true))
    expect(begun).toHaveLength(2)
    await topics.watch()
    expect(topics.frozen).toBe(false)
    expect(begun.map(({ moment }) => moment)).toEqual([null, 5, 5])
  })

  it('select the last row for PageDown and End, even in a long list', async () => {
    const { topics, at, heard, session } = setup()
    topics.start()
    const rows = [row('t0'), row('t1')]
    await vi.waitFor(() => {
      session.emit('topics.frame', frameOf('v1', { total: 1_000, rows }))
      expect(topics.total).toBe(1_000)
    })
    expect(heard.ready).toHaveBeenCalledOnce()
    await topics.step('End', 20)
    await topics.step('PageDown', 2_000)
    expect(at).toEqual([999, 999])
    expect(topics.selectedPath).toBe('t999')
    await topics.step('Home', 20)
    expect(topics.selectedPath).toBe('t0')
  })

  it('report changes of the selected topic’s row only', async () => {
    const { topics, heard, session } = setup()
    topics.start()
    await vi.waitFor(() => {
      session.emit('topics.frame', frameOf('v1', { total: 1, rows: [row('a')] }))
      expect(topics.ready).toBe(true)
    })
    topics.select('a')
    expect(heard.selected).toHaveBeenCalledOnce()
    session.emit('topics.frame', frameOf('v1', { selected: { row: row('other'), index: 0 } }))
    session.emit('topics.frame', frameOf('v1', { selected: { row: { ...row('a'), messages: 2 }, index: 0 } }))
    await vi.waitFor(() => expect(topics.selected?.row.messages).toBe(2))
    expect(heard.changed).toHaveBeenCalledOnce()
  })

  it('keep the last valid filter while the typed one is invalid', async () => {
    const { topics, updates, open } = setup()
    topics.start()
    await vi.waitFor(() => expect(open.size).toBe(1))
    topics.setFilter({ mode: 'wildcard', text: 'plant/#/x' })
    expect(topics.filterFault).toBe('FILTER_HASH_NOT_LAST')
    topics.setFilter({ ...noFilter, text: 'lamp' })
    expect(topics.filterFault).toBeNull()
    await vi.waitFor(() => expect(updates.at(-1)).toMatchObject({ options: { filter: { text: 'lamp' } } }))
  })
})
