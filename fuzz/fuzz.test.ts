import { expect, it } from 'vitest'
import type { PayloadFormat } from '../src/shared/contract/decode'
import { decode } from '../src/main/decode/decode'
import { SchemaFiles } from '../src/main/decode/schema-files'
import { HANG, runRound } from './round'
import { schemas, valid } from './samples'
import { targets } from './targets'

/** `npm run fuzz` runs a hundred times as many. */
const INPUTS = 10_000

it.each(targets.map(({ name }, index) => ({ name, index })))(
  `${INPUTS} inputs break nothing in: $name`,
  ({ index }) => {
    const { crash, longest, longestInput } = runRound(index, INPUTS, 1)
    expect(crash).toBeNull()
    expect(longest, `input ${longestInput}`).toBeLessThan(HANG)
  },
  600_000
)

it('starts from samples that their decoders can read', () => {
  const files = new SchemaFiles(schemas)
  const more = { protobuf: { schema: 'node.proto', type: 'fuzz.Node' }, avro: { schema: 'node.avsc' } }
  for (const [name, samples] of Object.entries(valid)) {
    const format = (name === 'avroFile' ? 'avro' : name) as PayloadFormat
    for (const sample of samples) {
      const { body } = decode(sample, { format, ...(name in more && more[name as keyof typeof more]) }, files)
      expect([name, body.format]).not.toEqual([name, 'fault'])
    }
  }
})
