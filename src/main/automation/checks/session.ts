import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { IClientOptions } from 'mqtt'
import type { MqttVersion, Profile } from '../../../shared/contract/profiles'
import type { Words } from '../../../shared/contract/sentence'
import type { Secrets } from '../../mqtt/options'
import { isInside } from '../collections/item-path'
import { readText } from '../collections/read-text'
import { MAX_FILE_BYTES } from '../collections/yaml-file'
import { DEFAULT_CLIENT, type Automatic } from './automatic'
import { CheckClient } from './client'
import type { CheckFile } from './check-file'
import { StepFailure, type FailedStep } from './failure'
import { Connection, type Will } from './format'
import { payloadBytes, wireProperties } from './outgoing'
import type { Pulse } from './pulse'
import { faultWords, reasonText, refusedWords } from './reasons'
import { carried, said } from './said'
import type { Schemas } from './schemas'
import type { Scope } from './scope'

/** A broker of a run, as its clients reach it. */
export interface BrokerAddress {
  profile: Profile
  secrets: Secrets
}

/** Clients of a check, at most. */
const MAX_CLIENTS = 200

export type ConnectOptions = Connection

/** One run of one check: its clients, variables and times. */
export class CheckSession {
  readonly clients: Map<string, CheckClient>
  /** Clients that no step subscribes: they are, as soon as they connect. */
  automatic: Automatic[] = []
  /** How deep files run each other. */
  readonly depth: number
  /** The step that is running, also one of another file. */
  readonly progress: { at: FailedStep | null }
  private readonly ids: Map<string, string>

  constructor(
    readonly broker: BrokerAddress,
    /** The file whose steps run. */
    readonly file: CheckFile,
    readonly scope: Scope,
    readonly schemas: Schemas,
    readonly pulse: Pulse,
    /** The folder that files of the run must be in. */
    readonly root: string,
    outer?: CheckSession
  ) {
    this.depth = outer ? outer.depth + 1 : 0
    this.progress = outer?.progress ?? { at: null }
    this.clients = outer?.clients ?? new Map<string, CheckClient>()
    this.ids = outer?.ids ?? new Map<string, string>()
  }

  /** The same run for the steps of another file. */
  inFile(file: CheckFile, scope: Scope, schemas: Schemas): CheckSession {
    return new CheckSession(this.broker, file, scope, schemas, this.pulse, this.root, this)
  }

  /** Aborts when the run is interrupted or the check takes too long. */
  get signal(): AbortSignal {
    return this.pulse.signal
  }

  /** How long expectations and answers are waited for, in ms, if a step says nothing. */
  get within(): number {
    return this.file.within ?? DEFAULT_WITHIN
  }

  /** The client of a name, which may not be connected. */
  client(name = DEFAULT_CLIENT): CheckClient {
    let client = this.clients.get(name)
    if (!client) {
      if (this.clients.size >= MAX_CLIENTS)
        throw new StepFailure(said('failure_most_clients', { most: MAX_CLIENTS }))
      client = new CheckClient(name, this.pulse)
      this.clients.set(name, client)
    }
    return client
  }

  /** The client of a name, connected; it connects now if it never was. Throws StepFailure. */
  async connected(name = DEFAULT_CLIENT): Promise<CheckClient> {
    const client = this.client(name)
    if (client.isConnected) return client
    if (client.ended)
      throw new StepFailure(
        client.ended.by === 'check'
          ? said('failure_was_disconnected', { client: name })
          : said('failure_ended', { client: name, why: this.whyNot(client) })
      )
    this.connect(name, {})
    await this.pulse.until(() => client.isConnected || client.ended !== null, this.connectTimeout)
    if (!client.isConnected)
      throw new StepFailure(said('failure_no_connection', { client: name, why: this.whyNot(client) }))
    return client
  }

  /** Begins a connection with what the file says of the client, and with these options. */
  connect(name: string, options: ConnectOptions): CheckClient {
    const client = this.client(name)
    const raw = this.file.clients[name]
    const read = Connection.safeParse(raw === undefined ? {} : this.scope.expand(raw, ['clients', name]))
    if (!read.success)
      throw new StepFailure(
        said('failure_client_settings', { client: name, fault: carried(read.error.issues[0]!.message) })
      )
    const { profile, secrets, more } = this.options(name, { ...read.data, ...options })
    client.connect(profile, secrets, more)
    return client
  }

  /** The text of a file beside the checks. Throws StepFailure. */
  async read(name: string): Promise<string> {
    const path = name.replace(/^\.\//, '')
    const read = isInside(path)
      ? await readText(join(dirname(this.file.path), path), MAX_FILE_BYTES)
      : { text: null }
    if ('text' in read && read.text !== null) return read.text
    throw new StepFailure(
      'code' in read
        ? said('failure_file_unreadable', {
            file: name,
            reason: read.code === 'TOO_LARGE' ? said('failure_too_large') : read.reason
          })
        : said('failure_no_file', { file: name })
    )
  }

  get connectTimeout(): number {
    return this.broker.profile.connectTimeout * 1_000
  }

  /** Why a client is not connected. */
  whyNot({ ended, connack, connackCode, version }: CheckClient): Words {
    if (connackCode !== 0) return refusedWords(version, connackCode, connack?.properties?.reasonString)
    if (ended?.by === 'network') return faultWords(ended.fault)
    if (ended?.by === 'broker')
      return said('failure_broker_disconnected', { code: reasonText('DISCONNECT', version, ended.code) })
    return ended
      ? said('failure_step_disconnected')
      : said('failure_no_answer', { seconds: this.connectTimeout / 1_000 })
  }

  /** Ends all connections, those with a will without publishing it. */
  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end(false)))
  }

  private options(name: string, options: ConnectOptions) {
    const base = this.broker.profile
    const version = versions[String(options.version)] ?? base.version
    const clientId = options.clientId ?? this.idOf(name)
    const { receiveMaximum, maximumPacketSize, topicAliasMaximum, userProperties } = options
    const profile: Profile = {
      ...base,
      version,
      clientId,
      clean: options.cleanStart ?? true,
      sessionExpiry: options.sessionExpiry ?? 0,
      keepAlive: options.keepAlive ?? base.keepAlive,
      username: options.username ?? base.username,
      will: null,
      subscriptions: [],
      connect: {
        ...base.connect,
        ...(receiveMaximum !== undefined && { receiveMaximum }),
        ...(maximumPacketSize !== undefined && { maximumPacketSize }),
        ...(topicAliasMaximum !== undefined && { topicAliasMaximum }),
        ...(options.requestResponseInformation !== undefined && {
          requestResponseInformation: options.requestResponseInformation
        }),
        ...(options.requestProblemInformation !== undefined && {
          requestProblemInformation: options.requestProblemInformation
        }),
        ...(userProperties && {
          userProperties: userProperties.map(([key, value]) => ({ name: key, value }))
        })
      }
    }
    const secrets = {
      ...this.broker.secrets,
      ...(options.password !== undefined && { password: options.password })
    }
    const more: Partial<IClientOptions> = options.will ? { will: willOf(options.will, version) } : {}
    return { profile, secrets, more }
  }

  /** The same throughout the check, so that a client finds its session again. */
  private idOf(name: string): string {
    let id = this.ids.get(name)
    if (id === undefined) {
      id = `check-${randomBytes(4).toString('hex')}-${name}`
      this.ids.set(name, id)
    }
    return id
  }
}

const DEFAULT_WITHIN = 5_000

const versions: Record<string, MqttVersion> = { '5': 5, '3.1.1': 4, '3.1': 3 }

function willOf(
  { topic, payload, format, qos = 0, retain = false, delay = 0, properties = {} }: Will,
  version: MqttVersion
): NonNullable<IClientOptions['will']> {
  const will = { topic, payload: payloadBytes(payload, format), qos, retain }
  if (version !== 5) return will
  const wire = { ...wireProperties(properties), ...(delay > 0 && { willDelayInterval: delay }) }
  return Object.keys(wire).length > 0 ? { ...will, properties: wire } : will
}
