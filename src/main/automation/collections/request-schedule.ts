import { isDeepStrictEqual } from 'node:util'
import { isMap, YAMLMap } from 'yaml'
import {
  emptySchedule,
  type RequestResponse,
  type RequestSchedule
} from '../../../shared/contract/request-schedule'
import { asText, inMap, numberOf, taking, type Take } from './request-keys'
import { setKey } from './yaml-file'

const emptyNumber = (value: unknown): string | undefined => (value === null ? undefined : asText(value))

const scheduleKey = (key: keyof RequestSchedule, expected: string): Take =>
  taking(key, expected, emptyNumber, ({ request }, value) => {
    const schedule = request.schedule ?? emptySchedule
    request.schedule = { ...schedule, [key]: value, ...(key === 'cron' && { kind: 'cron' }) }
  })

const responseKey = (key: 'timeout' | 'answers'): Take =>
  taking(key, 'number', emptyNumber, ({ request }, value) => {
    request.response = { ...request.response, [key]: value }
  })

/** The keys that say when a message is published by itself, and what is expected in answer. */
export const scheduleKeys: Record<string, Take> = {
  schedule: inMap(
    'schedule',
    {
      every: scheduleKey('every', 'number'),
      cron: scheduleKey('cron', 'text'),
      count: scheduleKey('count', 'number'),
      jitter: scheduleKey('jitter', 'number'),
      until: scheduleKey('until', 'text')
    },
    '{every: 1000}, {cron: "*/5 * * * *"}'
  ),
  response: inMap(
    'response',
    { timeout: responseKey('timeout'), answers: responseKey('answers') },
    '{timeout: 10}'
  ),
  capture(file, pair, { request }) {
    if (!isMap(pair.value)) return file.wrongType(pair, 'capture', '{name: /pointer}')
    for (const [name, inner] of file.entries(pair.value)) {
      const value = asText(file.plain(inner.value))
      if (value === undefined) file.wrongType(inner, `capture.${name}`, '/pointer')
      else
        request.response = {
          ...request.response,
          capture: [...request.response.capture, { name, value }]
        }
    }
  }
}

/** The map of a key, or a new one that `put` adds when something is in it, and removes when nothing is. */
function innerMap(root: YAMLMap<unknown, unknown>, key: string) {
  const found: unknown = root.get(key, true)
  const map = isMap(found) ? found : new YAMLMap<unknown, unknown>()
  return {
    map,
    put(): void {
      if (map.items.length === 0) root.delete(key)
      else if (map !== found) root.set(key, map)
    }
  }
}

export function writeSchedule(
  root: YAMLMap<unknown, unknown>,
  schedule: RequestSchedule | null,
  was: RequestSchedule | null
): void {
  if (isDeepStrictEqual(schedule, was)) return
  if (!schedule) return void root.delete('schedule')
  const inner = innerMap(root, 'schedule')
  const { map } = inner
  const { kind, every, cron, count, jitter, until } = schedule
  const values = {
    every: kind === 'every' ? numberOf(every) : undefined,
    cron: kind === 'cron' ? cron : undefined,
    count: numberOf(count),
    jitter: numberOf(jitter),
    until: until || undefined
  }
  for (const [key, value] of Object.entries(values))
    setKey(
      map,
      key,
      value,
      value !== undefined &&
        was?.[key as keyof typeof values] === schedule[key as keyof typeof values] &&
        map.has(key)
    )
  inner.put()
}

export function writeResponse(
  root: YAMLMap<unknown, unknown>,
  { timeout, answers, capture }: RequestResponse,
  was: RequestResponse
): void {
  const response = innerMap(root, 'response')
  setKey(response.map, 'timeout', numberOf(timeout), timeout === was.timeout)
  setKey(response.map, 'answers', numberOf(answers), answers === was.answers)
  response.put()
  if (isDeepStrictEqual(capture, was.capture)) return
  const captured = innerMap(root, 'capture')
  for (const { name } of was.capture)
    if (!capture.some((each) => each.name === name)) captured.map.delete(name)
  for (const { name, value } of capture)
    setKey(
      captured.map,
      name,
      value,
      was.capture.some((each) => each.name === name && each.value === value)
    )
  captured.put()
}
