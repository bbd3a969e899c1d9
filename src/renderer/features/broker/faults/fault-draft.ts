import {
  FaultSpec,
  type ClientScope,
  type FaultKind,
  type PacketScope
} from '../../../../shared/contract/faults'

export type Direction = 'in' | 'out' | 'both'
export type LossPackets = 'publish' | 'acknowledgement' | 'any'

/** Acknowledgements that can be withheld, in the order of a handshake. */
export const acknowledgements = ['PUBACK', 'PUBREC', 'PUBCOMP', 'SUBACK'] as const
export type Acknowledgement = (typeof acknowledgements)[number]

/** What a person fills in for one fault. The fields of other kinds keep their values while another kind is chosen. */
export interface FaultDraft {
  kind: FaultKind
  direction: Direction
  /** ms */
  delay: number
  jitter: number
  packets: LossPackets
  withheld: Acknowledgement[]
  /** Bytes per second. */
  speed: number
  /** Of CONNACK; -1: clients of that version are not refused. */
  returnCode: number
  reasonCode: number
  subackCode: number
  by: 'each' | 'count' | 'chance'
  every: number
  percent: number
  /** Whether it ends after it struck so many times. */
  limit: 'none' | 'times'
  times: number
}

/** What the faults of one start share. */
export interface SharedDraft {
  seconds: number
  seed: number
  who: 'all' | 'one'
  clientId: string
  /** Port; 0: every listener. */
  listener: number
  filter: string
}

export const defaultFault: FaultDraft = {
  kind: 'latency',
  direction: 'both',
  delay: 500,
  jitter: 0,
  packets: 'any',
  withheld: ['PUBACK'],
  speed: 1_000,
  returnCode: 3,
  reasonCode: 0x88,
  subackCode: 0x87,
  by: 'each',
  every: 10,
  percent: 10,
  limit: 'none',
  times: 1
}

export const defaultShared: SharedDraft = {
  seconds: 300,
  seed: 1,
  who: 'all',
  clientId: '',
  listener: 0,
  filter: ''
}

/** Which of the shared fields a kind has. */
export function fieldsOf(kind: FaultKind): { client: boolean; filter: boolean; rate: boolean } {
  const isWhole = kind === 'slowReading' || kind === 'away'
  return { client: kind !== 'away', filter: !isWhole && kind !== 'connack', rate: !isWhole }
}

/** Whether chance decides anything, so that the seed matters. */
export function isRandom({ kind, by, jitter }: FaultDraft): boolean {
  return (fieldsOf(kind).rate && by === 'chance') || (kind === 'latency' && jitter > 0)
}

/** The scope of clients that is filled in. */
export function clientScope({ who, clientId, listener }: SharedDraft): ClientScope {
  return { clientId: who === 'one' ? clientId : null, listener: listener === 0 ? null : listener }
}

/** What the contract is asked for; it may have faults. */
function specOf(draft: FaultDraft, shared: SharedDraft): Record<string, unknown> {
  const { kind, by, every, percent, limit, times } = draft
  const { client, filter, rate } = fieldsOf(kind)
  const { clientId, listener } = clientScope(shared)
  return {
    kind,
    seconds: shared.seconds,
    scope: {
      listener,
      ...(client && { clientId }),
      ...(filter && { filter: shared.filter === '' ? null : shared.filter })
    } satisfies Partial<PacketScope>,
    ...(rate && {
      rate: rateOf(by, every, percent),
      times: limit === 'times' ? times : null,
      seed: shared.seed
    }),
    ...ownFields(draft)
  }
}

function ownFields(draft: FaultDraft): Record<string, unknown> {
  const { delay, jitter, direction, packets, withheld, speed, returnCode, reasonCode, subackCode } = draft
  switch (draft.kind) {
    case 'latency':
      return { delay, jitter, direction }
    case 'loss':
      return { packets }
    case 'withhold':
      return { packets: withheld }
    case 'slowReading':
      return { bytesPerSecond: speed }
    case 'connack':
      return { returnCode: codeOf(returnCode), reasonCode: codeOf(reasonCode) }
    case 'suback':
      return { reasonCode: subackCode }
    case 'duplicate':
    case 'disconnect':
    case 'queueFull':
    case 'quota':
    case 'away':
      return {}
  }
}

function rateOf(by: FaultDraft['by'], every: number, percent: number): Record<string, unknown> {
  if (by === 'chance') return { by, chance: percent / 100 }
  return { by: 'count', every: by === 'each' ? 1 : every }
}

function codeOf(chosen: number): number | null {
  return chosen === -1 ? null : chosen
}

/** Fields of the form, by path in a FaultSpec, where they have other names. */
const fieldNames: Record<string, keyof FaultDraft> = {
  'rate.every': 'every',
  'rate.chance': 'percent',
  bytesPerSecond: 'speed'
}
const sharedNames = ['seconds', 'seed', 'scope.clientId', 'scope.listener', 'scope.filter']

/** The field of the form that a path in the spec of a fault stands for. Shared fields have no number in front. */
export function fieldOf(path: string, index: number, { kind }: Pick<FaultDraft, 'kind'>): string {
  if (sharedNames.includes(path)) return path.replace('scope.', '')
  const own =
    path.startsWith('packets') && kind === 'withhold'
      ? 'withheld'
      : path === 'reasonCode' && kind === 'suback'
        ? 'subackCode'
        : (fieldNames[path] ?? path)
  return `${index}.${own}`
}

/** The specs of drafts that have no fault, and the fault code of each field that has one. */
export function readDrafts(
  drafts: readonly FaultDraft[],
  shared: SharedDraft
): { specs: FaultSpec[]; faults: Map<string, string> } {
  const faults = new Map<string, string>()
  const specs: FaultSpec[] = []
  for (const [index, draft] of drafts.entries()) {
    const { data, error } = FaultSpec.safeParse(specOf(draft, shared))
    if (data) specs.push(data)
    for (const { path, message } of error?.issues ?? []) {
      const field = fieldOf(path.join('.'), index, draft)
      if (!faults.has(field)) faults.set(field, message)
    }
  }
  return { specs, faults }
}

/** A draft with the values of a fault, to start it again with changes. */
export function draftOf(spec: FaultSpec): { draft: FaultDraft; shared: SharedDraft } {
  const draft = { ...defaultFault, kind: spec.kind }
  const scope: PacketScope = { clientId: null, filter: null, ...spec.scope }
  const shared: SharedDraft = {
    ...defaultShared,
    seconds: spec.seconds,
    who: scope.clientId === null ? 'all' : 'one',
    clientId: scope.clientId ?? '',
    listener: scope.listener ?? 0,
    filter: scope.filter ?? ''
  }
  if ('rate' in spec) {
    shared.seed = spec.seed
    const { rate } = spec
    draft.by = rate.by === 'count' && rate.every === 1 ? 'each' : rate.by
    if (rate.by === 'chance') draft.percent = rate.chance * 100
    else if (rate.every > 1) draft.every = rate.every
    draft.limit = spec.times === null ? 'none' : 'times'
    draft.times = spec.times ?? 1
  }
  if (spec.kind === 'latency')
    Object.assign(draft, { delay: spec.delay, jitter: spec.jitter, direction: spec.direction })
  if (spec.kind === 'loss') draft.packets = spec.packets
  if (spec.kind === 'withhold') draft.withheld = [...spec.packets]
  if (spec.kind === 'slowReading') draft.speed = spec.bytesPerSecond
  if (spec.kind === 'suback') draft.subackCode = spec.reasonCode
  if (spec.kind === 'connack') {
    draft.returnCode = spec.returnCode ?? -1
    draft.reasonCode = spec.reasonCode ?? -1
  }
  return { draft, shared }
}
