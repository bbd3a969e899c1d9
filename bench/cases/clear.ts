import { goesOn } from '../../src/shared/contract/jobs'
import { cpSync, statSync } from 'node:fs'
import { historyPath } from '../../src/main/history/path'
import { scaled, type Case } from '../case'
import { startFirehose } from '../firehose'
import { dataDirectoryWith } from '../history'
import { PROFILE_ID, writeProfile } from '../profiles'
import { temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'
import { MANY } from './big'

/** How quickly a cleared history disappears from view, and how much of its file remains. */
export const clear: Case = {
  name: 'clear',
  states:
    '1,000,000 topics of 30 bytes, one message each, quiet; a view of them is told of the clearing over the WebSocket',
  async run(options) {
    const count = scaled(MANY.count, options)
    // A copy, because other cases need the complete history.
    const directory = temporaryFolder()
    cpSync(dataDirectoryWith({ ...MANY, count }, count), directory, { recursive: true })
    const firehose = await startFirehose({ topics: { ...MANY, count: 1 }, payload: 100, qos: 0 })
    writeProfile(directory, firehose.port)
    const treetop = new Treetop(directory)
    await treetop.start()
    await firehose.subscribed()
    await treetop.statsWhen(({ loading, topics }) => loading === null && topics === count, 60_000)
    await treetop.watch(['plant'])
    const gone = new Promise<number>((resolve) =>
      treetop.api.on('topics.frame', ({ topics }) => {
        if (topics === 0) resolve(performance.now())
      })
    )
    const asked = performance.now()
    const cleared = new Promise<number>((resolve) =>
      treetop.api.on('jobs.changed', (job) => {
        if (!goesOn(job)) resolve(job.messages)
      })
    )
    await treetop.api.call('messages.clear', {
      connectionId: PROFILE_ID,
      scope: { topic: null, subtree: true }
    })
    const milliseconds = (await gone) - asked
    const messages = await cleared
    await treetop.stop()
    await firehose.stop()
    return [
      { what: 'gone from a view', value: milliseconds, unit: 'ms', target: { most: 100 } },
      {
        what: 'messages that went, less those there were',
        value: messages - count,
        unit: 'messages',
        target: { least: 0, most: 0 }
      },
      // Only the topic names remain.
      {
        what: 'file afterwards',
        value: statSync(historyPath(directory, PROFILE_ID)).size / 1_000_000,
        unit: 'MB',
        target: null
      }
    ]
  }
}
