import { expect, it, onTestFinished } from 'vitest'
import type { BrokerOptions } from '../core/broker'
import { TestNetwork, type TestClient } from '../core/fixture'
import { frame, text } from '../core/packets.fixture'

/*
 * The title of a conformance test ends with the statements that it holds, by version: `[3.1.1: MQTT-3.1.4-2; 5: MQTT-3.1.4-3]`, or
 * `[3.1.1, 5: MQTT-3.1.0-1, MQTT-3.1.0-2]` where both versions number them alike. `npm run conformance` reads them.
 */

type Version = 4 | 5

/** A test of MQTT 3.1.1 and of MQTT 5. */
export function itBoth(title: string, test: (version: Version) => Promise<void>): void {
  it311(title, () => test(4))
  it5(title, () => test(5))
}

export function it311(title: string, test: () => Promise<void>): void {
  it(`MQTT 3.1.1: ${title}`, test, 20_000)
}

export function it5(title: string, test: () => Promise<void>): void {
  it(`MQTT 5: ${title}`, test, 20_000)
}

/** A broker that ends with the test. */
export function network(options?: BrokerOptions): TestNetwork {
  const made = new TestNetwork(options)
  onTestFinished(() => made.close())
  return made
}

/** A client alone with a broker. */
export function connected(version: Version): Promise<TestClient> {
  return network().connect(version)
}

/** A client that publishes and one that is subscribed to everything, at QoS 2. */
export async function pair(
  version: Version,
  options?: BrokerOptions
): Promise<{ net: TestNetwork; publisher: TestClient; subscriber: TestClient }> {
  const net = network(options)
  const publisher = await net.connect(version)
  const subscriber = await net.connect(version)
  await subscriber.subscribe('#', { qos: 2 })
  return { net, publisher, subscriber }
}

/** What makes a session outlive its connection. */
export function kept(version: Version, seconds = 3_600) {
  return {
    clientId: 'kept',
    clean: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: seconds } })
  }
}

/** A CONNECT in hexadecimal digits, whose flags and payload may be wrong. MQTT 5 properties are left out. */
export function connectFrame(version: Version, flags: string, ...payload: string[]): string {
  return frame('10', text('MQTT'), `0${version}`, flags, '0000', version === 5 ? '00' : '', ...payload)
}

/** Properties in hexadecimal digits, for MQTT 5 only. */
export function properties(version: Version, hex = ''): string {
  if (version !== 5) return ''
  const digits = hex.replaceAll(' ', '')
  return (digits.length / 2).toString(16).padStart(2, '0') + digits
}

/** The broker closes the connection; MQTT 5 clients are told why. */
export async function expectEnd(client: TestClient, reasonCode: number): Promise<void> {
  const told = await client.closed()
  expect(told).toHaveLength(client.version === 5 ? 1 : 0)
  for (const packet of told) expect(packet).toMatchObject({ reasonCode })
}
