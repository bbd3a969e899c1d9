import { readBrokerUrl } from '../../../shared/broker-url'
import { defaultProfile, type Profile } from '../../../shared/contract/profiles'
import { isAppError } from '../../../shared/errors'
import { BrokerPlace } from './broker-place'
import { StepFailure } from './failure'
import { profileFault } from './profile-fault'
import type { RunOptions } from './run-options'
import { carried, said } from './said'
import { together } from './sentences'
import type { BrokerAddress } from './session'

/** ms within which a broker of the run must have started. */
const START_LIMIT = 30_000

/** The broker of a file, started if it is a local one. Throws an error whose message is a sentence. */
export async function brokerOf(
  given: unknown,
  options: Pick<RunOptions, 'startBroker' | 'profile'>
): Promise<{ address: BrokerAddress; stop: () => Promise<void> }> {
  const read = BrokerPlace.safeParse(given)
  if (!read.success)
    throw new StepFailure(
      said('failure_key', { key: 'broker', fault: carried(read.error.issues[0]!.message) })
    )
  const place = read.data
  const stopNothing = (): Promise<void> => Promise.resolve()
  if (place === 'local' || (typeof place === 'object' && 'local' in place)) {
    const settings = place === 'local' ? {} : (place.local ?? {})
    const local = await inTime(options.startBroker(settings))
    return {
      address: {
        profile: profileOf({ host: '127.0.0.1', port: local.port }),
        secrets: { password: null, key: null }
      },
      stop: () => local.stop()
    }
  }
  if (typeof place === 'object') {
    const { url, username, password, ca, insecure } = place
    const address = addressOf(url)
    if (username !== undefined) address.profile.username = username
    if (password !== undefined) address.secrets.password = password
    address.profile.tls = {
      ...address.profile.tls,
      verify: insecure !== true,
      ...(ca !== undefined && { ca })
    }
    return { address, stop: stopNothing }
  }
  if (readBrokerUrl(place)) return { address: addressOf(place), stop: stopNothing }
  if (/^[a-z]+:\/\//i.test(place)) throw new StepFailure(said('failure_broker_address'))
  const found = await options.profile(place).catch((error: unknown) => {
    if (!isAppError(error, 'PROFILE_VARIABLES')) throw error
    const reasons = together(error.details.faults.map(profileFault))
    throw new StepFailure(said('failure_profile', { name: place, reasons }))
  })
  if (!found) throw new StepFailure(said('failure_no_profile', { name: place }))
  return {
    address: { ...found, profile: { ...found.profile, will: null, subscriptions: [] } },
    stop: stopNothing
  }
}

/** Throws if the broker does not start in time. */
async function inTime<T>(starting: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const error = new StepFailure(said('failure_broker_late', { seconds: START_LIMIT / 1_000 }))
  const timer = setTimeout(() => late.reject(error), START_LIMIT)
  try {
    return await Promise.race([starting, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function addressOf(text: string): BrokerAddress {
  const url = readBrokerUrl(text)
  if (!url) throw new StepFailure(said('failure_broker_url'))
  const { protocol, host, port, path, username, password } = url
  const more = { ...(path !== undefined && { path }), username: username ?? '' }
  return {
    profile: profileOf({ protocol, host, port, ...more }),
    secrets: { password: password ?? null, key: null }
  }
}

function profileOf(changed: Partial<Profile>): Profile {
  return {
    ...defaultProfile(''),
    id: 'check',
    name: 'check',
    version: 5,
    secrets: { password: null, key: null },
    ...changed
  }
}
