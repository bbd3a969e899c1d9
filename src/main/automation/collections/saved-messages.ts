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

/** What publishes messages. */
export interface Outlet {
  isOnline: (connectionId: string) => boolean
  publish: (connectionId: string, message: ReadyMessage) => Promise<PublishResult>
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
      'collections.preview': ({ collection, path, request }) => {
        const used = new Set<string>()
        return previewOf(this.make(collection, path, request, used), request, used)
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
  next(collection: string, path: string, request: SavedRequest): ReadyMessage | { faults: TemplateFault[] } {
    const { message, faults, commit } = this.make(collection, path, request, new Set())
    if (faults.length > 0) return { faults }
    commit()
    return message
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
    const { message, faults, commit } = this.make(collection, path, request, new Set())
    const [first, ...rest] = faults
    if (first) return { faults: [first, ...rest] }
    // Before the answer: a message that is published meanwhile gets the next numbers.
    if (this.around.isOnline(connectionId)) commit()
    return { topic: message.topic, result: await this.around.publish(connectionId, message) }
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
