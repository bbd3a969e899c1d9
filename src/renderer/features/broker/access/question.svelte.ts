import type { AccessAction, AccessDecision, AccessSubject } from '../../../../shared/contract/access'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { Refresh } from '../../../state/refresh'
import { faultSentence } from '../../../state/field-faults'
import { sentenceFor } from '../../../state/sentences'

/** "May this client publish to this topic?", as it is typed, and its answer. */
export class Question {
  user = $state('')
  clientId = $state('')
  action = $state<AccessAction>('publish')
  topic = $state('')
  /** null: nothing asked, or not answered yet. */
  answer = $state.raw<AccessDecision | null>(null)
  /** Why the topic cannot be asked about, as a sentence. */
  fault = $state<string | null>(null)
  readonly #api: Api
  readonly #ask = new Refresh(
    async (current) => {
      const answer = await this.#api.call('access.check', { ...this.subject, ...this.#about })
      if (current()) this.#take(answer, null)
    },
    (error) => this.#take(null, faultOf(error))
  )

  constructor(api: Api) {
    this.#api = api
  }

  get subject(): AccessSubject {
    return { user: this.user === '' ? null : this.user, clientId: this.clientId }
  }

  /** Asks again: what is typed or the settings have changed. */
  ask(): void {
    if (this.topic !== '') return void this.#ask.restart()
    this.#ask.cancel()
    this.#take(null, null)
  }

  /** Asks about an attempt that was refused. */
  about({ user, clientId }: AccessSubject, action: AccessAction, topic: string): void {
    this.user = user ?? ''
    this.clientId = clientId
    this.action = action
    this.topic = topic
  }

  get #about(): { action: AccessAction; topic: string } {
    return { action: this.action, topic: this.topic }
  }

  #take(answer: AccessDecision | null, fault: string | null): void {
    this.answer = answer
    this.fault = fault
  }
}

function faultOf(error: unknown): string {
  const issue = isAppError(error, 'INVALID_INPUT') ? error.details.issues[0] : undefined
  return issue ? faultSentence(issue.fault) : sentenceFor(error)
}
