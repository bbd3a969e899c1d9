import { probeAddress } from '../../shared/contract/probe'
import { isAppError } from '../../shared/errors'
import { jsonOf, leftNotes, tableOf } from '../../shared/probe-export'
import type { Place } from '../probe/context'
import { probe as runChecks } from '../probe/run'
import { unreachableSentence, words } from '../probe/words'
import { DONE, Failure, FAILED, INTERRUPTED, Misuse, type Call, type CommandContext } from './command'
import type { probe } from './commands/probe'
import { interruption, print, showProgress, tell } from './output'
import { placeOf } from './place'

/** Probes a broker. The sheet goes to standard output. */
export async function runProbe(
  { values, operands }: Call<typeof probe.options>,
  { version, environment }: Pick<CommandContext, 'version' | 'environment'>
): Promise<number> {
  const [url, ...more] = operands
  if (url === undefined || more.length > 0)
    throw new Misuse('Give one broker address, such as mqtt://host:1883. See treetop probe --help.')
  const place = await placeOf(url, values, environment, 'a probe has a topic of its own.')
  return run(place, version, values.json)
}

async function run(place: Place, treetop: string, isJson: boolean): Promise<number> {
  const interrupted = interruption()
  const { signal } = interrupted
  try {
    const sheet = await runChecks(place, {
      treetop,
      signal,
      onItem: (_item, share) => showProgress(`${Math.floor(share * 100)} %`),
      onLeft: (left) => tell(leftNotes(left, words).join('\n'))
    })
    showProgress('')
    await print(isJson ? jsonOf(sheet) : tableOf(sheet, words))
    if (sheet.end === 'complete') return DONE
    tell('The broker became unreachable before everything was tested.')
    return FAILED
  } catch (error) {
    showProgress('')
    if (signal.aborted) {
      tell('Cancelled.')
      return INTERRUPTED
    }
    if (!isAppError(error, 'BROKER_UNREACHABLE')) throw error
    throw new Failure(unreachableSentence(error.details.fault, probeAddress(place.profile)))
  } finally {
    interrupted.release()
  }
}
