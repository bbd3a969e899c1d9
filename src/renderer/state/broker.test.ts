import { afterEach, describe, expect, it, vi } from 'vitest'
import { defaultBrokerLimits, type BrokerRefusal, type BrokerStatus } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import { apiTo } from './api-fixture'
import { BrokerState } from './broker.svelte'

const stopped: BrokerStatus = { state: 'stopped', fault: null }
const running: Extract<BrokerStatus, { state: 'running' }> = {
  state: 'running',
  host: '127.0.0.1',
  port: 1883,
  listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 1883 }],
  forgets: false,
  limits: defaultBrokerLimits,
  since: 1,
  clients: 0,
  rateIn: 0,
  rateOut: 0,
  demo: false,
  faults: 0,
  storeFault: null
}

function refusal(at: number, reason: string): BrokerRefusal {
  return { at, clientId: '', address: '127.0.0.1:5000', reasonCode: 0x81, reason, packet: '' }
}

const watches: (() => void)[] = []
afterEach(() => watches.splice(0).forEach((stop) => stop()))

/** Asks for the refusals at once; polling ends with the test. */
function watch(broker: BrokerState): void {
  watches.push(broker.watchRefusals())
}

/** A running broker. `calls` names the calls that reached it. */
async function setup() {
  const calls: string[] = []
  let status: BrokerStatus = running
  const shared = {
    refusals: [] as BrokerRefusal[],
    startFault: null as AppError | null,
    refusalsFault: null as AppError | null
  }
  const turn = (name: string, to: BrokerStatus): BrokerStatus => {
    calls.push(name)
    return (status = to)
  }
  const { api, session, close } = apiTo({
    'broker.status': () => status,
    'broker.stop': () => turn('stop', stopped),
    'broker.restart': () => {
      if (shared.startFault) throw shared.startFault
      return turn('restart', { ...running, since: 2 })
    },
    'broker.refusals': () => {
      if (shared.refusalsFault) throw shared.refusalsFault
      if (status.state === 'stopped') throw new AppError('BROKER_NOT_RUNNING', {})
      return shared.refusals
    }
  })
  const broker = new BrokerState(api)
  broker.start()
  await broker.load()
  return { broker, calls, shared, session, close }
}

describe('a restart of the broker', () => {
  it('is one call, so that the broker runs on if it cannot start again', async () => {
    const { broker, calls, close } = await setup()
    expect(await broker.restartBroker()).toBe(true)
    expect(calls).toEqual(['restart'])
    expect(broker.status).toMatchObject({ since: 2 })
    close()
  })

  it('that fails leaves the reason, and the broker as it was', async () => {
    const { broker, shared, close } = await setup()
    shared.startFault = new AppError('PORT_IN_USE', { host: '127.0.0.1', port: 8883, next: 8884 })
    expect(await broker.restartBroker()).toBe(false)
    expect(broker.fault).toMatchObject({ code: 'PORT_IN_USE' })
    expect(broker.busy).toBe(false)
    expect(broker.status).toEqual(running)
    close()
  })
})

describe('the refusals', () => {
  it('come newest first, each with a key that stays when more follow', async () => {
    const { broker, shared, close } = await setup()
    shared.refusals = [refusal(5, 'first'), refusal(5, 'second'), refusal(6, 'third')]
    watch(broker)
    await vi.waitFor(() => expect(broker.refusals).not.toBeNull())
    expect(broker.refusals?.map(({ reason }) => reason)).toEqual(['third', 'second', 'first'])
    const keys = broker.refusals!.map(({ key }) => key)
    expect(new Set(keys).size).toBe(3)
    shared.refusals = [...shared.refusals, refusal(7, 'fourth')]
    watch(broker)
    await vi.waitFor(() => expect(broker.refusals).toHaveLength(4))
    expect(broker.refusals?.slice(1).map(({ key }) => key)).toEqual(keys)
    close()
  })

  it('are not known once the broker has stopped', async () => {
    const { broker, shared, close } = await setup()
    shared.refusals = [refusal(5, 'first')]
    watch(broker)
    await vi.waitFor(() => expect(broker.refusals).toHaveLength(1))
    await broker.stopBroker()
    expect(broker.refusals).toBeNull()
    close()
  })

  it('that cannot be read leave the reason until they can', async () => {
    const { broker, shared, close } = await setup()
    shared.refusalsFault = new AppError('INTERNAL', { message: 'boom' })
    watch(broker)
    await vi.waitFor(() => expect(broker.refusalsFault).toMatchObject({ code: 'INTERNAL' }))
    shared.refusalsFault = null
    watch(broker)
    await vi.waitFor(() => expect(broker.refusals).toEqual([]))
    expect(broker.refusalsFault).toBeNull()
    close()
  })
})
