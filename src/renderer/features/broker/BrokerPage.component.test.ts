import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { openAccess } from '../../../shared/contract/access'
import { defaultSettings, type Settings } from '../../../shared/contract/app'
import type {
  BrokerCertificate,
  BrokerListener,
  BrokerRefusal,
  BrokerStatus
} from '../../../shared/contract/broker'
import { AppError } from '../../../shared/errors'
import type { ActiveFault } from '../../../shared/contract/faults'
import type { LinkState } from '../../../shared/rpc/link'
import App from '../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../state/api-fixture'

const tls: BrokerListener = { kind: 'tls', host: '127.0.0.1', port: 8883 }
const ws: BrokerListener = { kind: 'ws', host: '127.0.0.1', port: 9001 }

const made: BrokerCertificate = {
  made: true,
  trustFile: '/data/broker/ca.pem',
  trustPem: '-----BEGIN CERTIFICATE-----\nmade\n-----END CERTIFICATE-----\n',
  names: ['localhost', '127.0.0.1'],
  validUntil: Date.UTC(2100, 0, 1)
}

/** The app at its broker page, over a real channel to a process with a local broker only. */
async function setup(changes: Partial<Settings> = {}, options: { running?: boolean } = {}) {
  const initial: Settings = { ...defaultSettings, language: 'en', ...changes }
  const process = {
    settings: initial,
    status: { state: 'stopped', fault: null } as BrokerStatus,
    refusals: [] as BrokerRefusal[],
    certificate: null as BrokerCertificate | null,
    faults: [] as ActiveFault[],
    /** Ports that other programs have. */
    taken: [] as number[],
    starts: 0
  }
  const start = (): BrokerStatus => {
    const { brokerHost: host, brokerPort: port, brokerListeners } = process.settings
    const listeners: BrokerListener[] = [{ kind: 'tcp', host, port }, ...brokerListeners]
    for (const each of listeners)
      if (process.taken.includes(each.port))
        throw new AppError('PORT_IN_USE', { ...each, next: each.port + 1 })
    process.status = {
      state: 'running',
      ...{ host, port, listeners },
      forgets: process.settings.brokerForgets,
      limits: process.settings.brokerLimits,
      since: ++process.starts,
      ...{ clients: 0, rateIn: 0, rateOut: 0, demo: false, faults: 0, storeFault: null }
    }
    return process.status
  }
  if (options.running) start()
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => process.settings,
    'settings.set': (changed) => (process.settings = Object.assign({}, process.settings, changed)),
    'broker.status': () => process.status,
    'broker.refusals': () => process.refusals,
    'broker.start': start,
    'broker.stop': () => (process.status = { state: 'stopped', fault: null }),
    'broker.restart': start,
    'broker.listenerFaults': ({ listeners }) =>
      listeners
        .filter(({ port }) => process.taken.includes(port))
        .map((listener) => ({
          ...listener,
          code: 'PORT_IN_USE',
          details: { host: listener.host, port: listener.port, next: listener.port + 1 }
        })),
    'broker.hosts': () => ['192.0.2.7'],
    'access.get': () => ({ ...openAccess, users: [], revision: 0, damaged: false }),
    'faults.list': () => process.faults,
    'faults.ended': () => [],
    'faults.clear': () => void (process.faults = []),
    'faults.add': () => {
      throw new AppError('INVALID_INPUT', {
        issues: [{ path: 'scope.listener', fault: 'LISTENER_UNKNOWN' }]
      })
    },
    'broker.certificate': () => process.certificate,
    'broker.makeCertificate': () => (process.certificate = made),
    'broker.useCertificate': (own) => {
      if (own === null) return (process.certificate = null)
      if (!own.key.includes('KEY')) throw new AppError('CERTIFICATE_INVALID', { fault: 'KEY_UNREADABLE' })
      return (process.certificate = { ...made, made: false, names: ['plant.example'] })
    }
  })
  const screen = await render(App, {
    link: {
      api,
      onState(listener: (state: LinkState) => void) {
        listener('open')
        return () => undefined
      }
    }
  })
  const rail = screen.getByRole('navigation', { name: 'Pages' })
  await rail.getByRole('button', { name: 'Settings', exact: true }).click()
  await screen.getByRole('button', { name: 'Broker settings' }).click()
  const row = (number: number) => screen.getByRole('listitem', { name: `Listener ${number}`, exact: true })
  return {
    screen,
    process,
    session,
    row,
    tab: (name: string | RegExp) =>
      screen.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name }),
    portOf: (number: number) => row(number).getByRole('textbox', { name: 'Port' }),
    add: async (kind: string) => {
      await screen.getByRole('button', { name: 'Add listener' }).click()
      await screen.getByRole('menuitem', { name: kind, exact: true }).click()
    }
  }
}

describe('the listeners', () => {
  it('are reached from the settings page, and added at the next free usual port, which gets the focus', async () => {
    const { process, tab, add, portOf, row } = await setup()
    await expect.element(tab('Settings')).toHaveAttribute('aria-selected', 'true')
    await add('TLS')
    await expect.element(portOf(1)).toHaveValue('8883')
    await expect.element(portOf(1)).toHaveFocus()
    await add('TLS')
    await expect.element(portOf(2)).toHaveValue('8884')
    await expect.element(portOf(2)).toHaveFocus()
    await expect.element(row(2).getByText('mqtts://127.0.0.1:8884')).toBeVisible()
    expect(process.settings.brokerListeners).toEqual([tls, { ...tls, port: 8884 }])
  })

  it('do not take the port of another listener: the field says so, and Escape takes it back', async () => {
    const { process, portOf, screen } = await setup({ brokerListeners: [tls, ws] })
    await userEvent.fill(portOf(2), '8883')
    await userEvent.keyboard('{Enter}')
    await expect.element(portOf(2)).toHaveAccessibleDescription(/already belongs to another listener \(TLS\)/)
    await userEvent.keyboard('{Escape}')
    await expect.element(portOf(2)).toHaveValue('9001')
    const main = screen.getByRole('textbox', { name: 'Broker port' })
    await userEvent.fill(main, '9001')
    await userEvent.keyboard('{Tab}')
    await expect.element(main).toHaveAccessibleDescription(/another listener \(WebSocket\)/)
    await userEvent.fill(main, '1999')
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => process.settings.brokerPort).toBe(1999)
    expect(process.settings.brokerListeners).toEqual([tls, ws])
  })

  it('change their kind, and with it a usual port', async () => {
    const { process, row } = await setup({ brokerListeners: [tls] })
    await userEvent.selectOptions(row(1).getByRole('combobox', { name: 'Kind' }), 'WebSocket')
    await expect.poll(() => process.settings.brokerListeners).toEqual([ws])
  })

  it('can be removed and brought back with the keyboard', async () => {
    const { process, row, portOf, screen } = await setup({ brokerListeners: [tls, ws] })
    await userEvent.fill(portOf(1), '0')
    await row(1).getByRole('button', { name: 'Remove mqtts://127.0.0.1:8883' }).click()
    await expect.poll(() => process.settings.brokerListeners).toEqual([ws])
    await expect.element(portOf(1)).toHaveValue('9001')
    const undo = screen.getByRole('button', { name: 'Undo' })
    await expect.element(undo).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => process.settings.brokerListeners).toEqual([tls, ws])
    await expect.element(portOf(1)).toHaveFocus()
    await expect.element(undo).not.toBeInTheDocument()
  })

  it('whose port another program has move to the suggested one, not the main listener', async () => {
    const { process, screen } = await setup({ brokerListeners: [ws, { ...ws, kind: 'wss', port: 9002 }] })
    process.taken = [9001]
    await screen.getByRole('button', { name: 'Start local broker' }).click()
    await screen.getByRole('button', { name: 'Use port 9003' }).click()
    await expect.element(screen.getByRole('button', { name: 'Stop broker' })).toBeVisible()
    expect(process.settings.brokerPort).toBe(1883)
    expect(process.settings.brokerListeners.map(({ port }) => port)).toEqual([9003, 9002])
  })
})

describe('a port that another program has', () => {
  it('is told beside its field, before the broker starts, with a free one', async () => {
    const { process, portOf, row } = await setup({ brokerListeners: [ws] })
    process.taken = [9002]
    await userEvent.fill(portOf(1), '9002')
    await userEvent.keyboard('{Enter}')
    await expect.element(portOf(1)).toHaveAccessibleDescription(/Port 9002 on 127.0.0.1 is in use/)
    await row(1).getByRole('button', { name: 'Use port 9003' }).click()
    await expect.element(portOf(1)).toHaveValue('9003')
    await expect.element(portOf(1)).not.toHaveAttribute('aria-invalid', 'true')
  })
})

describe('the settings of MQTT-SN', () => {
  it('come with its listener; topics can be added, refused and brought back', async () => {
    const { process, add, screen } = await setup()
    const gateway = screen.getByRole('region', { name: 'MQTT-SN gateway' })
    await expect.element(gateway).not.toBeInTheDocument()
    await add('MQTT-SN over UDP')
    await gateway.getByRole('switch', { name: 'Advertise on the local network' }).click()
    const interval = gateway.getByRole('textbox', { name: 'Advertise interval' })
    await userEvent.fill(interval, '9')
    await userEvent.keyboard('{Enter}')
    await expect.element(interval).toHaveAccessibleDescription(/from 10 to 65,535/)
    await gateway.getByRole('button', { name: 'Add topic' }).click()
    const name = gateway.getByRole('textbox', { name: 'Name of topic 1' })
    await expect.element(name).toHaveFocus()
    await userEvent.fill(name, 'plant/#')
    await userEvent.keyboard('{Enter}')
    await expect.element(name).toHaveAccessibleDescription(/cannot contain/)
    expect(process.settings.brokerSn.predefined).toEqual([])
    await userEvent.fill(name, 'plant/temp')
    await userEvent.keyboard('{Enter}')
    const stored = [{ id: 1, topic: 'plant/temp' }]
    await expect
      .poll(() => process.settings.brokerSn)
      .toEqual({ gatewayId: 1, advertise: 900, predefined: stored })
    await gateway.getByRole('button', { name: 'Remove topic 1' }).click()
    await expect.poll(() => process.settings.brokerSn.predefined).toEqual([])
    await expect.element(gateway.getByRole('button', { name: 'Undo' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => process.settings.brokerSn.predefined).toEqual(stored)
  })
})

describe('a fault', () => {
  it('that the broker refuses is told beside its field, until that changes, and nothing typed is lost', async () => {
    const { screen, tab } = await setup({ brokerListeners: [ws] }, { running: true })
    await tab('Faults').click()
    await screen.getByRole('button', { name: 'Duplicates' }).click()
    const dialog = screen.getByRole('dialog', { name: 'Duplicates' })
    await userEvent.fill(dialog.getByRole('textbox', { name: 'Topic filter' }), 'plant/#')
    const listener = dialog.getByRole('combobox', { name: 'Listener' })
    await userEvent.selectOptions(listener, '9001 · WebSocket')
    await dialog.getByRole('button', { name: 'Start' }).click()
    await expect.element(listener).toHaveAccessibleDescription(/no listener on this port/)
    await expect.element(dialog.getByRole('textbox', { name: 'Topic filter' })).toHaveValue('plant/#')
    await userEvent.selectOptions(listener, 'All')
    await expect.element(listener).not.toHaveAttribute('aria-invalid', 'true')
  })

  it('whose listener cannot come back says why', async () => {
    const { process, session, screen, tab } = await setup({}, { running: true })
    await tab('Faults').click()
    const until = Date.now() + 59_500
    process.faults = [
      {
        id: '1',
        spec: { kind: 'away', seconds: 60, scope: { listener: 1883 } },
        since: until - 60_000,
        until,
        count: 3,
        clients: ['a', 'b'],
        problem: { code: 'PORT_IN_USE', details: { host: '127.0.0.1', port: 1883, next: null } }
      }
    ]
    session.emit('faults.changed', process.faults)
    const row = screen.getByRole('region', { name: 'Active faults' }).getByRole('listitem')
    await expect.element(row.getByText('port 1883')).toBeVisible()
    await expect.element(row.getByText('3 connections cut')).toBeVisible()
    await expect.element(row.getByText(/cannot reopen yet: Port 1883 on 127.0.0.1 is in use/)).toBeVisible()
    await screen.getByRole('button', { name: 'Stop all' }).click()
    await expect.element(row).not.toBeInTheDocument()
  })
})

describe('the certificate', () => {
  it('is asked for once a listener uses TLS, and is made with one click', async () => {
    const { add, screen } = await setup()
    await expect.element(screen.getByText('Needed once a listener uses TLS.')).toBeVisible()
    await add('TLS')
    await screen.getByRole('button', { name: 'Create a certificate for me' }).click()
    await expect.element(screen.getByText('localhost, 127.0.0.1')).toBeVisible()
    await expect.element(screen.getByText('/data/broker/ca.pem')).toBeVisible()
  })

  it('of the person’s own says what is wrong beside the field, until it is changed', async () => {
    const { screen } = await setup({ brokerListeners: [tls] })
    await screen.getByRole('button', { name: 'Use my own' }).click()
    const cert = screen.getByRole('textbox', { name: 'Certificate' })
    const key = screen.getByRole('textbox', { name: 'Private key' })
    const use = screen.getByRole('button', { name: 'Use this certificate' })
    await use.click()
    await expect.element(cert).toHaveAccessibleDescription('This is required.')
    await userEvent.fill(cert, 'CERTIFICATE')
    await userEvent.fill(key, 'nothing')
    await use.click()
    await expect.element(key).toHaveAccessibleDescription(/private key cannot be read/)
    await expect.element(cert).not.toHaveAttribute('aria-invalid', 'true')
    await userEvent.fill(key, 'KEY')
    await expect.element(key).not.toHaveAttribute('aria-invalid', 'true')
    await use.click()
    await expect.element(screen.getByText('plant.example')).toBeVisible()
    await screen.getByRole('button', { name: 'Stop using my own' }).click()
    await expect.element(screen.getByRole('button', { name: 'Create a certificate for me' })).toBeVisible()
  })
})

describe('a running broker', () => {
  it('offers a restart while its settings differ', async () => {
    const { process, screen } = await setup({}, { running: true })
    const restart = screen.getByRole('button', { name: 'Restart broker' })
    await expect.element(restart).not.toBeInTheDocument()
    await screen.getByRole('switch', { name: 'Forget everything when the broker stops' }).click()
    await restart.click()
    await expect.element(restart).not.toBeInTheDocument()
    expect(process.starts).toBe(2)
    expect(process.status).toMatchObject({ state: 'running', forgets: true })
  })

  it('takes limits in their units, within their bounds, and their defaults again', async () => {
    const { process, screen } = await setup()
    const packet = screen.getByRole('textbox', { name: 'Largest packet' })
    await userEvent.fill(packet, '300')
    await userEvent.keyboard('{Enter}')
    await expect.element(packet).toHaveAccessibleDescription(/from 0\.001 to 268/)
    await userEvent.fill(packet, '0.25')
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => process.settings.brokerLimits.packetSize).toBe(250_000)
    await userEvent.fill(packet, '-1')
    await screen.getByRole('button', { name: 'Reset to defaults' }).click()
    await expect.element(packet).toHaveValue('20')
    expect(process.settings.brokerLimits).toEqual(defaultSettings.brokerLimits)
  })

  it('shows what it refused, newest first, and keeps the chosen one when another comes', async () => {
    const { process, screen, tab } = await setup({}, { running: true })
    await tab('Refused').click()
    await expect.element(screen.getByText('Nothing refused')).toBeVisible()
    const refusal = { at: 1_000, clientId: '', address: '10.0.0.9:5000', reasonCode: 0x81 }
    process.refusals = [
      { ...refusal, reason: 'QoS 3', packet: '36030001' },
      { ...refusal, clientId: 'press-7', reason: 'U+0000 in a topic', packet: '30050003610062' }
    ]
    await expect.element(tab('Refused 2')).toBeVisible()
    const rows = screen.getByRole('grid', { name: 'Refused' }).getByRole('row')
    for (const text of ['press-7', 'Malformed Packet (0x81)', 'U+0000 in a topic'])
      await expect.element(rows.nth(1).getByText(text)).toBeVisible()
    for (const text of ['unknown', 'QoS 3']) await expect.element(rows.nth(2).getByText(text)).toBeVisible()
    await rows.nth(2).click()
    const detail = screen.getByRole('region', { name: 'Refusal' })
    await expect.element(detail.getByText('QoS 3')).toBeVisible()
    for (const byte of ['36', '03', '00', '01'])
      await expect.element(detail.getByRole('group').getByText(byte, { exact: true })).toBeVisible()
    process.refusals = [...process.refusals, { ...refusal, at: 2_000, reason: 'no CONNECT', packet: '' }]
    await expect.element(tab('Refused 3')).toBeVisible()
    await expect.element(rows.nth(3)).toHaveAttribute('aria-selected', 'true')
    await expect.element(detail.getByText('QoS 3')).toBeVisible()
  })

  it('says when it can no longer write to disk', async () => {
    const { process, session, screen, tab } = await setup({}, { running: true })
    await tab('Overview').click()
    session.emit('broker.changed', { ...process.status, storeFault: 'disk full' } as BrokerStatus)
    await expect.element(screen.getByRole('alert').getByText(/cannot write to disk: disk full/)).toBeVisible()
  })

  it('gives code for the listener that the person chooses', async () => {
    const { screen, tab, process } = await setup({ brokerListeners: [tls, ws] }, { running: true })
    process.certificate = made
    await tab('Overview').click()
    await screen.getByRole('button', { name: 'QR code and sample code' }).click()
    const code = screen.getByRole('dialog', { name: 'Connect' })
    const listener = code.getByRole('combobox', { name: 'Listener' })
    await userEvent.selectOptions(listener, 'mqtts://127.0.0.1:8883')
    await expect.element(code.getByRole('img', { name: 'QR code of mqtts://127.0.0.1:8883' })).toBeVisible()
    await expect.element(code.getByText(/tls_set/).first()).toBeVisible()
    await userEvent.selectOptions(listener, 'ws://127.0.0.1:9001/mqtt')
    await code.getByRole('tab', { name: /mosquitto/ }).click()
    await expect.element(code.getByText(/do not support WebSocket/)).toBeVisible()
    await code.getByRole('tab', { name: 'Arduino' }).click()
    await expect.element(code.getByText('PubSubClient does not support this kind of listener.')).toBeVisible()
  })
})
