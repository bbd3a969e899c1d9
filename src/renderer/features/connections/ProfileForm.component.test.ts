import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { Job } from '../../../shared/contract/jobs'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import { apiTo } from '../../state/api-fixture'
import { ConnectionTest } from './connection-test.svelte'
import { FieldVariables } from './field-variables.svelte'
import { ProfileForm as FormState } from './profile-form.svelte'
import ProfileForm from './ProfileForm.svelte'

const nothingStored = {}

/** A test of connections whose answer the caller gives. */
function testing() {
  const answer = Promise.withResolvers<Job>()
  const cancelled: string[] = []
  const started: Job = {
    id: 't',
    kind: 'testConnection',
    state: 'running',
    progress: 0,
    messages: 0,
    bytes: 0,
    error: null,
    result: null
  }
  const asked: unknown[] = []
  const { api } = apiTo({
    'connectionTests.start'(input) {
      asked.push(input)
      return started
    }
  })
  const jobs = {
    finished: () => answer.promise,
    cancel: (id: string) => Promise.resolve(void cancelled.push(id))
  }
  return {
    test: new ConnectionTest(api, jobs, () => undefined),
    asked,
    api,
    cancelled,
    answer: (result: Job['result']) =>
      answer.resolve({ ...started, state: result ? 'done' : 'cancelled', result })
  }
}

async function newProfile(
  onsave: (connect: boolean) => Promise<void> = () => Promise.resolve(),
  profile: Profile | null = null
) {
  const form = new FormState(profile)
  const tests = testing()
  const screen = await render(ProfileForm, {
    form,
    title: 'New connection',
    secrets: 'keyFile',
    test: tests.test,
    variables: new FieldVariables(tests.api, () => undefined),
    onsave,
    oncancel: () => undefined
  })
  return {
    screen,
    form,
    tests,
    name: screen.getByRole('textbox', { name: 'Name' }),
    host: screen.getByRole('textbox', { name: 'Host' }),
    save: screen.getByRole('button', { name: 'Save', exact: true })
  }
}

describe('the profile form', () => {
  it('does not save while a field is invalid: it shows the fault and focuses the first invalid field', async () => {
    const onsave = vi.fn(() => Promise.resolve())
    const { screen, name, host } = await newProfile(onsave)
    await userEvent.fill(name, 'Plant')
    await userEvent.fill(host, 'mqtt://plant')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Port' }), '70000')
    await screen.getByRole('button', { name: 'Save and connect' }).click()
    await expect
      .element(screen.getByText('Enter a host name or address, without a scheme, path or spaces.'))
      .toBeVisible()
    await expect.element(screen.getByText('Enter a number from 1 to 65535.')).toBeVisible()
    await expect.element(host).toHaveFocus()
    expect(onsave).not.toHaveBeenCalled()
  })

  it('shows the fault of a field that was left, not of one that has not been visited yet', async () => {
    const { screen, host } = await newProfile()
    await expect.element(screen.getByRole('alert')).not.toBeInTheDocument()
    await userEvent.fill(host, 'a b')
    await userEvent.keyboard('{Tab}')
    await expect.element(host).toHaveAttribute('aria-invalid', 'true')
  })

  it('can be saved after a change, but not after the change was undone', async () => {
    const { save, host } = await newProfile()
    await expect.element(save).toBeDisabled()
    await userEvent.fill(host, 'plant.example')
    await expect.element(save).toBeEnabled()
    await userEvent.fill(host, '')
    await expect.element(save).toBeDisabled()
  })

  it('lets assistants publish only where it is switched on', async () => {
    const { form, screen } = await newProfile()
    const allow = screen.getByRole('switch', { name: 'Allow publishing through MCP' })
    await expect.element(allow).not.toBeChecked()
    await userEvent.click(allow)
    expect(form.plain().draft.mcpPublish).toBe(true)
  })

  it('keeps text typed during a save, and the focus', async () => {
    let done: (() => void) | undefined
    const { form, name, host, save } = await newProfile(async () => {
      const sent = form.plain()
      await new Promise<void>((resolve) => (done = resolve))
      const profile: Profile = { ...sent.draft, id: 'a', secrets: nothingStored }
      form.saved(profile, sent)
    })
    await userEvent.fill(name, 'Plant')
    await userEvent.fill(host, 'plant.example')
    await save.click()
    await userEvent.fill(name, 'Plant 2')
    done!()
    await expect.poll(() => form.id).toBe('a')
    await expect.element(name).toHaveValue('Plant 2')
    await expect.element(name).toHaveFocus()
    await expect.element(save).toBeEnabled()
  })

  it('adds a subscription and focuses its filter, moves it and removes it', async () => {
    const { screen, form } = await newProfile()
    await screen.getByRole('button', { name: 'Add filter' }).click()
    await userEvent.keyboard('plant/#')
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['#', '$SYS/#', 'plant/#'])
    await screen.getByRole('button', { name: 'Move filter 3 up' }).click()
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['#', 'plant/#', '$SYS/#'])
    await screen.getByRole('button', { name: 'Remove filter 1' }).click()
    expect(form.draft.subscriptions.map(({ filter }) => filter)).toEqual(['plant/#', '$SYS/#'])
  })

  it('has the options of each subscription for MQTT 5, and says what is set when they are closed', async () => {
    const { screen, form, host, save } = await newProfile()
    await userEvent.fill(host, 'plant.example')
    const toggle = screen.getByRole('button', { name: 'Options of filter 1', exact: true })
    const options = screen.getByRole('group', { name: 'Options of filter 1', exact: true })
    await toggle.click()
    const identifier = options.getByRole('textbox', { name: 'Subscription identifier' })
    await options.getByRole('checkbox', { name: /^No Local/ }).click()
    await options.getByRole('checkbox', { name: /^Retain As Published/ }).click()
    await options.getByRole('combobox', { name: 'Retained messages' }).selectOptions('Never')
    await userEvent.fill(identifier, '268435456')
    await toggle.click()
    // A field that blocks saving stays visible.
    await save.click()
    await expect
      .element(identifier)
      .toHaveAccessibleDescription('Enter a whole number from 1 to 268,435,455.')
    await userEvent.fill(identifier, '7')
    await toggle.click()
    await expect.element(options).not.toBeInTheDocument()
    await expect
      .element(screen.getByText('No Local · Retain flag cleared · no retained messages · ID 7'))
      .toBeVisible()
    expect(form.plain().draft.subscriptions[0]).toEqual({
      ...{ filter: '#', qos: 0, noLocal: true, retainAsPublished: false, retainHandling: 2, identifier: 7 }
    })
    await toggle.click()
    await options.getByRole('checkbox', { name: /^No Local/ }).click()
    expect(form.plain().draft.subscriptions[0]).not.toHaveProperty('noLocal')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Filter 1' }), '$share/g/a')
    await options.getByRole('checkbox', { name: /^No Local/ }).click()
    await toggle.click()
    expect(form.check()).toBe(false)
    await expect.element(screen.getByText(/A shared subscription cannot have No Local/)).toBeVisible()
    await expect.element(options.getByRole('checkbox', { name: /^No Local/ })).toBeVisible()

    await screen.getByRole('radio', { name: '3.1.1' }).click()
    await expect.element(screen.getByRole('checkbox', { name: /^No Local/ })).not.toBeInTheDocument()
    await toggle.click()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Alias' }), 'Boiler')
    await toggle.click()
    await expect.element(screen.getByText('Boiler', { exact: true })).toBeVisible()
    await expect.element(screen.getByText(/Subscription options need MQTT 5/)).toBeVisible()
    // They are not sent then, and do not block saving.
    expect(form.check()).toBe(true)
  })

  it('has the will’s properties and delay, and what CONNECT announces, for MQTT 5', async () => {
    const { screen, form, save } = await newProfile()
    await screen.getByRole('switch', { name: 'Set a will' }).click()
    const will = screen.getByRole('region', { name: 'Will', exact: true })
    const connect = screen.getByRole('region', { name: 'CONNECT properties' })
    const field = (part: typeof will, name: string) => part.getByRole('textbox', { name, exact: true })
    await userEvent.fill(field(will, 'Will topic'), 'plant/gone')
    await userEvent.fill(field(will, 'Will delay'), '30')
    await expect.element(will.getByText(/The session ends with the connection/)).toBeVisible()
    const expiry = field(screen.getByRole('region', { name: /^Session/ }), 'Session expiry')
    await userEvent.fill(expiry, '20')
    await expect.element(will.getByText(/The session expires after 20 s/)).toBeVisible()
    await userEvent.fill(expiry, '60')
    await expect.element(will.getByText(/The session e/)).not.toBeInTheDocument()
    await userEvent.fill(field(will, 'Response topic'), 'answers/#')
    await userEvent.fill(field(connect, 'Receive maximum'), '0')
    await userEvent.fill(field(connect, 'Maximum packet size'), 'much')
    await save.click()
    await expect
      .element(field(will, 'Response topic'))
      .toHaveAccessibleDescription('A topic to publish to cannot contain + or #.')
    await expect
      .element(field(connect, 'Receive maximum'))
      .toHaveAccessibleDescription('Enter a whole number from 1 to 65,535.')
    await expect.element(field(connect, 'Maximum packet size')).toHaveAttribute('aria-invalid', 'true')
    await userEvent.fill(field(will, 'Response topic'), 'answers/1')
    await userEvent.fill(field(connect, 'Receive maximum'), '')
    await userEvent.fill(field(connect, 'Maximum packet size'), '100000')
    await connect.getByRole('switch', { name: 'Request problem information' }).click()
    await connect.getByRole('button', { name: 'Add user property' }).click()
    await userEvent.keyboard('line{Tab}1')
    expect(form.plain().draft).toMatchObject({
      will: { topic: 'plant/gone', delay: 30, properties: { responseTopic: 'answers/1' } },
      connect: {
        receiveMaximum: null,
        maximumPacketSize: 100_000,
        requestProblemInformation: false,
        userProperties: [{ name: 'line', value: '1' }]
      }
    })
    await screen.getByRole('radio', { name: '3.1.1' }).click()
    await expect.element(field(will, 'Will delay')).not.toBeInTheDocument()
    await expect.element(will.getByText('A delay and properties need MQTT 5.')).toBeVisible()
    await expect.element(connect.getByText('They need MQTT 5.')).toBeVisible()
  })

  it('keeps headers and parameters for WebSocket, secret values apart from the profile', async () => {
    const { screen, form } = await newProfile()
    const section = screen.getByRole('region', { name: 'WebSocket request' })
    await expect.element(section).not.toBeInTheDocument()
    await screen.getByRole('combobox', { name: 'Protocol' }).selectOptions('ws://')
    await section.getByRole('button', { name: 'Add header' }).click()
    await userEvent.keyboard('X Plant{Tab}secret value{Tab} ')
    const [header] = form.plain().draft.request.headers
    expect(header).toEqual({ name: 'X Plant', value: '', secret: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(form.plain().secrets).toEqual({ [`field:${header!.secret}`]: 'secret value' })
    const value = section.getByLabelText('Value of header 1')
    await expect.element(value).toHaveAttribute('type', 'password')
    await expect
      .element(section.getByRole('textbox', { name: 'Name of header 1' }))
      .toHaveAttribute('aria-invalid', 'true')
    await section.getByRole('button', { name: 'Keep the value of header 1 secret' }).click()
    await expect.element(value).toHaveValue('secret value')
    expect(form.plain().draft.request.headers).toEqual([
      { name: 'X Plant', value: 'secret value', secret: null }
    ])
    await section.getByRole('button', { name: 'Remove header 1' }).click()
    await expect.element(section.getByRole('button', { name: 'Add header' })).toHaveFocus()
    expect(form.faults.size).toBe(1)
  })

  it('checks a proxy only while it is the profile’s own', async () => {
    const { screen, form, host } = await newProfile()
    await userEvent.fill(host, 'plant.example')
    const uses = screen.getByRole('radiogroup', { name: 'Proxy', exact: true })
    await uses.getByRole('radio', { name: 'Its own' }).click()
    const kinds = screen.getByRole('radiogroup', { name: 'Kind' })
    const port = screen.getByRole('textbox', { name: 'Proxy port' })
    await kinds.getByRole('radio', { name: 'SOCKS5' }).click()
    await expect.element(port).toHaveValue('1080')
    await userEvent.fill(port, '9050')
    await kinds.getByRole('radio', { name: 'HTTP' }).click()
    await expect.element(port).toHaveValue('9050')
    expect(form.check()).toBe(false)
    await expect
      .element(screen.getByRole('textbox', { name: 'Proxy host' }))
      .toHaveAccessibleDescription('This is required.')
    await uses.getByRole('radio', { name: 'None' }).click()
    expect(form.check()).toBe(true)
  })

  it('is named after its host if it has no name, and follows the host', async () => {
    const { form, name, host } = await newProfile(undefined, {
      ...defaultProfile('treetop_1'),
      id: 'a',
      name: 'plant.example',
      host: 'plant.example',
      secrets: nothingStored
    })
    await expect.element(name).toHaveValue('')
    await expect.element(name).toHaveAttribute('placeholder', 'plant.example')
    expect(form.dirty).toBe(false)
    await userEvent.fill(host, 'other.example')
    await expect.element(name).toHaveAttribute('placeholder', 'other.example')
    expect(form.faults.size).toBe(0)
    expect(form.plain().draft.name).toBe('other.example')
    await userEvent.fill(name, 'Plant')
    expect(form.plain().draft.name).toBe('Plant')
  })

  it('shows a typed password on request, and hides the next one', async () => {
    const { screen } = await newProfile()
    const password = screen.getByLabelText('Password', { exact: true })
    const reveal = screen.getByRole('button', { name: 'Show the typed password' })
    await expect.element(reveal).not.toBeInTheDocument()
    await userEvent.fill(password, 'open sesame')
    await expect.element(password).toHaveAttribute('type', 'password')
    await reveal.click()
    await expect.element(password).toHaveAttribute('type', 'text')
    await expect.element(reveal).toHaveAttribute('aria-pressed', 'true')
    await userEvent.fill(password, '')
    await userEvent.fill(password, 'other')
    await expect.element(password).toHaveAttribute('type', 'password')
  })

  it('shows where one is: the sections scroll to their place, and follow the scrolling', async () => {
    const { screen } = await newProfile()
    const sections = screen.getByRole('navigation', { name: 'Sections of the form' })
    const here = (): string[] =>
      sections
        .getByRole('button')
        .elements()
        .filter((button) => button.getAttribute('aria-current') === 'location')
        .map(({ textContent }) => textContent)
    expect(here()).toEqual(['General'])
    await sections.getByRole('button', { name: 'History' }).click()
    await expect.element(screen.getByRole('switch', { name: 'Limit size' })).toBeInViewport()
    expect(here()).toEqual(['History'])
    await sections.getByRole('button', { name: 'Subscriptions' }).click()
    await expect.element(screen.getByRole('textbox', { name: 'Filter 1' })).toBeInViewport()
    await expect.poll(here).toEqual(['Subscriptions'])
    const scroller = screen.getByRole('form').element().querySelector('.scroll')!
    // The animation must have ended: a scroll of one's own begins after it.
    await expect
      .poll(() => {
        scroller.scrollTop = 0
        return here()
      })
      .toEqual(['General'])
  })

  it('tests the connection as it stands: the answer goes with the next change', async () => {
    const { screen, host, form, tests } = await newProfile()
    const start = screen.getByRole('button', { name: 'Test connection' })
    await start.click()
    await expect.element(host).toHaveFocus()
    expect(tests.asked).toEqual([])
    await userEvent.fill(host, 'plant.example')
    form.setSecret('password', 'typed')
    await start.click()
    await expect
      .element(screen.getByRole('status'))
      .toHaveTextContent('Connecting to plant.example:1883 with a client ID of its own…')
    expect(tests.asked).toMatchObject([
      { profileId: null, draft: { name: 'plant.example' }, secrets: { password: 'typed' } }
    ])
    tests.answer({ kind: 'connectionTest', fault: null, version: 5, took: 12 })
    await expect
      .element(screen.getByRole('status'))
      .toHaveTextContent('The broker accepted the connection: MQTT 5, 12 ms.')
    await userEvent.fill(host, 'other.example')
    await expect.element(screen.getByRole('status')).not.toBeInTheDocument()
  })

  it('cancels the test on request', async () => {
    const { screen, host, tests } = await newProfile()
    await userEvent.fill(host, 'plant.example')
    await screen.getByRole('button', { name: 'Test connection' }).click()
    await screen.getByRole('button', { name: 'Stop test' }).click()
    await expect.poll(() => tests.cancelled).toEqual(['t'])
    tests.answer(null)
    await expect.element(screen.getByRole('button', { name: 'Test connection' })).toBeVisible()
    await expect.element(screen.getByRole('status')).toHaveTextContent('')
  })
})
