import { randomUUID } from 'node:crypto'
import type { CallOutput, CallsOf } from '../../../shared/contract'
import type { RequestOutcome, SavedRequest, TemplateFault } from '../../../shared/contract/collections'
import type { PublishResult } from '../../../shared/contract/messages'
import type { Answer, Expected, SentContent } from '../../../shared/contract/requests'
import { AppError } from '../../../shared/errors'
import { expectedOf } from '../../../shared/expected'
import { GeneratorMemory } from '../template/memory'
import type { CollectionFolder } from './collection-folder'
import { previewOf, sentOf } from './preview'
import { toMessage, type Made, type ReadyMessage } from './to-message'
import type { Variables } from './variables'

/** What publishes messages. */
export interface Outlet {
  isOnline: (connectionId: string) => boolean
  publish: (connectionId: string, message: ReadyMessage) => Promise<PublishResult>
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
  request: SavedRequest
  message: ReadyMessage
  sent: SentContent
  /** Advances its generators. */
  commit: () => void
}

/** Makes and publishes saved messages, or those that are being edited. They share what the generators remember. */
export class SavedMessages {
  private readonly memory = new GeneratorMemory({ random: Math.random, uuid: randomUUID })

  constructor(
    private readonly variables: Variables,
    private readonly around: Around
  ) {}

  calls(): Pick<
    CallsOf<'main', 'collections'>,
    'collections.preview' | 'collections.publish' | 'collections.ask'
  > {
    return {
      'collections.preview': ({ collection, path, request }) => {
        const used = new Set<string>()
        return previewOf(this.make(collection, path, request, used), request, used)
      },
      'collections.publish': (input) => this.publish(input),
      'collections.ask': (input) => this.ask(input)
    }
  }

  /** A saved message, or (`request`) as it is being edited, with the faults of its templates. Throws NOT_FOUND. */
  find(
    collection: string,
    path: string,
    edited: SavedRequest | null
  ): { name: string; request: SavedRequest; faults: TemplateFault[] } {
    const item = this.around.folder(collection).content.items.find((each) => each.path === path)
    const request = edited ?? item?.request
    if (!request) throw new AppError('NOT_FOUND', { what: 'message', id: path })
    const { faults } = this.make(collection, path, request, new Set())
    return { name: item?.name ?? path, request, faults }
  }

  /** The next message to send, and advances its generators; or its faults. Throws NOT_FOUND. */
  next(collection: string, path: string, request: SavedRequest): ReadyMessage | { faults: TemplateFault[] } {
    const { message, faults, commit } = this.make(collection, path, request, new Set())
    if (faults.length > 0) return { faults }
    commit()
    return message
  }

  /** What a simulator in a collection knows of it. `secrets` collects those that are read. Throws NOT_FOUND. */
  surroundings(collection: string, path: string, secrets: Set<string>) {
    const folder = this.around.folder(collection)
    const { variables, env } = this.variables.context(folder, this.around.environment(), path, secrets)
    return {
      name: folder.content.items.find((each) => each.path === path)?.name ?? path,
      directory: folder.directory,
      rows: (file: string) => folder.data.rows(file),
      variables: [...variables].flatMap(([name, definition]) => {
        if (definition.kind === 'text') return [{ name, value: definition.text, expands: true }]
        const value = definition.kind === 'env' ? env(definition.name) : definition.read()
        return value === null || value === undefined ? [] : [{ name, value, expands: false }]
      })
    }
  }

  private async publish({ connectionId, ...input }: Asked): Promise<RequestOutcome> {
    const made = this.prepare(input)
    if ('faults' in made) return made
    // Before the answer: a message that is published meanwhile gets the next numbers.
    if (this.around.isOnline(connectionId)) made.commit()
    const { message, sent } = made
    return { topic: message.topic, sent, result: await this.around.publish(connectionId, message) }
  }

  private async ask({
    connectionId,
    id,
    ...input
  }: Asked & { id: string }): Promise<CallOutput<'collections.ask'>> {
    const made = this.prepare(input)
    if ('faults' in made) return made
    const read = expectedOf(made.request.response)
    // The form says what is wrong, and where.
    if ('faults' in read)
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'response', fault: 'FILE_FAULTY' }] })
    if (this.around.isOnline(connectionId)) made.commit()
    await this.around.ask(connectionId, id, made.message, read.expected, (values) =>
      this.around.captured(input.collection, values)
    )
    return { sent: made.sent }
  }

  /** A message that is ready, or its faults. */
  private prepare({
    collection,
    path,
    request: edited
  }: Omit<Asked, 'connectionId'>): Prepared | { faults: [TemplateFault, ...TemplateFault[]] } {
    const { request } = this.find(collection, path, edited)
    const used = new Set<string>()
    const made = this.make(collection, path, request, used)
    const [first, ...rest] = made.faults
    if (first) return { faults: [first, ...rest] }
    return { request, message: made.message, sent: sentOf(made, request, used), commit: () => made.commit() }
  }

  private make(collection: string, path: string, request: SavedRequest, used: Set<string>): Made {
    const folder = this.around.folder(collection)
    return toMessage(
      request,
      this.variables.context(folder, this.around.environment(), path, used),
      this.memory
    )
  }
}
