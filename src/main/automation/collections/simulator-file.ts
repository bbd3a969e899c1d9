import { isDeepStrictEqual } from 'node:util'
import { isMap, isSeq, YAMLMap, YAMLSeq, type Pair } from 'yaml'
import { PayloadFormat, type FileFault } from '../../../shared/contract/collections'
import {
  emptySimulatedMessage,
  emptySimulator,
  type SavedSimulator,
  type SimulatedMessage
} from '../../../shared/contract/simulators'
import { asText, numberOf } from './request-keys'
import { setKey, YamlFile } from './yaml-file'

/** A simulator as its file holds it. */
export interface SimulatorFile {
  /** null: it is named after its file. */
  name: string | null
  /** Its place among its siblings; null: behind those that have one. */
  order: number | null
  /** null: the file cannot be used. */
  simulator: SavedSimulator | null
  faults: FileFault[]
}

const texts = ['clientId', 'username', 'password', 'devices'] as const
const numbers = ['clients', 'rampUp', 'duration'] as const

/** Reads a simulator. Never throws. */
export function readSimulator(path: string, text: string): SimulatorFile {
  const file = YamlFile.read(path, text)
  const found: SimulatorFile = { name: null, order: null, simulator: null, faults: file.faults }
  if (!file.usable) return found
  const simulator: SavedSimulator = structuredClone(emptySimulator)
  for (const [key, pair] of file.entries()) {
    const value = file.plain(pair.value)
    if (key === 'name' && asText(value) !== undefined) found.name = asText(value)!
    else if (key === 'order' && typeof value === 'number') found.order = value
    else if (key === 'messages') simulator.messages = messagesOf(file, pair)
    else if ([...texts, ...numbers].includes(key as (typeof texts)[number])) {
      const typed = asText(value)
      if (typed === undefined) file.wrongType(pair, key, 'text')
      else simulator[key as (typeof texts)[number]] = typed
    } else if (key === 'name' || key === 'order')
      file.wrongType(pair, key, key === 'name' ? 'text' : 'number')
    else file.unknownKey(pair, key)
  }
  return { ...found, simulator: file.usable ? simulator : null }
}

function messagesOf(file: YamlFile, pair: Pair<unknown, unknown>): SimulatedMessage[] {
  if (!isSeq(pair.value)) {
    file.wrongType(pair, 'messages', '[{topic: …}]')
    return []
  }
  return pair.value.items.flatMap((item, index) => {
    if (isMap(item)) return [messageOf(file, item, `messages.${index}`)]
    file.wrongType(pair, `messages.${index}`, '{topic: …}')
    return []
  })
}

function messageOf(file: YamlFile, map: YAMLMap, path: string): SimulatedMessage {
  const message = { ...emptySimulatedMessage }
  for (const [key, pair] of file.entries(map)) {
    const value = file.plain(pair.value)
    const wrong = (expected: string): void => file.wrongType(pair, `${path}.${key}`, expected)
    switch (key) {
      case 'topic':
      case 'payload':
      case 'every': {
        const typed = asText(value)
        if (typed === undefined) wrong('text')
        else message[key] = typed
        break
      }
      case 'format': {
        const format = PayloadFormat.safeParse(value)
        if (format.success) message.format = format.data
        else wrong(PayloadFormat.options.join(', '))
        break
      }
      case 'qos':
        if (value === 0 || value === 1 || value === 2) message.qos = value
        else wrong('0, 1, 2')
        break
      case 'retain':
        if (typeof value === 'boolean') message.retain = value
        else wrong('true, false')
        break
      default:
        file.unknownKey(pair, `${path}.${key}`)
    }
  }
  return message
}

/** What is written into a file; what is absent stays as it is. */
interface SimulatorChange {
  name?: string
  order?: number
  simulator?: SavedSimulator
}

/** The text of a file after a change; null if the file has a fault. Comments and unknown keys stay. */
export function writeSimulator(before: string, change: SimulatorChange): string | null {
  const old = readSimulator('', before)
  const file = YamlFile.read('', before)
  if (!file.usable || (old.simulator === null && before.trim() !== '')) return null
  const { root } = file
  const { name, order, simulator } = change
  if (name !== undefined) setKey(root, 'name', name, old.name === name)
  if (order !== undefined) setKey(root, 'order', order, old.order === order)
  if (!simulator) return file.text()
  const was = before.trim() === '' ? null : old.simulator
  for (const key of [
    'clients',
    'clientId',
    'username',
    'password',
    'rampUp',
    'duration',
    'devices'
  ] as const) {
    const isNumber = numbers.includes(key as (typeof numbers)[number])
    const value = simulator[key] === '' ? undefined : isNumber ? numberOf(simulator[key]) : simulator[key]
    setKey(root, key, value, was?.[key] === simulator[key] && (root.has(key) || value === undefined))
  }
  if (!isDeepStrictEqual(simulator.messages, was?.messages ?? [])) writeMessages(root, simulator.messages)
  return file.text()
}

/** Messages keep what a person wrote around them as long as they keep their place. */
function writeMessages(root: YAMLMap<unknown, unknown>, messages: readonly SimulatedMessage[]): void {
  const found: unknown = root.get('messages', true)
  const list = isSeq(found) ? found : new YAMLSeq()
  if (list !== found) root.set('messages', list)
  list.flow = false
  list.items.length = Math.min(list.items.length, messages.length)
  for (const [index, message] of messages.entries()) {
    const item = list.items[index]
    const map = isMap(item) ? (item as YAMLMap<unknown, unknown>) : new YAMLMap<unknown, unknown>()
    if (map !== item) list.items[index] = map
    for (const key of ['topic', 'payload', 'format', 'qos', 'retain', 'every'] as const) {
      const value = message[key]
      const isDefault = value === emptySimulatedMessage[key] && key !== 'every' && key !== 'topic'
      const written: unknown = map.get(key)
      const next = isDefault ? undefined : key === 'every' ? numberOf(message.every) : value
      setKey(map, key, next, written === next)
    }
  }
}
