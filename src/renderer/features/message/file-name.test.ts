import { expect, it } from 'vitest'
import type { MessageView } from '../../../shared/contract/messages'
import { fileNameFor } from './file-name'

const named = (
  topic: string,
  format: 'json' | 'text' | 'hex',
  unwrapped: MessageView['unwrapped'] = []
): string => fileNameFor({ head: { topic, id: 7 }, body: { format }, unwrapped } as unknown as MessageView)

it.each([
  ['plant/line1/oven', 'json', 'plant-line1-oven-7.json'],
  ['/a//b/', 'text', 'a-b-7.txt'],
  ['x', 'hex', 'x-7.bin'],
  ['../../etc/passwd', 'text', 'etc-passwd-7.txt'],
  ['a:b*c?"d"<e>|f\\g', 'text', 'a-b-c-d-e-f-g-7.txt'],
  ['///', 'text', 'payload-7.txt'],
  ['工厂/温度', 'text', '工厂-温度-7.txt']
] as const)('names the payload of %s (%s) %s', (topic, format, name) => {
  expect(named(topic, format)).toBe(name)
})

it('uses the extension of the wrapping, since the payload is saved as received', () => {
  expect(named('a', 'json', ['gzip'])).toBe('a-7.gz')
})
