import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import {
  openAccess,
  type Access,
  type AccessRule,
  type RefusedAttempt
} from '../../../../shared/contract/access'
import { defaultSettings } from '../../../../shared/contract/app'
import { defaultBrokerLimits, type BrokerStatus } from '../../../../shared/contract/broker'
import { AppError } from '../../../../shared/errors'
import type { LinkState } from '../../../../shared/rpc/link'
import App from '../../../shell/App.svelte'
import { answersOfAnEmptyProcess, apiTo } from '../../../state/api-fixture'

const running: BrokerStatus = {
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

function rule(filter: string): AccessRule {
  return { effect: 'deny', action: 'both', user: null, clientId: null, filter, comment: '' }
}

function refusedConnect(change: Partial<RefusedAttempt>): RefusedAttempt {
  return {
    user: null,
    clientId: 'esp32',
    address: '10.0.0.7:50000',
    action: 'connect',
    topic: '',
    rule: null,
    fault: 'ANONYMOUS',
    resolved: false,
    count: 3,
    firstAt: 1,
    lastAt: 2,
    ...change
  }
}

/** The app at the access section, over a real channel to a process with access settings only. */
async function setup(
  initial: Partial<Access> = {},
  options: { refused?: RefusedAttempt[]; running?: boolean } = {}
) {
  const process = {
    access: { ...openAccess, users: [], revision: 0, damaged: false, ...initial },
    refused: options.refused ?? [],
    /** Thrown instead of a change. */
    fault: null as AppError | null,
    /** Thrown instead of the settings. */
    unreadable: false
  }
  const change = (changes: Partial<Access>): Access => {
    if (process.fault) throw process.fault
    process.access = { ...process.access, ...changes, damaged: false, revision: process.access.revision + 1 }
    return process.access
  }
  const { api, session } = apiTo({
    ...answersOfAnEmptyProcess,
    'settings.get': () => ({ ...defaultSettings, language: 'en' as const }),
    'broker.status': () => (options.running === false ? { state: 'stopped', fault: null } : running),
    'broker.refusals': () => [],
    'access.get': () => {
      if (process.unreadable) throw new AppError('INTERNAL', { message: 'out of order' })
      return process.access
    },
    'access.refused': () => process.refused,
    'access.disconnects': () => ({ count: 0, clientIds: [] }),
    'access.check': () => ({ allowed: false, rule: 0, except: [] }),
    'access.set': change,
    'access.setUser': ({ name }) => change({ users: [...process.access.users, { name, scram: true }] }),
    'access.removeUser': ({ name }) =>
      change({ users: process.access.users.filter((user) => user.name !== name) })
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
  const tab = (name: RegExp) => screen.getByRole('tablist', { name: 'Access' }).getByRole('tab', { name })
  const open = async (): Promise<void> => {
    const rail = screen.getByRole('navigation', { name: 'Pages' })
    await rail.getByRole('button', { name: 'Local broker', exact: true }).click()
    await screen.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name: 'Access' }).click()
    // The part that was open in the test before.
    await tab(/^Rules/).click()
  }
  return {
    screen,
    process,
    session,
    open,
    tab,
    dialog: screen.getByRole('dialog')
  }
}

describe('the settings', () => {
  it('that cannot be read say so, and are read again on request', async () => {
    const { screen, process, open } = await setup({ rules: [rule('a')] })
    process.unreadable = true
    await open()
    await expect.element(screen.getByText(/out of order/)).toBeVisible()
    process.unreadable = false
    await screen.getByRole('button', { name: 'Try again' }).click()
    await expect.element(screen.getByRole('gridcell', { name: 'a', exact: true })).toBeVisible()
  })

  it('whose file was damaged let nobody in until the person says otherwise', async () => {
    const { screen, process, open } = await setup({ anonymous: false, fallback: 'deny', damaged: true })
    await open()
    await expect.element(screen.getByText(/was set aside/)).toBeVisible()
    await screen.getByRole('button', { name: 'Let everyone in' }).click()
    await expect.element(screen.getByText(/was set aside/)).not.toBeInTheDocument()
    expect(process.access).toMatchObject(openAccess)
  })

  it('follow what another window changes', async () => {
    const { screen, process, session, open, tab } = await setup()
    await open()
    await expect.element(screen.getByText('No rules')).toBeVisible()
    session.emit('access.changed', { ...process.access, rules: [rule('from/elsewhere')], revision: 7 })
    await expect.element(tab(/^Rules 1$/)).toBeVisible()
  })

  it('stay responsive with 10,000 rules, of which only those in view are drawn', async () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => rule(`plant/${index}`))
    const { screen, process, open, tab } = await setup({ rules })
    await open()
    await expect.element(tab(/^Rules 10,000$/)).toBeVisible()
    expect(screen.getByRole('row').elements().length).toBeLessThan(120)
    await screen.getByRole('gridcell', { name: 'plant/0', exact: true }).click()
    await userEvent.keyboard('{End}')
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
    await expect.poll(() => process.access.rules.at(-1)?.filter).toBe('plant/9998')
  })
})

describe('a refused change', () => {
  it('leaves what was typed in the dialog of a rule, with the reason', async () => {
    const { screen, process, open, dialog } = await setup({ rules: [rule('a')] })
    await open()
    process.fault = new AppError('FILE_UNWRITABLE', { path: '/data/broker-access.json', reason: 'disk full' })
    await screen.getByRole('button', { name: 'Edit rule 1' }).click()
    await userEvent.fill(dialog.getByLabelText('Topic filter'), 'b/%u')
    await dialog.getByRole('button', { name: 'Save' }).last().click()
    await expect.element(dialog.getByText(/disk full/)).toBeVisible()
    await expect.element(dialog.getByLabelText('Topic filter')).toHaveValue('b/%u')
    process.fault = null
    await dialog.getByRole('button', { name: 'Save' }).last().click()
    await expect.element(dialog).not.toBeInTheDocument()
    expect(process.access.rules).toEqual([rule('b/%u')])
  })

  it('leaves what was typed in the dialog of a user, with the reason', async () => {
    const { screen, process, open, tab, dialog } = await setup()
    await open()
    process.fault = new AppError('FILE_UNWRITABLE', { path: '/data/broker-access.json', reason: 'disk full' })
    await tab(/^Users/).click()
    await screen.getByRole('button', { name: 'Add user' }).first().click()
    await userEvent.fill(dialog.getByLabelText('User name'), 'ada')
    await userEvent.fill(dialog.getByLabelText('Password', { exact: true }), 'secret')
    await userEvent.keyboard('{Enter}')
    await expect.element(dialog.getByText(/disk full/)).toBeVisible()
    await expect.element(dialog.getByLabelText('Password', { exact: true })).toHaveValue('secret')
  })
})

it('edits the rule that was opened, wherever another window has moved it meanwhile', async () => {
  const { screen, process, session, open, dialog } = await setup({ rules: [rule('a'), rule('b')] })
  await open()
  await screen.getByRole('button', { name: 'Edit rule 1' }).click()
  process.access = { ...process.access, rules: [rule('new'), rule('b'), rule('a')], revision: 5 }
  session.emit('access.changed', process.access)
  await userEvent.fill(dialog.getByLabelText('Topic filter'), 'changed')
  await dialog.getByRole('button', { name: 'Save' }).last().click()
  await expect.element(dialog).not.toBeInTheDocument()
  expect(process.access.rules.map(({ filter }) => filter)).toEqual(['new', 'b', 'changed'])
})

describe('a client that was not let in', () => {
  it('without a user name is let in by one click, which can be taken back', async () => {
    const refused = [refusedConnect({})]
    const { screen, process, open, tab } = await setup({ anonymous: false }, { refused })
    await open()
    await tab(/^Refused attempts 1$/).click()
    await expect.element(screen.getByText('No user name given')).toBeVisible()
    await screen.getByRole('button', { name: 'Allow this…' }).click()
    await expect.element(screen.getByText('Clients without a user name may connect now')).toBeVisible()
    expect(process.access.anonymous).toBe(true)
  })

  it('as an unknown user becomes a user, under the name that it gave', async () => {
    const refused = [refusedConnect({ user: 'eve', fault: 'UNKNOWN_USER' })]
    const { screen, process, open, tab, dialog } = await setup({ anonymous: false }, { refused })
    await open()
    await tab(/^Refused attempts/).click()
    await screen.getByRole('button', { name: 'Allow this…' }).click()
    await expect.element(dialog.getByLabelText('User name')).toHaveValue('eve')
    await userEvent.fill(dialog.getByLabelText('Password', { exact: true }), 'secret')
    await userEvent.keyboard('{Enter}')
    await expect.element(dialog).not.toBeInTheDocument()
    expect(process.access.users).toMatchObject([{ name: 'eve' }])
  })

  it('with a wrong password can be given another one', async () => {
    const refused = [refusedConnect({ user: 'ada', fault: 'WRONG_PASSWORD' })]
    const users = [{ name: 'ada', scram: true }]
    const { screen, open, tab, dialog } = await setup({ anonymous: false, users }, { refused })
    await open()
    await tab(/^Refused attempts/).click()
    await screen.getByRole('button', { name: 'Allow this…' }).click()
    await expect.element(dialog.getByText('Change the password of ada')).toBeVisible()
  })
})

it('edits the rule that would allow an attempt first, and puts it before the one that denies', async () => {
  const refused = [refusedConnect({ action: 'publish', topic: 'plant/oven', rule: rule('#'), fault: null })]
  const { screen, process, open, tab, dialog } = await setup({ rules: [rule('#')] }, { refused })
  await open()
  await tab(/^Refused attempts/).click()
  await screen.getByRole('button', { name: 'Allow this…' }).click()
  await expect.element(dialog.getByText('It goes before rule 1, which denies it now.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Edit first…' }).click()
  await expect.element(dialog.getByLabelText('Topic filter')).toHaveValue('plant/oven')
  await userEvent.fill(dialog.getByLabelText('Topic filter'), 'plant/#')
  await dialog.getByRole('button', { name: 'Add rule' }).last().click()
  await expect.element(dialog).not.toBeInTheDocument()
  expect(process.access.rules.map(({ effect, filter }) => `${effect} ${filter}`)).toEqual([
    'allow plant/#',
    'deny #'
  ])
})

it('can be set while the broker is stopped, and says that nothing is refused then', async () => {
  const { screen, process, open, tab } = await setup({}, { running: false })
  await open()
  await tab(/^Refused attempts$/).click()
  await expect.element(screen.getByText('The broker is not running')).toBeVisible()
  await tab(/^Users$/).click()
  await screen.getByRole('switch', { name: /without a user name/ }).click()
  await expect.poll(() => process.access.anonymous).toBe(false)
})
