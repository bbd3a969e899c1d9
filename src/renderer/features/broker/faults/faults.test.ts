import { expect, it, onTestFinished, vi } from 'vitest'
import { FaultSpec, type ActiveFault, type EndedFault } from '../../../../shared/contract/faults'
import { AppError } from '../../../../shared/errors'
import { apiTo } from '../../../state/api-fixture'
import { FaultsState } from './faults.svelte'

const loss = FaultSpec.parse({ kind: 'loss', seconds: 60 })
const away = FaultSpec.parse({ kind: 'away', seconds: 60, scope: { listener: 1 } })

/** A broker's faults; it has no listener that could be away. */
function setup() {
  const calls: string[] = []
  const broker = { on: [] as ActiveFault[], ended: [] as EndedFault[] }
  const { api, session, close } = apiTo({
    'faults.list': () => broker.on,
    'faults.ended': () => broker.ended,
    'faults.add': (spec) => {
      if (spec.kind === 'away')
        throw new AppError('INVALID_INPUT', {
          issues: [{ path: 'scope.listener', fault: 'LISTENER_UNKNOWN' }]
        })
      const fault = {
        id: `${calls.length}`,
        spec,
        since: 0,
        until: 60_000,
        count: 0,
        clients: [],
        problem: null
      }
      broker.on = [...broker.on, fault]
      calls.push(`add ${spec.kind}`)
      return fault
    },
    'faults.remove': ({ id }) => {
      if (!broker.on.some((each) => each.id === id)) throw new AppError('NOT_FOUND', { what: 'fault', id })
      broker.on = broker.on.filter((each) => each.id !== id)
      calls.push('remove')
    },
    'traces.start': ({ clientId }) => void calls.push(`trace ${clientId}`)
  })
  const faults = new FaultsState(api)
  const stop = faults.watch()
  onTestFinished(() => {
    stop()
    close()
  })
  return { faults, broker, calls, session, stop }
}

it('records a client before its faults begin, and switches on all of them or none', async () => {
  const { faults, calls } = setup()
  await faults.add([loss], 'press-7')
  expect(calls).toEqual(['trace press-7', 'add loss'])
  expect(faults.list).toHaveLength(1)
  await expect(faults.add([loss, away], null)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(calls.slice(2)).toEqual(['add loss', 'remove'])
})

it('reads what ended when a fault is over, and nothing is on once the broker is not watched', async () => {
  const { faults, broker, session, stop } = setup()
  await faults.add([loss], null)
  const [{ until: _, problem: __, ...fault }] = broker.on as [ActiveFault]
  broker.on = []
  broker.ended = [{ ...fault, count: 2, endedAt: 5, end: 'times' }]
  session.emit('faults.changed', [])
  await vi.waitFor(() => expect(faults.ended).toMatchObject([{ count: 2, end: 'times' }]))
  expect(faults.list).toEqual([])
  // It has ended by itself before the click.
  await faults.stop(fault.id)
  stop()
  expect(faults.ended).toEqual([])
})
