import { randomUUID } from 'node:crypto'
import type { CallsOf } from '../../../shared/contract'
import type { RequestOutcome, SavedRequest, TemplateFault } from '../../../shared/contract/collections'
import type { PublishResult } from '../../../shared/contract/messages'
import { AppError } from '../../../shared/errors'
import { GeneratorMemory } from '../template/memory'
import type { CollectionFolder } from './collection-folder'
import { previewOf } from './preview'
import { toMessage, type Made, type ReadyMessage } from './to-message'
import type { Variables } from './variables'
import { valuesOf, withScript, type RunScript } from './with-script'

/** What publishes messages. */
export interface Outlet {
  isOnline: (connectionId: string) => boolean
  publish: (connectionId: string, message: ReadyMessage) => Promise<PublishResult>
  runScript: RunScript
}

interface Around extends Outlet {
  /** Throws NOT_FOUND. */
  folder(collection: string): CollectionFolder
  environment(): string | null
}

/** Makes and publishes saved messages, or those that are being edited. They share what the generators remember. */
export class SavedMessages {
  private readonly memory = new GeneratorMemory({ random: Math.random, uuid: randomUUID })

  constructor(
    private readonly variables: Variables,
    private readonly around: Around
  ) {}

  calls(): Pick<CallsOf<'main', 'collections'>, 'collections.preview' | 'collections.publish'> {
    return {
      'collections.preview': async ({ collection, path, request }) => {
        const used = new Set<string>()
        const made = this.make(collection, path, request, used)
        return previewOf(await this.scripted(made, collection, path, request, used), request, used)
      },
      'collections.publish': (input) => this.publish(input)
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
  async next(
    collection: string,
    path: string,
    request: SavedRequest
  ): Promise<ReadyMessage | { faults: TemplateFault[] }> {
    const made = this.make(collection, path, request, new Set())
    made.commit()
    const { message, faults } = await this.scripted(made, collection, path, request, null)
    return faults.length > 0 ? { faults } : message
  }

  /** Values of a collection's variables in the active environment. Throws NOT_FOUND. */
  values(collection: string, used = new Set<string>()): Record<string, string> {
    const folder = this.around.folder(collection)
    return valuesOf(this.variables.context(folder, this.around.environment(), '', used), this.memory)
  }

  private async publish(input: {
    collection: string
    path: string
    connectionId: string
    request: SavedRequest | null
  }): Promise<RequestOutcome> {
    const { collection, path, connectionId } = input
    const request = input.request ?? this.around.folder(collection).item(path).request
    if (!request) throw new AppError('NOT_FOUND', { what: 'message', id: path })
    const made = this.make(collection, path, request, new Set())
    // Before anything is waited for: a message that is published meanwhile gets the next numbers.
    if (this.around.isOnline(connectionId)) made.commit()
    const { message, faults } = await this.scripted(made, collection, path, request, null)
    const [first, ...rest] = faults
    if (first) return { faults: [first, ...rest] }
    return { topic: message.topic, result: await this.around.publish(connectionId, message) }
  }

  /** `hidden`: secrets that a preview must not show; null: it is sent. */
  private scripted(
    made: Made,
    collection: string,
    path: string,
    request: SavedRequest,
    hidden: Set<string> | null
  ): Promise<Made> {
    const variables = request.script === '' ? {} : this.values(collection, hidden ?? undefined)
    return withScript(made, request, { collection, path, variables, hidden, run: this.around.runScript })
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
