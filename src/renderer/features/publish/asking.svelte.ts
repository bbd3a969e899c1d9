import { expectedOf } from '../../../shared/expected'
import { topicFault } from '../../../shared/topic'
import { m } from '../../paraglide/messages'
import type { RequestsState } from '../../state/requests.svelte'
import { faultSentence } from '../../state/field-faults'
import type { PublishState } from './publish.svelte'

/** What is asked for an answer to the draft of a message. */
export class Asking {
  responseTopic = $state('')
  /** Seconds. */
  timeout = $state('')
  answers = $state('')
  /** The user has tried to send: from then on, faults of empty fields are shown. */
  tried = $state(false)
  busy = $state(false)
  error = $state.raw<unknown>(null)
  /** The request that waits or waited: its id, and its payload as it was sent. */
  asked = $state.raw<{ id: string; payload: string } | null>(null)
  readonly #draft: PublishState
  readonly #requests: RequestsState

  constructor(draft: PublishState, requests: RequestsState) {
    this.#draft = draft
    this.#requests = requests
  }

  /** Takes the response topic from the draft. */
  begin(): void {
    const { responseTopic } = this.#draft.properties.draft
    if (responseTopic !== '') this.responseTopic = responseTopic
    this.tried = false
    this.asked = this.error = null
  }

  /** Sentences by field; `isOld`: before MQTT 5. */
  faults(isOld: boolean): { responseTopic?: string; timeout?: string; answers?: string } {
    const read = expectedOf({ timeout: this.timeout, answers: this.answers, capture: [] })
    const codes = 'faults' in read ? read.faults.map(({ code }) => code) : []
    const fault = this.responseTopic === '' ? null : topicFault(this.responseTopic)
    return {
      ...(this.responseTopic === '' && isOld && { responseTopic: m.requests_no_topic() }),
      ...(fault && { responseTopic: faultSentence(`TOPIC_${fault}`) }),
      ...(codes.includes('TIMEOUT') && { timeout: m.requests_fault_timeout() }),
      ...(codes.includes('ANSWERS') && { answers: m.requests_fault_answers() })
    }
  }

  async send(isOld: boolean): Promise<void> {
    this.tried = true
    const { timeout, answers, responseTopic } = this
    const read = expectedOf({ timeout, answers, capture: [] })
    if (this.busy || 'faults' in read || Object.keys(this.faults(isOld)).length > 0) return
    this.busy = true
    this.error = null
    const id = this.#requests.newId()
    try {
      this.asked = { id, payload: await this.#draft.ask(id, responseTopic, read.expected, this.#requests) }
    } catch (error) {
      this.asked = null
      this.error = error
    }
    this.busy = false
  }
}
