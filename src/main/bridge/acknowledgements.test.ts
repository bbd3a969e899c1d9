import { expect, it, onTestFinished, vi } from 'vitest'
import { TolerantBroker } from '../mqtt/tolerant-broker.fixture'
import { begun, bridgeFrom, Home, Person, profileAt, rule, WITHIN } from './fixture'

it.each([1, 2] as const)(
  'acknowledges nothing that the other broker has not acknowledged, at QoS %i',
  async (qos) => {
    const home = await new Home().start()
    // It answers CONNECT and SUBSCRIBE, and never a PUBLISH.
    const silent = new TolerantBroker()
    await silent.open()
    onTestFinished(() => silent.close())
    await begun(bridgeFrom(home, profileAt(silent.port, 4), [rule({ filter: 'out/#' })]))
    const person = await Person.at(home.port, {}, 'else')
    await person.publish('out/a', 'x', qos)
    const client = [...home.broker.clients()].find(
      ({ sender, connection }) => connection.isObserver && !sender.isObserver
    )!
    await vi.waitFor(() => expect(client.sender.sentCount).toBe(1), WITHIN)
    for (let rounds = 0; rounds < 20; rounds++) await person.publish('else', 'y', 1)
    expect([...client.session.outgoing.unacknowledged()]).toMatchObject([
      { qos, message: { topic: 'out/a' } }
    ])
  }
)
