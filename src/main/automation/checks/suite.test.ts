import { expect, it, onTestFinished, vi } from 'vitest'
import { resolve } from 'node:path'
import { Mosquitto, mosquittoInstalled } from '../../mqtt/mosquitto.fixture'
import { outcomeOf, type Outcome } from './checks.fixture'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))

const root = resolve(import.meta.dirname, '../../../..')

/** Runs the suite of `e2e/checks`, which is written in the format of checks. */
function suite(...args: string[]): Promise<Outcome> {
  return outcomeOf(['--parallel', '4', ...args], {
    workingDirectory: root,
    defaultDataDirectory: resolve(root, 'nowhere')
  })
}

it('Treetop’s own broker passes the suite', async () => {
  const { status, output } = await suite('e2e/checks')
  expect(output).toMatch(/^0 failed, \d+ passed in/m)
  expect(status).toBe(0)
})

it.skipIf(!mosquittoInstalled)('Mosquitto passes the suite', async () => {
  const mosquitto = new Mosquitto()
  onTestFinished(() => mosquitto.remove())
  await mosquitto.start()
  const { status, output } = await suite('--broker', `mqtt://127.0.0.1:${mosquitto.port}`, 'e2e/checks/any')
  expect(output).toMatch(/^0 failed, \d+ passed in/m)
  expect(status).toBe(0)
})
