import { randomUUID } from 'node:crypto'
import type { CallOutput, CallsOf } from '../../../shared/contract'
import type { RequestOutcome, SavedRequest } from '../../../shared/contract/collections'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import type { SchemaCheck } from '../../../shared/contract/decode'
import type { EncodedText, Encoding } from '../../../shared/contract/encode'
import type { PublishResult } from '../../../shared/contract/messages'
import type { Answer, Expected, SentContent } from '../../../shared/contract/requests'
import { AppError } from '../../../shared/errors'
import { expectedOf } from '../../../shared/expected'
import { InTurn } from '../../../shared/in-turn'
import { GeneratorMemory } from '../template/memory'
import type { CollectionFolder } from './collection-folder'
import { encoded, type Outgoing } from './encoded'
import { previewOf, sentOf } from './preview'
import { toMessage, type ReadyMessage } from './to-message'
import type { Variables } from './variables'
import { valuesOf, withScript, type RunScript } from './with-script'

/** What publishes messages. */
export interface Outlet {
  isOnline: (connectionId: string) => boolean
  publish: (connectionId: string, message: ReadyMessage) => Promise<PublishResult>
  runScript: RunScript
  /** Encodes a text, and decodes it again for a preview. */
  encode: (text: string, encoding: Encoding) => Promise<EncodedText>
  /** Checks a payload against the schema that is bound to its topic; null: none is. */
  check: (connectionId: string, topic: string, payload: Uint8Array) => Promise<SchemaCheck | null>
  /** Sends a request; `captured` is called with what was taken out of each answer. */
  ask: (
    connectionId: string,
    id: string,
    message: ReadyMessage,
    expected: Expected,
    captured: (values: Answer['captured']) => void
  ) => Promise<void>
}

/** A saved message, or (`request`) as it is being edited, and the connection that it goes to. */
interface Asked {
  collection: string
  path: string
  connectionId: string
  request: SavedRequest | null
}

interface Around extends Outlet {
  /** Throws NOT_FOUND. */
  folder(collection: string): CollectionFolder
  environment(): string | null
  /** Values were taken out of an answer. */
  captured(collection: string, values: Answer['captured']): void
}

/** A message that is ready to be sent. */
interface Prepared {
  message: ReadyMessage
  sent: SentContent
}

/** Makes and publishes saved messages, or those that are being edited. They share what the generators remember. */
export class SavedMessages {
  /** Also of the profiles, which use the same variables. */
  readonly memory = new GeneratorMemory({ random: Math.random, uuid: randomUUID })

  /** Messages are made one after another, so that each gets numbers of its own. */
  private readonly making = new InTurn()

  constructor(
    private readonly variables: Variables,
    private readonly around: Around
  ) {}

  calls(): Pick<
    CallsOf<'main', 'collections'>,
    'collections.preview' | 'collections.publish' | 'collections.ask'
  > {
    return {
      'collections.preview': async ({ collection, path, request, connectionId }) => {
        const used = new Set<string>()
        const made = await this.make(collection, path, request, used)
        const outgoing = await this.scripted(made, collection, path, request, used)
        const { message, faults } = outgoing
        const hasTopic = !faults.some(({ field }) => field === 'topic')
        // A payload that cannot be made yet has a schema already, whose words complete what is typed.
        const payload = faults.length === 0 ? message.payload : new Uint8Array()
        const check =
          connectionId !== null && hasTopic && !request.encode
            ? await this.around.check(connectionId, message.topic, payload)
            : null
        return previewOf(outgoing, request, used, check)
      },
      'collections.publish': (input) => this.publish(input),
      'collections.ask': (input) => this.ask(input)
    }
  }

  /** A saved message, or (`request`) as it is being edited, with the faults of its templates. Throws NOT_FOUND. */
  async find(
    collection: string,
    path: string,
    edited: SavedRequest | null
  ): Promise<{ name: string; request: SavedRequest; faults: TemplateFault[] }> {
    const { name, request } = this.asked(collection, path, edited)
    const { faults } = await this.make(collection, path, request, new Set())
    return { name, request, faults }
  }

  /** The next message to send, and advances its generators; or its faults. Throws NOT_FOUND. */
  async next(
    collection: string,
    path: string,
    request: SavedRequest
  ): Promise<ReadyMessage | { faults: TemplateFault[] }> {
    const made = await this.making.run(async () => {
      const next = await this.make(collection, path, request, new Set())
      if (next.faults.length === 0) next.commit()
      return next
    })
    const { message, faults } = await this.scripted(made, collection, path, request, null)
    return faults.length > 0 ? { faults } : message
  }

  /** Values of a collection's variables in the active environment. Throws NOT_FOUND. */
  values(collection: string, used = new Set<string>()): Record<string, string> {
    const folder = this.around.folder(collection)
    return valuesOf(this.variables.context(folder, this.around.environment(), '', used), this.memory)
  }

  /** What a simulator in a collection knows of it. `secrets` collects those that are read. Throws NOT_FOUND. */
  surroundings(collection: string, path: string, secrets: Set<string>) {
    const folder = this.around.folder(collection)
    const context = this.variables.context(folder, this.around.environment(), path, secrets)
    return {
      name: folder.content.items.find((each) => each.path === path)?.name ?? path,
      directory: folder.directory,
      rows: (file: string) => folder.data.rows(file),
      variables: [...context.variables].flatMap(([name, definition]) => {
        if (definition.kind === 'text') return [{ name, value: definition.text, expands: true }]
        const value = definition.kind === 'env' ? context.env(definition.name) : definition.read()
        return value === null || value === undefined ? [] : [{ name, value, expands: false }]
      })
    }
  }

  private async publish({ connectionId, ...input }: Asked): Promise<RequestOutcome> {
    const made = await this.prepare(input, connectionId)
    if ('faults' in made) return made
    const { message, sent } = made
    return { topic: message.topic, sent, result: await this.around.publish(connectionId, message) }
  }

  private async ask({
    connectionId,
    id,
    ...input
  }: Asked & { id: string }): Promise<CallOutput<'collections.ask'>> {
    const { response } = this.asked(input.collection, input.path, input.request).request
    const read = expectedOf(response)
    // The form says what is wrong, and where.
    if ('faults' in read)
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'response', fault: 'FILE_FAULTY' }] })
    const made = await this.prepare(input, connectionId)
    if ('faults' in made) return made
    await this.around.ask(connectionId, id, made.message, read.expected, (values) =>
      this.around.captured(input.collection, values)
    )
    return { sent: made.sent }
  }

  /** A message that is ready, after its script, or its faults. If the connection can send it, its generators are advanced. */
  private async prepare(
    { collection, path, request: edited }: Omit<Asked, 'connectionId'>,
    connectionId: string
  ): Promise<Prepared | { faults: [TemplateFault, ...TemplateFault[]] }> {
    const { request } = this.asked(collection, path, edited)
    const used = new Set<string>()
    const made = await this.making.run(async () => {
      const next = await this.make(collection, path, request, used)
      // Before the answer: a message that is published meanwhile gets the next numbers.
      if (next.faults.length === 0 && this.around.isOnline(connectionId)) next.commit()
      return next
    })
    const done = await this.scripted(made, collection, path, request, null)
    const [first, ...rest] = done.faults
    if (first) return { faults: [first, ...rest] }
    return { message: done.message, sent: sentOf(done, request, used) }
  }

  /** `hidden`: secrets that a preview must not show; null: it is sent. */
  private scripted(
    made: Outgoing,
    collection: string,
    path: string,
    request: SavedRequest,
    hidden: Set<string> | null
  ): Promise<Outgoing> {
    const variables = request.script === '' ? {} : this.values(collection, hidden ?? undefined)
    return withScript(made, request, { collection, path, variables, hidden, run: this.around.runScript })
  }

  private asked(
    collection: string,
    path: string,
    edited: SavedRequest | null
  ): { name: string; request: SavedRequest } {
    const item = this.around.folder(collection).content.items.find((each) => each.path === path)
    const request = edited ?? item?.request
    if (!request) throw new AppError('NOT_FOUND', { what: 'message', id: path })
    return { name: item?.name ?? path, request }
  }

  private make(
    collection: string,
    path: string,
    request: SavedRequest,
    used: Set<string>
  ): Promise<Outgoing> {
    const folder = this.around.folder(collection)
    const context = this.variables.context(folder, this.around.environment(), path, used)
    return encoded(toMessage(request, context, this.memory), request.encode, this.around.encode)
  }
}
