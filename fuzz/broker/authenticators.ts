import { Refusal } from '../../src/main/broker/codec/refusal'
import type { Authenticator, AuthenticatorStep } from '../../src/main/broker/core/authenticator'
import { scram, scramCredentials } from '../../src/main/broker/scram'

/** A method that asks again for "more", is content with "done", and refuses everything else. */
class Steps implements Authenticator {
  begin(data: Buffer): AuthenticatorStep {
    return this.proceed(data)
  }

  proceed(data: Buffer): AuthenticatorStep {
    if (data.toString() === 'more') return { done: false, data, username: null }
    if (data.toString() === 'done') return { done: true, data, username: 'user' }
    throw new Refusal('Neither "more" nor "done".', 0x87)
  }
}

const credentials = scramCredentials('secret')

export const authenticators = new Map<string, () => Authenticator>([
  ['STEPS', () => new Steps()],
  ['SCRAM-SHA-256', scram((username) => (username === 'user' ? credentials : null))]
])
