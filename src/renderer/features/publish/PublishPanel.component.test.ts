import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus } from '../../../shared/contract/connections'
import type { DecoderBinding } from '../../../shared/contract/decode'
import { AppError } from '../../../shared/errors'
import type { Api } from '../../../shared/rpc/contract'
import { SchemasState } from '../../state/schemas.svelte'
import type { EncodingView } from './encoding-view'
import { PublishState } from './publish.svelte'
import PublishPanel from './PublishPanel.svelte'

const result = { outcome: 'puback', packetId: 7, reasonCode: 0x10, milliseconds: 3, size: 2 }

async function panel(
  state: ConnectionStatus['state'] = 'online',
  { version = 5, topicAliasMaximum = 10 }: { version?: 4 | 5; topicAliasMaximum?: number } = {},
  decoders: DecoderBinding[] = []
) {
  const call = vi.fn((_name: string, _input: object) => Promise.resolve(result))
  const draft = new PublishState({ call } as unknown as Api, 'c')
  const status = { id: 'c', state, version, connack: { topicAliasMaximum } } as ConnectionStatus
  const screen = await render(PublishPanel, {
    ...{ draft, status, decoders, schemas: new SchemasState({} as Api) },
    encodingView: (() => ({})) as EncodingView,
    notify: () => undefined,
    onask: () => undefined,
    onclose: () => undefined
  })
  return {
    screen,
    call,
    draft,
    topic: screen.getByRole('textbox', { name: 'Topic' }),
    payload: screen.getByRole('textbox', { name: 'Payload' }),
    retain: screen.getByRole('checkbox', { name: 'Retain' }),
    kind: screen.getByRole('radiogroup', { name: 'Payload type' }),
    publish: screen.getByRole('button', { name: 'Publish', exact: true }),
    status: screen.getByRole('status'),
    properties: screen.getByRole('button', { name: /^MQTT 5 properties/ }),
    field: (name: string) => screen.getByRole('textbox', { name, exact: true }),
    published: screen.getByRole('button', { name: /^Published/ }),
    message: (topic: RegExp) => screen.getByRole('listitem').getByRole('button', { name: topic })
  }
}

describe('the publish form', () => {
  it('publishes with Ctrl+Enter from any field, and shows the broker’s answer with its time until it fades', async () => {
    const { screen, call, topic, payload } = await panel()
    await userEvent.fill(topic, 'plant/lamp')
    await userEvent.fill(payload, 'on')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    const answer = screen.getByText(
      /PUBACK · packet ID 7 · 2 B · 3\.0 ms · No matching subscribers \(0x10\) · \d\d:\d\d:\d\d$/
    )
    await expect.element(answer).toBeVisible()
    expect(call).toHaveBeenCalledTimes(1)
    const colour = (): string => getComputedStyle(answer.element()).color
    for (const animation of answer.element().getAnimations()) animation.currentTime = 0
    const fresh = colour()
    for (const animation of answer.element().getAnimations()) animation.finish()
    expect(colour()).not.toBe(fresh)
    await expect.element(answer).toBeVisible()
  })

  it('refuses a topic with a wildcard and an invalid JSON payload, and marks both fields', async () => {
    const { screen, call, topic, payload, publish } = await panel()
    await userEvent.fill(topic, 'plant/#')
    await screen.getByRole('radio', { name: 'JSON' }).click()
    await userEvent.fill(payload, '{"a": }')
    await publish.click()
    await expect.element(topic).toHaveAttribute('aria-invalid', 'true')
    await expect.element(payload).toHaveAttribute('aria-invalid', 'true')
    await expect.element(payload).toHaveAccessibleDescription(/not valid JSON/)
    expect(call).not.toHaveBeenCalled()
  })

  it('says which rule of its schema a payload breaks, and publishes it nevertheless', async () => {
    const { screen, call, topic, payload, publish } = await panel('online', {}, [
      { filter: 'lamps/+', decoder: { format: 'json', schema: 'lamp.json' } }
    ])
    const violations = [{ path: '/level', keyword: 'maximum', detail: '100' }]
    call.mockImplementation((name) =>
      Promise.resolve(
        (name === 'schemas.check'
          ? { filter: 'lamps/+', schema: 'lamp.json', violations, fault: null }
          : result) as typeof result
      )
    )
    await userEvent.fill(topic, 'lamps/hall')
    await userEvent.fill(payload, '{"level": 300}')
    const warning = screen.getByText('Breaks a rule of lamp.json. /level: must be at most 100')
    await expect.element(warning).toBeVisible()
    await publish.click()
    await expect.element(screen.getByText(/PUBACK · packet ID/)).toBeVisible()
    expect(call).toHaveBeenCalledWith('messages.publish', expect.objectContaining({ topic: 'lamps/hall' }))
    // Another topic has no schema.
    await userEvent.fill(topic, 'doors/hall')
    await expect.element(warning).not.toBeInTheDocument()
    expect(call.mock.calls.filter(([name]) => name === 'schemas.check')).toHaveLength(1)
  })

  it('shows the bytes of an encoded payload, and says which value does not fit', async () => {
    const { screen, call, draft, topic, payload, publish } = await panel()
    const fault = { code: 'ENCODE_TYPE', path: 'on', detail: 'bool', line: 2, column: 8 }
    call.mockImplementation((_name, { text }: { text?: string }) =>
      Promise.resolve(
        (text?.includes('1') ? { fault } : { bytes: Uint8Array.of(0xa1, 2), shown: '' }) as never
      )
    )
    await userEvent.fill(topic, 'plant/lamp')
    draft.kind = 'json'
    draft.chosenEncoding = { format: 'cbor' }
    await userEvent.fill(payload, '{"on": true}')
    await expect
      .element(screen.getByRole('region', { name: 'Bytes that are sent' }))
      .toHaveTextContent('2 B a1 02')
    await userEvent.fill(payload, '{\n "on": 1}')
    await expect
      .element(payload)
      .toHaveAccessibleDescription('Line 2, column 8: on: this must be of type bool.')
    await publish.click()
    expect(call.mock.calls.map(([name]) => name)).not.toContain('messages.publish')
    expect(draft.sent.list).toEqual([])
  })

  it('cannot publish while the connection is offline', async () => {
    const { publish } = await panel('offline')
    await expect.element(publish).toBeDisabled()
  })

  it('is one line until it is used, and one line again on Escape, with everything that was entered', async () => {
    const { screen, topic, payload, retain, kind } = await panel()
    await expect.element(topic).toBeVisible()
    expect(kind.query()).toBeNull()
    const top = (field: typeof topic): number => field.element().getBoundingClientRect().top
    const isLine = (): boolean => top(payload) - top(topic) < 4
    expect(isLine()).toBe(true)
    // Passing through by key shows nothing more.
    topic.element().focus()
    expect(kind.query()).toBeNull()

    await payload.click()
    await expect.element(kind).toBeVisible()
    expect(isLine()).toBe(false)
    await retain.click()
    await screen.getByRole('radio', { name: 'Hex' }).click()
    await userEvent.fill(payload, '4f 4b')
    await userEvent.keyboard('{Escape}')
    await expect.element(kind).not.toBeInTheDocument()
    await expect.element(payload).toHaveValue('4f 4b')
    await expect.element(payload).toHaveFocus()
    expect(isLine()).toBe(true)
    // A line does not hide what is unusual.
    await expect.element(retain).toBeChecked()
    await expect.element(screen.getByText('Hex', { exact: true })).toBeVisible()
  })

  it('follows the selected topic until the user edits it, and again once it is used', async () => {
    const { screen, draft, topic } = await panel()
    const use = screen.getByRole('button', { name: 'Use selected topic' })
    draft.follow('plant/lamp')
    await expect.element(topic).toHaveValue('plant/lamp')
    expect(use.query()).toBeNull()
    await userEvent.type(topic, '/set')
    draft.follow('plant/oven')
    await expect.element(topic).toHaveValue('plant/lamp/set')
    await use.click()
    await expect.element(topic).toHaveValue('plant/oven')
    draft.follow('plant/door')
    await expect.element(topic).toHaveValue('plant/door')
    expect(use.query()).toBeNull()
  })
})

describe('the list of published messages', () => {
  it('is walked by key, and sends a message again or puts it back into the form', async () => {
    const { screen, call, draft, topic, payload, publish, published, message } = await panel()
    expect(published.query()).toBeNull()
    for (const state of ['on', 'off']) {
      await userEvent.fill(topic, `lamp/${state}`)
      await userEvent.fill(payload, state)
      await publish.click()
      await expect.poll(() => draft.busy).toBe(false)
    }
    await userEvent.fill(payload, 'not published yet')

    published.element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(message(/lamp\/off/)).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}')
    await expect.element(message(/lamp\/on/)).toHaveFocus()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect
      .poll(() => draft.sent.list.map((sent) => sent.topic))
      .toEqual(['lamp/on', 'lamp/off', 'lamp/on'])
    expect(call.mock.lastCall?.[1]).toMatchObject({
      topic: 'lamp/on',
      payload: new TextEncoder().encode('on')
    })
    expect(draft.text).toBe('not published yet')

    await userEvent.keyboard('{Enter}')
    await expect.element(payload).toHaveFocus()
    await expect.element(topic).toHaveValue('lamp/on')
    await expect.element(payload).toHaveValue('on')
    await screen.getByRole('button', { name: 'Restore draft' }).click()
    await expect.element(topic).toHaveValue('lamp/off')
    await expect.element(payload).toHaveValue('not published yet')
  })

  it('has messages that could not be published, with the reason', async () => {
    const { screen, call, topic, publish, published, message } = await panel()
    call.mockRejectedValueOnce(new AppError('TIMED_OUT', { milliseconds: 5_000 }))
    await userEvent.fill(topic, 'lamp')
    await publish.click()
    await expect.element(screen.getByText(/within 5 s.* · \d\d:\d\d:\d\d$/)).toBeVisible()
    await published.click()
    await expect.element(message(/lamp.*Empty payload.*within 5 s/)).toBeVisible()
  })
})

describe('the MQTT 5 properties', () => {
  it('open on demand, say in one line what is set when they are closed, and are published in their order', async () => {
    const { screen, call, topic, payload, properties, field } = await panel()
    expect(properties.query()).toBeNull()
    await userEvent.fill(topic, 'plant/lamp')
    await userEvent.fill(payload, 'on')
    await expect.element(properties).toHaveTextContent('MQTT 5 properties None set')
    await expect.element(properties).toHaveAttribute('aria-expanded', 'false')
    properties.element().focus()
    await userEvent.keyboard('{Enter}')
    await screen.getByRole('combobox', { name: 'Payload format indicator' }).selectOptions('UTF-8 text')
    await userEvent.fill(field('Content type'), 'text/plain')
    await userEvent.fill(field('Message expiry interval'), '60')
    await userEvent.fill(field('Topic alias'), '3')
    await userEvent.fill(field('Response topic'), 'answers/1')
    await screen.getByRole('combobox', { name: 'Correlation data type' }).selectOptions('Hex')
    await userEvent.fill(field('Correlation data'), '4f 4b')
    await screen.getByRole('button', { name: 'Add user property' }).click()
    // Enter adds the next one; Alt and an arrow move one.
    await userEvent.keyboard('first{Tab}1{Enter}second{Tab}2{Enter}third')
    await userEvent.keyboard('{Alt>}{ArrowUp}{ArrowUp}{/Alt}')
    await expect.element(field('Name of user property 1')).toHaveFocus()
    await screen.getByRole('button', { name: 'Move user property 2 down' }).click()
    await screen.getByRole('button', { name: 'Remove user property 1' }).click()
    await expect.element(field('Name of user property 1')).toHaveFocus()

    await userEvent.keyboard('{Escape}')
    await expect.element(properties).toHaveFocus()
    await expect
      .element(properties)
      .toHaveTextContent(
        'MQTT 5 properties UTF-8 text · text/plain · expires after 60 s · response to answers/1 · Correlation data · topic alias 3 · 2 user properties'
      )
    // A line does not hide what is unusual.
    await userEvent.keyboard('{Escape}')
    await expect.element(screen.getByText('Properties', { exact: true })).toBeVisible()
    topic.element().focus()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(call.mock.lastCall?.[1]).toMatchObject({
      topic: 'plant/lamp',
      properties: {
        payloadFormat: 'text',
        contentType: 'text/plain',
        messageExpiry: 60,
        topicAlias: 3,
        responseTopic: 'answers/1',
        correlation: { as: 'hex', text: '4f 4b' },
        userProperties: [
          { name: 'second', value: '2' },
          { name: 'first', value: '1' }
        ]
      }
    })
  })

  it('show their faults beside the fields, and nothing is published', async () => {
    const { screen, call, topic, properties, field, publish } = await panel()
    await userEvent.fill(topic, 'plant/lamp')
    await properties.click()
    const typed = {
      'Message expiry interval': ['4294967296', 'Enter a whole number of seconds from 0 to 4,294,967,295.'],
      'Response topic': ['answers/+', 'A topic to publish to cannot contain + or #.'],
      'Correlation data': ['4f4', 'Enter two hex digits (0–9, a–f) per byte, such as 00 ff 1a.'],
      'Topic alias': ['11', 'This broker accepts topic aliases up to 10. Choose a lower one.']
    } as const
    await screen.getByRole('combobox', { name: 'Correlation data type' }).selectOptions('Hex')
    for (const [name, [text]] of Object.entries(typed)) await userEvent.fill(field(name), text)
    await properties.click()
    await publish.click()
    for (const [name, [, fault]] of Object.entries(typed)) {
      await expect.element(field(name)).toHaveAttribute('aria-invalid', 'true')
      await expect.element(field(name)).toHaveAccessibleDescription(fault)
    }
    await expect.element(field('Message expiry interval')).toHaveFocus()
    expect(call).not.toHaveBeenCalled()
    await userEvent.fill(field('Message expiry interval'), 'soon')
    await expect.element(field('Message expiry interval')).toHaveAttribute('aria-invalid', 'true')
    for (const name of Object.keys(typed)) await userEvent.fill(field(name), '')
    await publish.click()
    expect(call).toHaveBeenCalledTimes(1)
    expect(call.mock.lastCall?.[1]).not.toHaveProperty('properties')
  })

  it('say what the broker accepts, and warn of text that is not UTF-8', async () => {
    const { screen, payload, properties, field } = await panel('online', { topicAliasMaximum: 0 })
    await payload.click()
    await properties.click()
    await expect.element(field('Topic alias')).toBeDisabled()
    await expect.element(field('Topic alias')).toHaveAccessibleDescription(/accepts no topic aliases/)
    const format = screen.getByRole('combobox', { name: 'Payload format indicator' })
    await format.selectOptions('UTF-8 text')
    await screen.getByRole('radio', { name: 'Hex' }).click()
    await userEvent.fill(payload, 'ff fe')
    await expect.element(format).toHaveAccessibleDescription(/not valid UTF-8/)
    await userEvent.fill(payload, '4f 4b')
    await expect.element(format).not.toHaveAccessibleDescription(/not valid UTF-8/)
  })

  it('are absent from older connections, with the reason, and are not sent there', async () => {
    const { screen, call, draft, topic, properties, publish } = await panel('online', { version: 4 })
    draft.properties.draft.contentType = 'text/plain'
    await userEvent.fill(topic, 'plant/lamp')
    await expect.element(screen.getByText('They need MQTT 5; this connection uses MQTT 3.1.1.')).toBeVisible()
    expect(properties.query()).toBeNull()
    await publish.click()
    await expect.poll(() => call.mock.calls.length).toBe(1)
    expect(call.mock.lastCall?.[1]).not.toHaveProperty('properties')
    expect(draft.sent.list[0]?.properties.contentType).toBe('')
    expect(draft.properties.draft.contentType).toBe('text/plain')
  })

  it('are shown in the list of published messages, sent again, and put back into the form', async () => {
    const { call, draft, topic, properties, field, publish, published, message } = await panel()
    await userEvent.fill(topic, 'lamp')
    await properties.click()
    await userEvent.fill(field('Content type'), 'text/plain')
    await publish.click()
    await expect.poll(() => draft.busy).toBe(false)
    await userEvent.fill(field('Content type'), '')
    await published.click()
    await expect.element(message(/lamp.*text\/plain/)).toBeVisible()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect.poll(() => call.mock.calls.length).toBe(2)
    expect(call.mock.lastCall?.[1]).toMatchObject({ properties: { contentType: 'text/plain' } })
    expect(draft.properties.draft.contentType).toBe('')
    await userEvent.keyboard('{Enter}')
    await expect.element(field('Content type')).toHaveValue('text/plain')
  })
})
