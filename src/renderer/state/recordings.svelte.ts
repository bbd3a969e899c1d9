import type { Recording } from '../../shared/contract/recordings'
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { Api } from '../../shared/rpc/contract'
import { Front } from './front.svelte'
import type { JobsState } from './jobs.svelte'

/** A file being sent to Treetop's process, and the fraction sent so far, 0 to 1. */
interface Sending {
  file: string
  share: number
}

/** The open recordings, one tab each, after the tabs of connections. */
export class RecordingsState {
  /** In tab order. */
  list = $state.raw<readonly Recording[]>([])
  /** In a browser, while a file is being sent. */
  sending = $state.raw<Sending | null>(null)
  readonly #front: Front
  readonly #jobs: JobsState
  readonly active = $derived.by(() => this.find(this.#front.id))
  readonly #api: Api
  #request: XMLHttpRequest | null = null

  constructor(api: Api, jobs: JobsState, front = new Front()) {
    this.#jobs = jobs
    this.#api = api
    this.#front = front
    front.add(() => this.list)
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('recordings.changed', (list) => this.#put(list))
  }

  async load(): Promise<void> {
    this.list = await this.#api.call('recordings.list')
    this.#front.settle()
  }

  find(id: string | null): Recording | null {
    return this.list.find((recording) => recording.id === id) ?? null
  }

  /** Desktop: asks for a file and opens it; null if the user cancels. Throws the errors of the `recordings.open` job. */
  async open(): Promise<Recording | null> {
    const { result } = await this.#jobs.finished(await this.#api.call('recordings.open'))
    return result?.kind === 'recording' ? this.find(result.id) : null
  }

  /** Browser: sends a file and opens it; null if that was cancelled. Throws the errors of `recordings.open`, and CHANNEL_CLOSED. */
  async send(file: File): Promise<Recording | null> {
    this.sending = { file: file.name, share: 0 }
    try {
      const opened = await this.#post(file)
      return opened && this.#opened(opened)
    } finally {
      this.sending = null
      this.#request = null
    }
  }

  /** Stops sending the file. */
  cancel(): void {
    this.#request?.abort()
  }

  async close(id: string): Promise<void> {
    await this.#api.call('recordings.close', { id })
    this.#put(this.list.filter((recording) => recording.id !== id))
  }

  #post(file: File): Promise<Recording | null> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      this.#request = request
      request.responseType = 'json'
      request.upload.onprogress = ({ loaded, total }) => {
        this.sending = { file: file.name, share: total === 0 ? 1 : loaded / total }
      }
      request.onload = () => {
        if (request.status === 200) return resolve(request.response as Recording)
        const { code, details } = request.response as { code: ErrorCode; details: ErrorDetails[ErrorCode] }
        reject(new AppError(code, details))
      }
      request.onerror = () => reject(new AppError('CHANNEL_CLOSED', {}))
      request.onabort = () => resolve(null)
      request.open('POST', `recordings?file=${encodeURIComponent(file.name)}`)
      request.send(file)
    })
  }

  /** The recording's event may not have arrived yet. */
  #opened(recording: Recording): Recording {
    if (!this.find(recording.id)) this.#put([...this.list, recording])
    return recording
  }

  #put(list: readonly Recording[]): void {
    for (const { id } of this.list) if (!list.some((recording) => recording.id === id)) this.#front.leave(id)
    this.list = list
    this.#front.settle()
  }
}
