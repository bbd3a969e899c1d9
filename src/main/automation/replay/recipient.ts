import type { Recipient, Recorder } from '../../recorder/recorder'

/** Records nothing: what the command line's connection receives and publishes is nobody's history. */
export const nothingRecorded: Recipient & Pick<Recorder, 'forgetRetained'> = {
  atMostOnce: () => undefined,
  atLeastOnce: () => undefined,
  exactlyOnce: () => undefined,
  released: () => undefined,
  sessionLost: () => undefined,
  outgoing: () => undefined,
  noteRetained: () => undefined,
  forgetRetained: () => undefined,
  flush: () => undefined
}
