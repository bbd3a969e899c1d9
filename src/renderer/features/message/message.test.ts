import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Decoder } from '../../../shared/contract/decode'
import type { MessageView } from '../../../shared/contract/messages'
import { apiTo, headOf, held } from '../../state/api-fixture'
import { MessageState } from './message.svelte'

function view(topic: string, id: number): MessageView {
  return {
    head: headOf(id, topic),
    body: { format: 'raw', bytes: Uint8Array.of(id) },
    unwrapped: [],
    bound: null
  }
}

let close = (): void => undefined
afterEach(() => close())

function setup(gate: () => Promise<void> = () => Promise.resolve()) {
  const asked: { topic?: string; id?: number; format: Decoder['format'] }[] = []
  let newest = 1
  const made = apiTo({
    'topics.get': async ({ topic, decoder: { format } }) => {
      asked.push({ topic, format })
      const answer = view(topic, newest)
      await gate()
      return answer
    },
    'messages.get': ({ id, decoder: { format } }) => {
      asked.push({ id, format })
      return view('a', id)
    }
  })
  close = made.close
  const arrived: number[] = []
  const message = new MessageState(made.api, { kind: 'connection', id: 'c' }, () =>
    arrived.push(message.view?.head.id ?? 0)
  )
  return { message, asked, arrived, newest: (id: number) => (newest = id) }
}

describe('a message', () => {
  it('is the topic’s last one, and is requested only once more however many arrived meanwhile', async () => {
    const { message, asked, newest } = setup()
    message.show({ topic: 'a', id: null })
    newest(2)
    for (let i = 0; i < 50; i++) message.refresh()
    await vi.waitFor(() => expect(message.view?.head.id).toBe(2))
    expect(asked).toHaveLength(2)
  })

  it('of a previously selected topic is dropped', async () => {
    const { gate, letGo } = held()
    const { message, asked, arrived } = setup(() => gate)
    message.show({ topic: 'slow', id: null })
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    message.show({ topic: 'a', id: 7 })
    expect(message.loading).toBe(true)
    letGo()
    await vi.waitFor(() => expect(message.view?.head.id).toBe(7))
    expect(arrived).toEqual([7])
    expect(message.loading).toBe(false)
  })

  it('keeps the decoder chosen for its topic, without affecting other topics', async () => {
    const { message, asked } = setup()
    message.show({ topic: 'a', id: 7 })
    message.setDecoder({ format: 'hex' })
    message.show({ topic: 'b', id: 8 })
    expect(message.decoder).toEqual({ format: 'auto' })
    message.show({ topic: 'a', id: null })
    expect(message.decoder).toEqual({ format: 'hex' })
    await vi.waitFor(() => expect(asked.at(-1)).toEqual({ topic: 'a', format: 'hex' }))
  })

  it('reports why it could not be loaded, until it is', async () => {
    let fails = true
    const { message } = setup(() => (fails ? Promise.reject(new Error('gone')) : Promise.resolve()))
    message.show({ topic: 'a', id: null })
    await vi.waitFor(() => expect(message.fault).not.toBeNull())
    fails = false
    message.refresh()
    await vi.waitFor(() => expect(message.view).not.toBeNull())
    expect(message.fault).toBeNull()
  })
})
