import { expect, it } from 'vitest'
import { FaultSpec } from './faults'

/** Each bad field with its fault. */
function issues(spec: unknown): [string, string][] {
  const result = FaultSpec.safeParse(spec)
  return result.success ? [] : result.error.issues.map(({ path, message }) => [path.join('.'), message])
}

it.each([
  [{ kind: 'loss', seconds: 0 }, ['seconds', 'SECONDS_RANGE']],
  [{ kind: 'loss', seconds: 86_401 }, ['seconds', 'SECONDS_RANGE']],
  [{ kind: 'loss', seconds: 1.5 }, ['seconds', 'SECONDS_RANGE']],
  [{ kind: 'loss' }, ['seconds', 'SECONDS_RANGE']],
  [{ kind: 'loss', seconds: 1, rate: { by: 'chance', chance: 1.01 } }, ['rate.chance', 'CHANCE_RANGE']],
  [{ kind: 'loss', seconds: 1, rate: { by: 'chance', chance: -0.1 } }, ['rate.chance', 'CHANCE_RANGE']],
  [{ kind: 'loss', seconds: 1, rate: { by: 'chance', chance: NaN } }, ['rate.chance', 'CHANCE_RANGE']],
  [{ kind: 'loss', seconds: 1, rate: { by: 'count', every: 0 } }, ['rate.every', 'COUNT_RANGE']],
  [{ kind: 'loss', seconds: 1, times: 0 }, ['times', 'COUNT_RANGE']],
  [{ kind: 'loss', seconds: 1, seed: -1 }, ['seed', 'SEED_RANGE']],
  [{ kind: 'loss', seconds: 1, scope: { filter: 'a/#/b' } }, ['scope.filter', 'FILTER_HASH_NOT_LAST']],
  [{ kind: 'loss', seconds: 1, scope: { filter: '' } }, ['scope.filter', 'FILTER_EMPTY']],
  [{ kind: 'loss', seconds: 1, scope: { filter: '$share/g/a' } }, ['scope.filter', 'FILTER_SHARED']],
  [{ kind: 'loss', seconds: 1, scope: { clientId: '' } }, ['scope.clientId', 'REQUIRED']],
  [{ kind: 'loss', seconds: 1, scope: { listener: 0 } }, ['scope.listener', 'PORT_RANGE']],
  [{ kind: 'latency', seconds: 1, delay: 60_001 }, ['delay', 'DELAY_RANGE']],
  [{ kind: 'latency', seconds: 1, delay: 10, jitter: 11 }, ['jitter', 'JITTER_RANGE']],
  [{ kind: 'withhold', seconds: 1, packets: [] }, ['packets', 'REQUIRED']],
  [{ kind: 'slowReading', seconds: 1, bytesPerSecond: 0 }, ['bytesPerSecond', 'SPEED_RANGE']],
  [{ kind: 'connack', seconds: 1, returnCode: 0 }, ['returnCode', 'CODE_UNKNOWN']],
  [{ kind: 'connack', seconds: 1, returnCode: 6 }, ['returnCode', 'CODE_UNKNOWN']],
  [{ kind: 'connack', seconds: 1, reasonCode: 5 }, ['reasonCode', 'CODE_UNKNOWN']],
  [{ kind: 'connack', seconds: 1, reasonCode: 0x8e }, ['reasonCode', 'CODE_UNKNOWN']],
  [{ kind: 'connack', seconds: 1 }, ['reasonCode', 'REQUIRED']],
  [{ kind: 'suback', seconds: 1, reasonCode: 0x8d }, ['reasonCode', 'CODE_UNKNOWN']]
])('refuses %j', (spec, issue) => {
  expect(issues(spec)).toEqual([issue])
})

it('does not take a kind that does not exist, nor a filter where packets have no topic', () => {
  expect(issues({ kind: 'fire', seconds: 1 })).toHaveLength(1)
  expect(FaultSpec.parse({ kind: 'away', seconds: 1, scope: { filter: 'a' } }).scope).toEqual({
    listener: null
  })
})

it('fills in what is left out', () => {
  expect(FaultSpec.parse({ kind: 'loss', seconds: 5 })).toEqual({
    kind: 'loss',
    scope: { clientId: null, listener: null, filter: null },
    packets: 'any',
    rate: { by: 'count', every: 1 },
    times: null,
    seconds: 5,
    seed: 1
  })
})
