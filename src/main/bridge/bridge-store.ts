import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { Bridge, type BridgeDraft } from '../../shared/contract/bridge'
import { AppError } from '../../shared/errors'
import { JsonFile } from '../profiles/json-file'

const FORMAT = 1

const StoredBridge = Bridge.extend({
  /** What the brokers may have kept for it is out of date. */
  isFresh: z.boolean()
})
type StoredBridge = z.infer<typeof StoredBridge>

const BridgesFile = z.object({
  format: z.literal(FORMAT),
  brokerId: z.string().regex(/^[0-9a-f]{8}$/),
  bridges: z.array(StoredBridge)
})

/** The bridges, in `bridges.json` of the data directory, with the local broker's id. Secrets stay with the profiles. */
export class BridgeStore {
  /** Identifies the local broker among those that bridges join. */
  brokerId = randomBytes(4).toString('hex')
  private stored: StoredBridge[] = []
  private readonly file: JsonFile

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'bridges.json'))
  }

  /** Reads the file. An unusable file is moved aside. */
  async load(): Promise<void> {
    const json = await this.file.read()
    const file = BridgesFile.safeParse(json)
    if (file.success) {
      this.stored = file.data.bridges
      this.brokerId = file.data.brokerId
    } else if (json !== undefined) await this.file.moveAside()
  }

  list(): Bridge[] {
    return this.stored.map(shown)
  }

  /** Throws NOT_FOUND. */
  get(id: string): StoredBridge {
    const bridge = this.stored.find((each) => each.id === id)
    if (!bridge) throw new AppError('NOT_FOUND', { what: 'bridge', id })
    return bridge
  }

  /** Creates a bridge that is off (no id), or replaces one. Throws NOT_FOUND, FILE_UNWRITABLE. */
  async save(id: string | undefined, draft: BridgeDraft): Promise<Bridge> {
    const bridgeId = id ?? this.newId()
    await this.change(() => {
      const before = id === undefined ? null : this.get(id)
      const isFresh = before === null || before.isFresh || !carriesTheSame(before, draft)
      const bridge = { ...draft, id: bridgeId, on: before?.on ?? false, isFresh }
      return id === undefined
        ? [...this.stored, bridge]
        : this.stored.map((each) => (each.id === id ? bridge : each))
    })
    return shown(this.get(bridgeId))
  }

  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  async set(id: string, change: Partial<Pick<StoredBridge, 'on' | 'isFresh'>>): Promise<Bridge> {
    await this.change(() => {
      const before = this.get(id)
      return this.stored.map((each) => (each === before ? { ...each, ...change } : each))
    })
    return shown(this.get(id))
  }

  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  remove(id: string): Promise<void> {
    return this.change(() => {
      const gone = this.get(id)
      return this.stored.filter((each) => each !== gone)
    })
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  private newId(): string {
    for (;;) {
      const id = randomBytes(3).toString('hex')
      if (!this.stored.some((each) => each.id === id)) return id
    }
  }

  private change(make: () => StoredBridge[]): Promise<void> {
    return this.file.change(async (write) => {
      const bridges = make()
      await write({ format: FORMAT, brokerId: this.brokerId, bridges })
      this.stored = bridges
    })
  }
}

/** Whether two versions of a bridge differ in their names at most. */
export function carriesTheSame(one: BridgeDraft, other: BridgeDraft): boolean {
  const text = ({ profileId, rules }: BridgeDraft): string => JSON.stringify([profileId, rules])
  return text(one) === text(other)
}

function shown({ isFresh: _, ...bridge }: StoredBridge): Bridge {
  return bridge
}
