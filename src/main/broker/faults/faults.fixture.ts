import { onTestFinished } from 'vitest'
import { FaultSpec, type ActiveFault } from '../../../shared/contract/faults'
import type { MqttVersion } from '../../../shared/contract/profiles'
import type { BrokerOptions } from '../core/broker'
import { TestNetwork, type TestClient } from '../core/fixture'
import type { FaultEffect } from '../core/hooks'
import type { AwayListener } from './absence'
import { Faults } from './faults'

/** What a fault did, as those see it who look on. */
export interface Told {
  id: string
  clientId: string
  packet: string | null
  effect: FaultEffect
}

/** A broker in memory whose network can be made bad. */
export class FaultyNetwork extends TestNetwork {
  readonly faults: Faults
  readonly told: Told[] = []
  /** The last news of the faults that are on. */
  news: ActiveFault[] = []
  newsCount = 0

  constructor(listeners: AwayListener[] = [], options: BrokerOptions = {}) {
    super(options)
    this.faults = new Faults(
      this.broker,
      this.clock,
      () => listeners,
      (news) => {
        this.news = news
        this.newsCount++
      }
    )
    this.broker.hooks.add({
      fault: (id, { clientId }, packet, effect) =>
        void this.told.push({
          id,
          clientId,
          packet: packet && Buffer.from(packet).toString('hex'),
          effect
        })
    })
    onTestFinished(() => {
      this.faults.stop()
      this.close()
    })
  }

  /** Switches a fault on, for a minute unless the test says otherwise; returns its id. */
  fault(spec: { kind: FaultSpec['kind'] } & Record<string, unknown>): string {
    return this.faults.add(FaultSpec.parse({ seconds: 60, ...spec })).id
  }

  /** How often a fault has struck. */
  struck(id: string): number | undefined {
    return this.faults.list().find((each) => each.id === id)?.count
  }

  /** Two clients, one of which has subscribed to everything, at QoS 2. */
  async pair(version: MqttVersion): Promise<{ publisher: TestClient; subscriber: TestClient }> {
    const publisher = await this.connect(version, { clientId: 'publisher' })
    const subscriber = await this.connect(version, { clientId: 'subscriber' })
    await subscriber.subscribe('#', { qos: 2 })
    return { publisher, subscriber }
  }
}

/** Resolves once what is on its way in memory has arrived. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
}
