import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccessRule, type StoredAccess, type StoredUser } from '../../../shared/contract/access'
import { BrokerLimits, defaultBrokerLimits } from '../../../shared/contract/broker'
import { FaultSpec } from '../../../shared/contract/faults'
import { hashPassword } from '../../broker/access/password'
import { BrokerService } from '../../broker/broker-service'
import { pipePath } from '../../broker/pipe-path'
import type { SpawnWorker } from '../../worker'
import { StepFailure } from './failure'
import { fieldFault } from './field-fault'
import type { LocalBroker, LocalSettings } from './broker-place'
import { said } from './said'

const HOST = '127.0.0.1'
/** A fault of a file lasts as long as the broker. */
const FAULT_SECONDS = 86_400

/** Starts a broker with nothing in it, on a free port. Throws StepFailure for settings that are not possible. */
export async function startLocalBroker(
  settings: LocalSettings,
  spawn: SpawnWorker,
  version: string
): Promise<LocalBroker> {
  const access = await accessOf(settings)
  const limits = BrokerLimits.safeParse({ ...defaultBrokerLimits, ...settings.limits })
  if (!limits.success) throw impossible('limits', limits.error.issues[0]!)
  const faults = (settings.faults ?? []).map((given, index) => faultOf(given, index))
  const directory = mkdtempSync(join(tmpdir(), 'treetop-check-'))
  const service = new BrokerService(spawn, version)
  const stop = async (): Promise<void> => {
    await service.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await service.start({
      file: null,
      events: ':memory:',
      limits: limits.data,
      access: () => access,
      id: randomBytes(4).toString('hex'),
      pipe: pipePath(directory),
      listeners: [{ kind: 'tcp', host: HOST, port: 0 }],
      launch: async ({ begin, listen }) => {
        await begin()
        await listen()
      }
    })
    const { listeners } = await service.peer().call('overview.get', undefined)
    for (const fault of faults) await service.peer().call('faults.add', fault)
    return { port: listeners[0]!.port, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function accessOf({ users, anonymous, fallback, rules }: LocalSettings): Promise<StoredAccess> {
  return {
    // Who names users means that others stay out.
    anonymous: anonymous ?? users === undefined,
    fallback: fallback ?? 'allow',
    rules: (rules ?? []).map(({ allow, deny, user, clientId, filter }, index) => {
      if ((allow === undefined) === (deny === undefined))
        throw new StepFailure(said('failure_broker_rule', { number: index + 1 }))
      const rule = AccessRule.safeParse({
        effect: allow === undefined ? 'deny' : 'allow',
        action: allow ?? deny,
        user: user ?? null,
        clientId: clientId ?? null,
        filter
      })
      if (!rule.success) throw impossible(`rules.${index}`, rule.error.issues[0]!)
      return rule.data
    }),
    users: await Promise.all(
      Object.entries(users ?? {}).map(async ([name, password]): Promise<StoredUser> => ({
        name,
        password: await hashPassword(password),
        scram: null
      }))
    ),
    secret: randomBytes(32).toString('base64')
  }
}

function faultOf(given: Record<string, unknown>, index: number): FaultSpec {
  const spec = FaultSpec.safeParse({ seconds: FAULT_SECONDS, ...given })
  if (!spec.success) throw impossible(`faults.${index}`, spec.error.issues[0]!)
  return spec.data
}

function impossible(place: string, issue: { path: readonly PropertyKey[]; message: string }): StepFailure {
  const path = [place, ...issue.path.map(String)].join('.')
  return new StepFailure(said('failure_broker_setting', { path, fault: fieldFault(issue.message) }))
}
